/** Only a hang takes so long, on whatever machine. */
const limitMs = 900_000;

/**
 * Lets input and output go on until a condition holds; fails when that does not come to be.
 *
 * @param meanwhile what to do again and again until then.
 */
export async function until(
    condition: () => boolean,
    meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
    const giveUp = Date.now() + limitMs;
    while (!condition()) {
        if (Date.now() > giveUp) {
            throw new Error(`It never came to this: ${condition.toString()}`);
        }
        await meanwhile();
        await new Promise((resolve) => setImmediate(resolve));
    }
}
