// What the tests try in great number, and what must never come of it.

/** @typedef {Record<string, number>} Counts By name, as test/support/counts.ts counts; absent is 0. */

/** The names of test/support/counts.ts, in the order in which they are shown. */
const TRIED = ["faults tried", "kills tried", "bad inputs tried"];

/** What makes a run fail, if there is any of it. */
const HARMS = ["deleted", "lost", "duplicated", "frozen"];

/**
 * A line for each name; none where nothing was counted, in a run of a few tests.
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
 * @returns {Counts | undefined} Undefined where nothing was counted.
 */
export function sumOf(all) {
    return all.length === 0
        ? undefined
        : all.reduce((sum, counts) => {
              for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
              return sum;
          }, /** @type {Counts} */ ({}));
}
