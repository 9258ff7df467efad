import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { removeScratchFolders, scratchFolder } from "./scratch";

describe("the reporter of npm test", () => {
    afterEach(removeScratchFolders);

    it("writes down what was counted", () => {
        const folder = scratchFolder({
            "sample.cjs": `it("counts", () => {
                globalThis[Symbol.for("app-snapshot.counts")] = { "kills tried": 24 };
            });`,
        });
        const { result } = run(folder);
        expect(result).to.deep.equal({ passed: 1, failed: 0, pending: [], counts: { "kills tried": 24 } });
    });

    it("writes down what passed, failed and was left out", () => {
        const folder = scratchFolder({
            "sample.cjs": `describe("group", () => {
                it("passes", () => {});
                it("fails", () => { throw new Error("as meant"); });
                it("is to be written");
                it.skip("is skipped", () => {});
                describe("with a broken hook", () => { before(() => { throw new Error("as meant"); }); it("never runs", () => {}); });
            });`,
        });
        const { stdout, status, result } = run(folder);
        expect(stdout).to.contain("2 failing");
        expect(status).to.equal(2);
        expect(result).to.deep.equal({
            passed: 1,
            failed: 2,
            pending: ["group is to be written", "group is skipped"],
        });
    });
});

/** Runs the folder's sample with the reporter. */
function run(folder: string): { stdout: string; status: number | null; result: unknown } {
    const file = join(folder, "result.json");
    const mocha = ["node_modules/mocha/bin/mocha.js", "--no-config", join(folder, "sample.cjs")];
    const reporter = ["--reporter", "tools/test/reporter.mjs", "--reporter-option", `result=${file}`];
    const { stdout, status } = spawnSync(process.execPath, [...mocha, ...reporter], { encoding: "utf8" });
    return { stdout, status, result: JSON.parse(readFileSync(file, "utf8")) };
}
