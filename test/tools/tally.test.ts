import { expect } from "chai";

const load = () => import("../../tools/test/tally.mjs");

const fine = { passed: 12, failed: 0, pending: [] as string[] };

/** One run of mocha, and nothing else wrong. */
const after = (result: object | undefined, exitCode = 0) => ({
    failedChecks: [],
    runs: [{ name: "tests", result: result === undefined ? undefined : { ...fine, ...result }, exitCode }],
    ci: false,
});

describe("the closing line of npm test", () => {
    it("counts what mocha counted", async () => {
        const { summaryLine, tally } = await load();
        expect(summaryLine(tally(after({})))).to.equal("12 passed, 0 failed");
        expect(summaryLine(tally(after({ failed: 2 }, 2)))).to.equal("12 passed, 2 failed");
    });

    it("adds up the runs", async () => {
        const { tally } = await load();
        const [run] = after({ counts: { "kills tried": 24, lost: 1 }, pending: ["one"] }).runs;
        const [other] = after({ passed: 3, failed: 1, counts: { "kills tried": 1 } }, 1).runs;
        const { passed, failed, notes } = tally({
            ...after({}),
            runs: [run, other].filter((each) => each !== undefined),
        });
        expect({ passed, failed }).to.deep.equal({ passed: 15, failed: 2 });
        expect(notes).to.include.members(["1 pending:", "  - one", "kills tried: 25", "lost: 1"]);
    });

    it("counts each failed check as a failed test", async () => {
        const { tally } = await load();
        expect(tally({ ...after({}), failedChecks: ["lint", "format"] })).to.deep.equal({
            passed: 12,
            failed: 2,
            notes: ["check failed: lint", "check failed: format"],
        });
    });

    it("names pending tests, and counts them as failed in CI", async () => {
        const { tally } = await load();
        const run = after({ pending: ["freezes a file system"] });
        expect(tally(run)).to.deep.equal({
            passed: 12,
            failed: 0,
            notes: ["1 pending:", "  - freezes a file system"],
        });
        expect(tally({ ...run, ci: true })).to.deep.equal({
            passed: 12,
            failed: 1,
            notes: ["1 pending, which CI counts as failed:", "  - freezes a file system"],
        });
    });

    it("shows all counts where anything was counted, and counts each harm as failed", async () => {
        const { tally } = await load();
        expect(tally(after({ counts: { "kills tried": 24, lost: 0 } }))).to.deep.equal({
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
        const { failed, notes } = tally(after({ counts: { "faults tried": 3, lost: 2, frozen: 1 } }));
        expect(failed).to.equal(2);
        expect(notes).to.include.members(["faults tried: 3", "lost: 2", "frozen: 1"]);
    });

    it("never passes a run that ended early, ran no test or failed without a failed test", async () => {
        const { tally } = await load();
        expect(tally(after(undefined, 7))).to.deep.equal({
            passed: 0,
            failed: 1,
            notes: ["tests: mocha ended before its tests did (exit code 7)"],
        });
        expect(tally(after({ passed: 0 }))).to.deep.include({
            failed: 1,
            notes: ["tests: mocha ran no test"],
        });
        expect(tally(after({}, 1))).to.deep.include({
            failed: 1,
            notes: ["tests: mocha failed with exit code 1, but no test did"],
        });
    });
});
