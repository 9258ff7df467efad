// The counts of what the tests try in great number, and of harms that must never occur.

/** @typedef {Record<string, number>} Counts The counts of test/support/counts.ts by name; a missing one is 0. */

/** The names of test/support/counts.ts, in the order of the report. */
const TRIED = ["faults tried", "kills tried", "bad inputs tried"];

/** The counts that must be 0; otherwise the run fails. */
const HARMS = ["deleted", "lost", "duplicated", "frozen"];

/**
 * Returns a line for each name; none if nothing was counted, as in a run of a few tests.
 *
 * @param {Counts | undefined} counts
 */
export function countLines(counts) {
    return counts === undefined ? [] : [...TRIED, ...HARMS].map((name) => `${name}: ${counts[name] ?? 0}`);
}

/** @param {Counts | undefined} counts */
export function harmsIn(counts) {
    return HARMS.filter((name) => (counts?.[name] ?? 0) > 0);
}

/**
 * @param {Counts[]} all
 * @returns {Counts | undefined} Undefined if nothing was counted.
 */
export function sumOf(all) {
    return all.length === 0
        ? undefined
        : all.reduce((sum, counts) => {
              for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
              return sum;
          }, /** @type {Counts} */ ({}));
}
