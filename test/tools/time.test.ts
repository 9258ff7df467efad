import { EventEmitter } from "node:events";

import { expect } from "chai";
import type { Runner } from "mocha";

function load() {
    return import("../../tools/test/time.mjs");
}

/** The times of a run of these files, each of which has one suite and one test and moves the clock. */
async function stopped(
    ...files: { readonly file: string; readonly takes: number; readonly computes: number }[]
) {
    const { Stopwatch } = await load();
    let now = 1000;
    let cpu = 300;
    const root = { root: true };
    const suites = files.map(({ file }) => ({ file: `/repo/${file}`, parent: root }));
    const runner = Object.assign(new EventEmitter(), { suite: { suites } });
    const stopwatch = new Stopwatch(runner as unknown as Runner, {
        folder: "/repo",
        start: 0,
        now: () => now,
        cpu: () => cpu,
    });
    for (const [at, { file, takes, computes }] of files.entries()) {
        runner.emit("suite", suites[at]);
        runner.emit("suite", { parent: suites[at] });
        now += takes;
        cpu += computes;
        runner.emit("test end", { fullTitle: () => `of ${file}`, duration: takes });
        runner.emit("suite end", { parent: suites[at] });
        runner.emit("suite end", suites[at]);
    }
    return stopwatch.times;
}

describe("the times of a test run", () => {
    it("are those of each test, and of each file with its hooks", async () => {
        const a = { file: "a.test.ts", takes: 40, computes: 10 };
        const b = { file: "b.test.ts", takes: 7, computes: 5 };
        expect(await stopped(a, b)).to.deep.equal({
            tests: [
                { title: "of a.test.ts", durationMs: 40 },
                { title: "of b.test.ts", durationMs: 7 },
            ],
            files: [
                { file: "a.test.ts", durationMs: 40, cpuMs: 10 },
                { file: "b.test.ts", durationMs: 7, cpuMs: 5 },
            ],
        });
    });

    it("add up the suites of a file", async () => {
        const b = { file: "b.test.ts", takes: 7, computes: 5 };
        const { files } = await stopped(b, { ...b, file: "c.test.ts" }, b);
        expect(files[0]).to.deep.equal({ file: "b.test.ts", durationMs: 14, cpuMs: 10 });
    });

    it("include the start of the process for a file that is alone in it", async () => {
        const b = { file: "b.test.ts", takes: 7, computes: 5 };
        const { files } = await stopped(b, b);
        expect(files).to.deep.equal([{ file: "b.test.ts", durationMs: 1000 + 14, cpuMs: 300 + 10 }]);
    });
});

describe("the report of a test run's times", () => {
    const times = {
        tests: [
            { title: "quick", durationMs: 10 },
            { title: "slow", durationMs: 12_340 },
        ],
        files: [
            { file: "quick.test.ts", durationMs: 1040, cpuMs: 1000 },
            { file: "slow.test.ts", durationMs: 123_400, cpuMs: 20_500 },
        ],
    };

    it("lists the slowest files and tests, and the time of each phase", async () => {
        const { timeLines } = await load();
        expect(timeLines([times], [{ name: "lint", durationMs: 20_000 }])).to.deep.equal([
            "slowest files (time, processor time):",
            "   123.4 s     20.5 s  slow.test.ts",
            "     1.0 s      1.0 s  quick.test.ts",
            "slowest tests:",
            "    12.3 s  slow",
            "     0.0 s  quick",
            "where the time went, side by side:",
            "    20.0 s  lint",
            "    21.5 s  processor time of all test files",
        ]);
    });

    it("does not list all of them", async () => {
        const { timeLines } = await load();
        const many = Array.from({ length: 100 }, (_, at) => ({ title: `test ${at}`, durationMs: at }));
        const lines = timeLines([{ tests: many, files: [] }], []);
        expect(lines.slice(0, 2)).to.deep.equal(["slowest tests:", "     0.1 s  test 99"]);
        expect(lines).to.have.length.below(30);
    });
});

describe("the processor time of a process", () => {
    it("is at least that of its own computation", async function () {
        if (process.platform !== "linux") {
            this.skip();
        }
        const { cpuTime } = await load();
        const { user, system } = process.cpuUsage();
        const hundredths = 2 * 10;
        expect(cpuTime()).to.be.at.least((user + system) / 1000 - hundredths);
    });
});
