/** The names of what the tests try in great number, or must never find. */
export type CountName =
    "faults tried" | "kills tried" | "bad inputs tried" | "deleted" | "lost" | "duplicated" | "frozen";

/**
 * The place of the counts, so that the reporter, which is no TypeScript, finds them at the end of the run:
 * a `Record<string, number>` by name. A name that was never counted is not in it.
 */
const key = Symbol.for("app-snapshot.counts");

const shared = globalThis as unknown as Record<symbol, Record<string, number> | undefined>;

/**
 * Adds to a count of the whole run.
 *
 * @param by 0 means that something was looked for and not found, unlike a name that was never counted.
 */
export function count(name: CountName, by = 1): void {
    const counts = (shared[key] ??= {});
    counts[name] = (counts[name] ?? 0) + by;
}
