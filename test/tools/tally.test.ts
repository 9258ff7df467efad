import { expect } from "chai";

const load = () => import("../../tools/test/tally.mjs");

const good = {
    failedChecks: [],
    mocha: { passed: 12, failed: 0, pending: [] },
    mochaExitCode: 0,
    ci: false,
};

describe("the closing line of npm test", () => {
    it("counts what mocha counted", async () => {
        const { summaryLine, tally } = await load();
        expect(summaryLine(tally(good))).to.equal("12 passed, 0 failed");
        const mocha = { passed: 12, failed: 2, pending: [] };
        expect(summaryLine(tally({ ...good, mocha, mochaExitCode: 2 }))).to.equal("12 passed, 2 failed");
    });

    it("counts each failed check as a failed test", async () => {
        const { tally } = await load();
        expect(tally({ ...good, failedChecks: ["lint", "format"] })).to.deep.equal({
            passed: 12,
            failed: 2,
            notes: ["check failed: lint", "check failed: format"],
        });
    });

    it("names pending tests, and counts them as failed in CI", async () => {
        const { tally } = await load();
        const mocha = { passed: 12, failed: 0, pending: ["freezes a file system"] };
        expect(tally({ ...good, mocha })).to.deep.equal({
            passed: 12,
            failed: 0,
            notes: ["1 pending:", "  - freezes a file system"],
        });
        expect(tally({ ...good, mocha, ci: true })).to.deep.equal({
            passed: 12,
            failed: 1,
            notes: ["1 pending, which CI counts as failed:", "  - freezes a file system"],
        });
    });

    it("shows all counts where anything was counted, and counts each harm as failed", async () => {
        const { tally } = await load();
        const fine = { ...good.mocha, counts: { "kills tried": 24, lost: 0 } };
        expect(tally({ ...good, mocha: fine })).to.deep.equal({
            passed: 12,
            failed: 0,
            notes: [
                "faults tried: 0",
                "kills tried: 24",
                "bad inputs tried: 0",
                "lost: 0",
                "duplicated: 0",
                "frozen: 0",
            ],
        });
        const harmful = { ...good.mocha, counts: { "faults tried": 3, lost: 2, frozen: 1 } };
        const { failed, notes } = tally({ ...good, mocha: harmful });
        expect(failed).to.equal(2);
        expect(notes).to.include.members(["faults tried: 3", "lost: 2", "frozen: 1"]);
    });

    it("never passes a run that ended early, ran no test or failed without a failed test", async () => {
        const { tally } = await load();
        expect(tally({ ...good, mocha: undefined, mochaExitCode: 7 })).to.deep.equal({
            passed: 0,
            failed: 1,
            notes: ["mocha ended before its tests did (exit code 7)"],
        });
        const none = { passed: 0, failed: 0, pending: [] };
        expect(tally({ ...good, mocha: none })).to.deep.include({ failed: 1, notes: ["mocha ran no test"] });
        expect(tally({ ...good, mochaExitCode: 1 })).to.deep.include({
            failed: 1,
            notes: ["mocha failed with exit code 1, but no test did"],
        });
    });
});
