import { join } from "node:path";

import { expect } from "chai";

import { removeScratchFolders, scratchFolder } from "./scratch";

/** Runs a sample as `npm test` would. */
async function run(sample: string, { args = [] as string[], quietLimitSeconds = 300 } = {}) {
    const { runMocha } = await import("../../tools/test/mocha.mjs");
    const file = join(scratchFolder({ "sample.cjs": sample }), "sample.cjs");
    return runMocha({
        root: process.cwd(),
        batch: { name: "sample", files: [file] },
        args,
        env: process.env,
        live: false,
        quietLimitSeconds,
        print: () => undefined,
    });
}

describe("a batch of tests", () => {
    afterEach(removeScratchFolders);

    it("returns the results of its tests", async () => {
        const { name, exitCode, result } = await run(
            `it("passes", () => {}); it("fails", () => { throw new Error("as meant"); });`,
        );
        expect({ name, exitCode }).to.deep.equal({ name: "sample", exitCode: 1 });
        expect(result).to.deep.include({ passed: 1, failures: ["fails"] });
    });

    it("runs the tests that mocha's options choose", async () => {
        const { result } = await run(`it("one", () => {}); it("two", () => {}); it("three", () => {});`, {
            args: ["--grep", "t"],
        });
        expect(result).to.deep.include({ passed: 2 });
    });

    for (const { title, sample } of [
        {
            title: "crashes",
            sample: `it("passes", () => {}); it("ends the process", () => { process.exit(0); });`,
        },
        { title: "can't be loaded", sample: `require("./nowhere");` },
        { title: "has an exclusive test where that is forbidden", sample: `it.only("one", () => {});` },
    ]) {
        it(`has no result if a file ${title}`, async () => {
            expect(await run(sample, { args: ["--forbid-only"] })).to.have.property("result", undefined);
        });
    }

    for (const { title, reject } of [
        { title: "while a test waits", reject: `Promise.reject(new Error("as meant"));` },
        {
            title: "when the test has ended",
            reject: `setTimeout(() => Promise.reject(new Error("as meant")), 5);`,
        },
    ]) {
        it(`fails on a rejection that nobody handles, ${title}`, async () => {
            const { exitCode, result } = await run(`
                it("leaves a rejection", () => { ${reject} });
                it("goes on for a while", () => new Promise((go) => setTimeout(go, 50)));
            `);
            expect(exitCode).to.not.equal(0);
            expect(result?.failures).to.have.length(1);
        });
    }

    it("is ended if it has printed nothing for too long", async () => {
        const { exitCode, result } = await run(`it("never gives way", () => { for (;;); });`, {
            quietLimitSeconds: 0.5,
        });
        expect({ exitCode, result }).to.deep.equal({ exitCode: 124, result: undefined });
    });
});
