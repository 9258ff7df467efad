/** Waits until something is the case; fails when it is not within `milliseconds`. */
export async function until(
    condition: () => boolean | Promise<boolean>,
    milliseconds = 60_000,
): Promise<void> {
    for (const deadline = Date.now() + milliseconds; !(await condition());) {
        if (Date.now() > deadline) {
            throw new Error(`waited for ${milliseconds / 1000} s in vain`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
