// What the test run's closing lines say.
import { countLines, harmsIn, sumOf } from "./counts.mjs";

/**
 * @typedef {object} MochaResult What the reporter writes at the end of a run.
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} pending Titles.
 * @property {import("./counts.mjs").Counts} [counts] What was tried, and what came of it.
 *
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} notes What the numbers alone do not tell.
 */

/**
 * A failed check (type-check, lint, format, documentation) counts as one failed test, and so does each harm that was
 * counted.
 *
 * @param {object} run
 * @param {string[]} run.failedChecks Their names.
 * @param {import("./mocha.mjs").MochaRun[]} run.runs
 * @param {boolean} run.ci Whether a test left out counts as failed.
 * @returns {Tally}
 */
export const tally = ({ failedChecks, runs, ci }) => {
    const results = runs.flatMap(({ result }) => result ?? []);
    const pending = results.flatMap((result) => result.pending);
    const counts = sumOf(results.flatMap((result) => (result.counts === undefined ? [] : [result.counts])));
    const notes = failedChecks.map((name) => `check failed: ${name}`);
    if (pending.length > 0) {
        notes.push(`${pending.length} pending${ci ? ", which CI counts as failed" : ""}:`);
        notes.push(...pending.map((title) => `  - ${title}`));
    }
    const crashes = runs.flatMap((run) => crashOf(run) ?? []);
    notes.push(...crashes, ...countLines(counts));
    const skipped = ci ? pending.length : 0;
    const more = failedChecks.length + skipped + harmsIn(counts).length + crashes.length;
    const total = (/** @type {"passed" | "failed"} */ name) =>
        results.reduce((sum, result) => sum + result[name], 0);
    return { passed: total("passed"), failed: total("failed") + more, notes };
};

/** @param {import("./mocha.mjs").MochaRun} run */
const crashOf = ({ name, result, exitCode }) => {
    if (!result) return `${name}: mocha ended before its tests did (exit code ${exitCode})`;
    if (result.failed === 0 && exitCode !== 0)
        return `${name}: mocha failed with exit code ${exitCode}, but no test did`;
    if (result.passed + result.failed === 0) return `${name}: mocha ran no test`;
    return undefined;
};

/** @param {Pick<Tally, "passed" | "failed">} tally */
export const summaryLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
