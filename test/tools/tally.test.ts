import { expect } from "chai";

function load() {
    return import("../../tools/test/tally.mjs");
}

const fine = {
    passed: 12,
    failures: [] as string[],
    pending: [] as string[],
    times: { tests: [], files: [] },
};

/** A test run with one run of mocha and no other failure. */
function after(result: object | undefined, exitCode = 0) {
    return {
        failedChecks: [] as { readonly name: string; readonly output: string }[],
        runs: [
            {
                name: "a.test.ts",
                result: result === undefined ? undefined : { ...fine, ...result },
                exitCode,
            },
        ],
        ci: false,
        isSelection: false,
        phases: [],
    };
}

/** Returns the tally without its lines about times. */
async function tallyOf(run: ReturnType<typeof after>) {
    const { tally } = await load();
    const { passed, failed, notes } = tally(run);
    return { passed, failed, notes: notes.filter((note) => note !== "where the time went, side by side:") };
}

describe("the closing line of npm test", () => {
    it("counts what mocha counted", async () => {
        const { summaryLine, tally } = await load();
        expect(summaryLine(tally(after({})))).to.equal("12 passed, 0 failed");
        expect(summaryLine(tally(after({ failures: ["one", "two"] }, 2)))).to.equal("12 passed, 2 failed");
    });

    it("adds up the runs", async () => {
        const [run] = after({ counts: { "kills tried": 24, lost: 1 }, pending: ["one"] }).runs;
        const [other] = after({ passed: 3, failures: ["two"], counts: { "kills tried": 1 } }, 1).runs;
        const { passed, failed, notes } = await tallyOf({
            ...after({}),
            runs: [run, other].filter((each) => each !== undefined),
        });
        expect({ passed, failed }).to.deep.equal({ passed: 15, failed: 2 });
        expect(notes).to.include.members(["1 pending:", "  - one", "kills tried: 25", "lost: 1"]);
    });

    it("names each failure and its file", async () => {
        expect(await tallyOf(after({ failures: ["freezes a file system"] }, 1))).to.deep.equal({
            passed: 12,
            failed: 1,
            notes: ["1 failed:", "  - freezes a file system (a.test.ts)"],
        });
    });

    it("counts each failed check as a failed test, and shows its output", async () => {
        const failedChecks = [
            { name: "lint", output: "a.ts: unused\n" },
            { name: "format", output: "b.ts" },
        ];
        expect(await tallyOf({ ...after({}), failedChecks })).to.deep.equal({
            passed: 12,
            failed: 2,
            notes: ["check failed: lint\na.ts: unused", "check failed: format\nb.ts"],
        });
    });

    it("names pending tests", async () => {
        expect(await tallyOf(after({ pending: ["freezes a file system"] }))).to.deep.equal({
            passed: 12,
            failed: 0,
            notes: ["1 pending:", "  - freezes a file system"],
        });
    });

    it("counts pending tests as failed in CI", async () => {
        expect(await tallyOf({ ...after({ pending: ["freezes a file system"] }), ci: true })).to.deep.equal({
            passed: 12,
            failed: 1,
            notes: ["1 pending, which CI counts as failed:", "  - freezes a file system"],
        });
    });

    it("shows all counts if anything was counted", async () => {
        expect(await tallyOf(after({ counts: { "kills tried": 24, lost: 0 } }))).to.deep.equal({
            passed: 12,
            failed: 0,
            notes: [
                "faults tried: 0",
                "kills tried: 24",
                "bad inputs tried: 0",
                "deleted: 0",
                "lost: 0",
                "duplicated: 0",
                "frozen: 0",
            ],
        });
    });

    for (const harm of ["deleted", "lost", "duplicated", "frozen"]) {
        it(`counts it as a failed test if anything was ${harm}`, async () => {
            const { failed, notes } = await tallyOf(after({ counts: { "faults tried": 3, [harm]: 2 } }));
            expect(failed).to.equal(1);
            expect(notes).to.include.members(["faults tried: 3", `${harm}: 2`]);
        });
    }

    it("shows the times before everything else", async () => {
        const { tally } = await load();
        const { notes } = tally({
            ...after({ failures: ["one"] }, 1),
            phases: [{ name: "lint", durationMs: 20_400 }],
        });
        expect(notes).to.deep.equal([
            "where the time went, side by side:",
            "    20.4 s  lint",
            "1 failed:",
            "  - one (a.test.ts)",
        ]);
    });
});

describe("a test run that fails although no test failed", () => {
    const cases = [
        {
            title: "one that ended early",
            run: after(undefined, 7),
            note: "a.test.ts: mocha ended before its tests did (exit code 7)",
        },
        {
            title: "one that ended early with exit code 0",
            run: after(undefined, 0),
            note: "a.test.ts: mocha ended before its tests did (exit code 0)",
        },
        {
            title: "one that failed all the same",
            run: after({}, 1),
            note: "a.test.ts: mocha failed with exit code 1, but no test did",
        },
        {
            title: "one that had to be ended after its tests",
            run: after({}, 124),
            note: "a.test.ts: mocha failed with exit code 124, but no test did",
        },
        { title: "a file without a test", run: after({ passed: 0 }), note: "a.test.ts: mocha ran no test" },
        {
            title: "one without files",
            run: { ...after({}), runs: [] },
            note: "there was no test to run",
        },
        {
            title: "one whose selection fits no test",
            run: { ...after({ passed: 0 }), isSelection: true },
            note: "there was no test to run",
        },
    ];
    for (const { title, run, note } of cases) {
        it(`is ${title}`, async () => {
            const { failed, notes } = await tallyOf(run);
            expect({ failed, notes }).to.deep.equal({ failed: 1, notes: [note] });
        });
    }
});

describe("a test run that succeeds although some files ran no test", () => {
    it("is one of tests selected by their titles", async () => {
        const runs = [...after({}).runs, ...after({ passed: 0 }).runs];
        expect(await tallyOf({ ...after({}), runs, isSelection: true })).to.deep.equal({
            passed: 12,
            failed: 0,
            notes: [],
        });
    });

    it("is one of a file whose tests are all pending", async () => {
        expect(await tallyOf(after({ passed: 0, pending: ["one"] }))).to.deep.include({ failed: 0 });
    });
});
