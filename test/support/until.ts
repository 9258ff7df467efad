/** Only a hang takes so long, even on a slow machine. */
const limitMs = 900_000;

const pollMs = 25;

/**
 * Waits until a condition holds; fails if it never does.
 *
 * @param description the condition in words, for the error. Default: its source text.
 */
export async function until(
    condition: () => boolean | Promise<boolean>,
    description = condition.toString(),
): Promise<void> {
    for (const deadline = Date.now() + limitMs; !(await condition());) {
        if (Date.now() > deadline) {
            throw new Error(`did not happen within ${limitMs / 1000} s: ${description}`);
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
}
