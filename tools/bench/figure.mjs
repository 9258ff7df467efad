// A figure of the report: the median of some runs, with their spread.

/**
 * @typedef {object} Figure
 * @property {number} median
 * @property {number} least
 * @property {number} most
 * @property {number} runs
 */

/**
 * @param {readonly number[]} samples At least one.
 * @returns {Figure}
 */
export function figureOf(samples) {
    const sorted = [...samples].sort((a, b) => a - b);
    const at = (/** @type {number} */ index) => /** @type {number} */ (sorted[index]);
    const middle = (sorted.length - 1) / 2;
    return {
        median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
        least: at(0),
        most: at(sorted.length - 1),
        runs: sorted.length,
    };
}

/** @param {readonly number[]} samples At least one. */
export function median(samples) {
    return figureOf(samples).median;
}

/**
 * @param {number} value
 * @param {number} digits After the point.
 */
export function number(value, digits) {
    // No "-0.00".
    return Number(value.toFixed(digits)).toFixed(digits);
}

/**
 * Returns the text of a figure; the spread only if there is one.
 *
 * @param {Figure} figure
 * @param {number} digits
 */
export function figureText({ median, least, most, runs }, digits) {
    const text = number(median, digits);
    return runs === 1 ? text : `${text} (${number(least, digits)}–${number(most, digits)})`;
}
