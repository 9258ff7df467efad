import type { Waiting } from "./clock";

/** For so long nothing is taken for gone because it is not found. */
export const absenceMs = 2_500;

/**
 * A single empty answer, from a list that lags behind, proves nothing. As many as these, over as long a time, are
 * taken for a proof.
 */
const absence = { answers: 3, durationMs: absenceMs } as const;

const pauseMs = 800;

/**
 * What is looked for, or undefined when it does not exist.
 *
 * @param newUntil until when it is looked for in any case, in milliseconds since the epoch.
 */
export async function present<T>(
    { clock, random, signal }: Waiting,
    find: () => Promise<T | undefined>,
    newUntil = 0,
): Promise<T | undefined> {
    const deadline = Math.max(newUntil, clock.now() + absence.durationMs);
    for (let answers = 1; ; answers++) {
        const found = await find();
        if (found !== undefined || (answers >= absence.answers && clock.now() >= deadline)) {
            return found;
        }
        await clock.sleep(pauseMs * (0.9 + 0.2 * random()), signal);
    }
}
