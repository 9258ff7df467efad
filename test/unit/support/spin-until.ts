/** Only a hang takes so long, even on a slow machine. */
const limitMs = 900_000;

/**
 * Turns the event loop until a condition holds, so that input and output can continue; fails if it never does.
 *
 * @param meanwhile runs before each turn.
 */
export async function spinUntil(
    condition: () => boolean,
    meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!condition()) {
        if (Date.now() > deadline) {
            throw new Error(`did not happen within ${limitMs / 1000} s: ${condition.toString()}`);
        }
        await meanwhile();
        await new Promise((resolve) => setImmediate(resolve));
    }
}
