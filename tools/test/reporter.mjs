// Mocha's spec reporter, which also writes the counts to the file named by the option `result`. Loaded by mocha.
import { writeFileSync } from "node:fs";

import Mocha from "mocha";

/** Where test/support/counts.ts keeps them. */
const COUNTS = Symbol.for("app-snapshot.counts");

/** @returns {import("./counts.mjs").Counts | undefined} What the tests have counted. */
const counted = () => /** @type {any} */ (globalThis)[COUNTS];

export default class CountingReporter extends Mocha.reporters.Spec {
    /**
     * @param {Mocha.Runner} runner
     * @param {Mocha.MochaOptions} options
     */
    constructor(runner, options) {
        super(runner, options);
        /** @type {string[]} */
        const pending = [];
        runner.on("pending", (test) => void pending.push(test.fullTitle()));
        runner.once("end", () => {
            const { passes: passed, failures: failed } = this.stats;
            const result = options.reporterOptions?.result;
            writeFileSync(result, JSON.stringify({ passed, failed, pending, counts: counted() }));
        });
    }
}
