import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { removeScratchFolders, scratchFolder } from "./scratch";

describe("the reporter of npm test", () => {
    afterEach(removeScratchFolders);

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
        const result = join(folder, "result.json");
        const mocha = ["node_modules/mocha/bin/mocha.js", "--no-config", join(folder, "sample.cjs")];
        const reporter = ["--reporter", "tools/test/reporter.mjs", "--reporter-option", `result=${result}`];
        const { stdout, status } = spawnSync(process.execPath, [...mocha, ...reporter], { encoding: "utf8" });
        expect(stdout).to.contain("2 failing");
        expect(status).to.equal(2);
        expect(JSON.parse(readFileSync(result, "utf8"))).to.deep.equal({
            passed: 1,
            failed: 2,
            pending: ["group is to be written", "group is skipped"],
        });
    });
});
