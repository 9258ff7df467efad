import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { expect } from "chai";

import { removeScratchFolders, scratchFolder } from "./scratch";

interface Result {
    readonly passed: number;
    readonly failures: string[];
    readonly pending: string[];
    readonly counts?: Record<string, number>;
    readonly times: {
        readonly tests: { readonly title: string; readonly durationMs: number }[];
        readonly files: {
            readonly file: string;
            readonly durationMs: number;
            readonly cpuMs: number;
        }[];
    };
}

describe("the reporter of npm test", () => {
    afterEach(removeScratchFolders);

    it("writes the counts", () => {
        const { result } = run({
            "sample.cjs": `it("counts", () => {
                globalThis[Symbol.for("app-snapshot.counts")] = { "kills tried": 24 };
            });`,
        });
        expect(result.counts).to.deep.equal({ "kills tried": 24 });
    });

    it("writes what passed, failed and was skipped", () => {
        const { stdout, status, result } = run({
            "sample.cjs": `describe("group", () => {
                it("passes", () => {});
                it("fails", () => { throw new Error("as meant"); });
                it("is to be written");
                it.skip("is skipped", () => {});
                it("skips itself", function () { this.skip(); });
                describe("with a broken hook", () => { before(() => { throw new Error("as meant"); }); it("never runs", () => {}); });
            });`,
        });
        expect(stdout).to.contain("2 failing");
        expect(status).to.equal(2);
        expect(result).to.deep.include({
            passed: 1,
            failures: ["group fails", 'group with a broken hook "before all" hook for "never runs"'],
            pending: ["group is to be written", "group is skipped", "group skips itself"],
        });
    });

    it("writes the times of the tests and the files", () => {
        const sample = (name: string) =>
            `describe("${name}", () => { it("is quick", () => {}); it("is slow", (done) => setTimeout(done, 30)); });`;
        const { folder, result } = run({ "a.cjs": sample("a"), "b.cjs": sample("b") });
        expect(result.times.tests.map(({ title }) => title)).to.deep.equal([
            "a is quick",
            "a is slow",
            "b is quick",
            "b is slow",
        ]);
        expect(result.times.tests[1]?.durationMs).to.be.at.least(25);
        const path = (name: string) => relative(process.cwd(), join(folder, name));
        expect(result.times.files.map(({ file }) => file)).to.deep.equal([path("a.cjs"), path("b.cjs")]);
        expect(result.times.files[1]?.durationMs).to.be.at.least(25);
    });
});

/** Runs samples with the reporter. */
function run(files: Record<string, string>) {
    const folder = scratchFolder(files);
    const file = join(folder, "result.json");
    const samples = Object.keys(files).map((name) => join(folder, name));
    const mocha = ["node_modules/mocha/bin/mocha.js", "--no-config", ...samples];
    const reporter = ["--reporter", "tools/test/reporter.mjs", "--reporter-option", `result=${file}`];
    const { stdout, status } = spawnSync(process.execPath, [...mocha, ...reporter], { encoding: "utf8" });
    return { folder, stdout, status, result: JSON.parse(readFileSync(file, "utf8")) as Result };
}
