import type { Waiting } from "./clock";

/** The least time for which something must not be found before it counts as absent. */
export const absenceMs = 2_500;

/** The empty answers that count as absence. A single one means nothing, because lists lag behind. */
const absence = { answers: 3, durationMs: absenceMs } as const;

const pauseMs = 800;

/**
 * Returns what `find` finds, or undefined once it has been absent for long enough.
 *
 * @param earliestEnd the time before which nothing counts as absent, in milliseconds since the epoch.
 */
export async function findPersistently<T>(
    { clock, random, signal }: Waiting,
    find: () => Promise<T | undefined>,
    earliestEnd = 0,
): Promise<T | undefined> {
    const deadline = Math.max(earliestEnd, clock.now() + absence.durationMs);
    for (let answers = 1; ; answers++) {
        const found = await find();
        if (found !== undefined || (answers >= absence.answers && clock.now() >= deadline)) {
            return found;
        }
        await clock.sleep(pauseMs * (0.9 + 0.2 * random()), signal);
    }
}
