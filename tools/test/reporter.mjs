// Mocha's spec reporter, which also writes the results to the file named by the option `result`. Loaded by
// mocha.
import { writeFileSync } from "node:fs";

import Mocha from "mocha";

import { Stopwatch } from "./time.mjs";

/** The key under which test/support/counts.ts keeps the counts. */
const COUNTS = Symbol.for("app-snapshot.counts");

/** @returns {import("./counts.mjs").Counts | undefined} The counts of the tests. */
function counted() {
    return /** @type {any} */ (globalThis)[COUNTS];
}

export default class CountingReporter extends Mocha.reporters.Spec {
    /**
     * @param {Mocha.Runner} runner
     * @param {Mocha.MochaOptions} options
     */
    constructor(runner, options) {
        super(runner, options);
        /** @type {string[]} */
        const failures = [];
        /** @type {string[]} */
        const pending = [];
        const stopwatch = new Stopwatch(runner, { folder: process.cwd() });
        runner.on("fail", (test) => void failures.push(test.fullTitle()));
        runner.on("pending", (test) => void pending.push(test.fullTitle()));
        runner.once("end", () => {
            /** @type {import("./tally.mjs").MochaResult} */
            const result = {
                passed: this.stats.passes,
                failures,
                pending,
                counts: counted(),
                times: stopwatch.times,
            };
            writeFileSync(options.reporterOptions?.result, JSON.stringify(result));
        });
    }
}
