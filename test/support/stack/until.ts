/** Only a hang takes so long, on whatever machine. */
const limitMs = 900_000;

const lookMs = 25;

/** Waits until something is the case; fails when that does not come to be. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + limitMs; !(await condition());) {
        if (Date.now() > deadline) {
            throw new Error(`waited for ${limitMs / 1000} s in vain`);
        }
        await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
}
