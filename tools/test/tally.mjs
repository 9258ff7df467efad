// Makes the closing lines of a test run.
import { countLines, harmsIn, sumOf } from "./counts.mjs";
import { timeLines } from "./time.mjs";

/**
 * @typedef {object} MochaResult The reporter's result of a run of mocha.
 * @property {number} passed
 * @property {string[]} failures Titles of the tests and hooks that failed.
 * @property {string[]} pending Titles.
 * @property {import("./counts.mjs").Counts | undefined} [counts] The numbers of tries and of harms.
 * @property {import("./time.mjs").Times} times
 *
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} notes Further lines beside the numbers.
 */

/**
 * A failed check (type-check, lint, format) counts as one failed test, and so does each harm that was counted.
 *
 * @param {object} run
 * @param {import("./checks.mjs").FailedCheck[]} run.failedChecks
 * @param {import("./mocha.mjs").MochaRun[]} run.runs
 * @param {boolean} run.ci Counts skipped tests as failed.
 * @param {boolean} run.isSelection Tells whether the tests were chosen by their titles, so that a file may have none.
 * @param {import("./time.mjs").TimedPhase[]} run.phases
 * @returns {Tally}
 */
export function tally({ failedChecks, runs, ci, isSelection, phases }) {
    const results = runs.flatMap(({ result }) => result ?? []);
    const passed = results.reduce((sum, result) => sum + result.passed, 0);
    const failures = runs.flatMap(({ name, result }) =>
        (result?.failures ?? []).map((title) => `${title} (${name})`),
    );
    const pending = results.flatMap((result) => result.pending);
    const counts = sumOf(results.flatMap((result) => (result.counts === undefined ? [] : [result.counts])));
    const harms = harmsIn(counts);
    const crashes = runs.flatMap((run) => crashOf(run, isSelection) ?? []);
    if (crashes.length === 0 && passed + failures.length + pending.length === 0) {
        crashes.push("there was no test to run");
    }
    const failed =
        failures.length + failedChecks.length + crashes.length + harms.length + (ci ? pending.length : 0);
    return {
        passed,
        failed,
        notes: [
            ...timeLines(
                results.map(({ times }) => times),
                phases,
            ),
            ...listed(`pending${ci ? ", which CI counts as failed" : ""}`, pending),
            ...listed("failed", failures),
            ...failedChecks.map(({ name, output }) => `check failed: ${name}\n${output.trimEnd()}`),
            ...crashes,
            ...countLines(counts),
        ],
    };
}

/**
 * @param {string} what
 * @param {string[]} titles
 */
function listed(what, titles) {
    return titles.length === 0 ? [] : [`${titles.length} ${what}:`, ...titles.map((title) => `  - ${title}`)];
}

/**
 * @param {import("./mocha.mjs").MochaRun} run
 * @param {boolean} isSelection
 */
function crashOf({ name, result, exitCode }, isSelection) {
    if (!result) return `${name}: mocha ended before its tests did (exit code ${exitCode})`;
    const { passed, failures, pending } = result;
    if (failures.length === 0 && exitCode !== 0)
        return `${name}: mocha failed with exit code ${exitCode}, but no test did`;
    if (passed + failures.length + pending.length === 0 && !isSelection) return `${name}: mocha ran no test`;
    return undefined;
}

/** @param {Pick<Tally, "passed" | "failed">} tally */
export function summaryLine({ passed, failed }) {
    return `${passed} passed, ${failed} failed`;
}
