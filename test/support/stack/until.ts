/** Only a hang takes so long, on whatever machine. */
const limitMilliseconds = 900_000;

const lookMilliseconds = 25;

/** Waits until something is the case; fails when that does not come to be. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + limitMilliseconds; !(await condition());) {
        if (Date.now() > deadline) {
            throw new Error(`waited for ${limitMilliseconds / 1000} s in vain`);
        }
        await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
    }
}
