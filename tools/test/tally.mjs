// What the test run's closing lines say.
import { countLines, harmsIn } from "./counts.mjs";

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
 * @param {MochaResult | undefined} run.mocha Undefined when mocha did not reach its end.
 * @param {number} run.mochaExitCode
 * @param {boolean} run.ci Whether a test left out counts as failed.
 * @returns {Tally}
 */
export const tally = ({ failedChecks, mocha, mochaExitCode, ci }) => {
    const { passed, failed, pending, counts } = mocha ?? { passed: 0, failed: 0, pending: [] };
    const notes = failedChecks.map((name) => `check failed: ${name}`);
    if (pending.length > 0) {
        notes.push(`${pending.length} pending${ci ? ", which CI counts as failed" : ""}:`);
        notes.push(...pending.map((title) => `  - ${title}`));
    }
    const crash = crashOf(mocha, mochaExitCode);
    if (crash) notes.push(crash);
    notes.push(...countLines(counts));
    const skipped = ci ? pending.length : 0;
    const more = failedChecks.length + skipped + harmsIn(counts).length + (crash ? 1 : 0);
    return { passed, failed: failed + more, notes };
};

/**
 * @param {MochaResult | undefined} mocha
 * @param {number} exitCode
 */
const crashOf = (mocha, exitCode) => {
    if (!mocha) return `mocha ended before its tests did (exit code ${exitCode})`;
    if (mocha.failed === 0 && exitCode !== 0)
        return `mocha failed with exit code ${exitCode}, but no test did`;
    if (mocha.passed + mocha.failed === 0) return "mocha ran no test";
    return undefined;
};

/** @param {Pick<Tally, "passed" | "failed">} tally */
export const summaryLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
