/**
 * Lets input and output go on until a condition holds; fails when that takes longer than it ever should.
 *
 * @param meanwhile what to do again and again until then.
 */
export async function until(
    condition: () => boolean,
    meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
    const giveUp = Date.now() + 5_000;
    while (!condition()) {
        if (Date.now() > giveUp) {
            throw new Error(`It never came to this: ${condition.toString()}`);
        }
        await meanwhile();
        await new Promise((resolve) => setImmediate(resolve));
    }
}
