// What the test run's closing line says.

/**
 * @typedef {object} MochaResult What the reporter writes at the end of a run.
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} pending Titles.
 *
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} notes What the numbers alone do not tell.
 */

/**
 * A failed check (type-check, lint, format, documentation) counts as one failed test.
 *
 * @param {object} run
 * @param {string[]} run.failedChecks Their names.
 * @param {MochaResult | undefined} run.mocha Undefined when mocha did not reach its end.
 * @param {number} run.mochaExitCode
 * @param {boolean} run.ci Whether a test left out counts as failed.
 * @returns {Tally}
 */
export const tally = ({ failedChecks, mocha, mochaExitCode, ci }) => {
    const { passed, failed, pending } = mocha ?? { passed: 0, failed: 0, pending: [] };
    const notes = failedChecks.map((name) => `check failed: ${name}`);
    if (pending.length > 0) {
        notes.push(`${pending.length} pending${ci ? ", which CI counts as failed" : ""}:`);
        notes.push(...pending.map((title) => `  - ${title}`));
    }
    const crash = crashOf(mocha, mochaExitCode);
    if (crash) notes.push(crash);
    const skipped = ci ? pending.length : 0;
    return { passed, failed: failed + failedChecks.length + skipped + (crash ? 1 : 0), notes };
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
