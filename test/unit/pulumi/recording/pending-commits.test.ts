import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import {
    acknowledge,
    acknowledgedPath,
    acknowledgementFolder,
    expectAcknowledgement,
    expectedPath,
} from "../../../../provider/src/pulumi/recording/acknowledgement";
import { PendingCommits, type Recording } from "../../../../provider/src/pulumi/recording/pending-commits";
import { ManualClock } from "../../support/manual-clock";
import { RecordingLogger } from "../../support/recording-logger";
import { apiError, type ScriptedApi, scriptedApi } from "../../support/scripted-api";
import { spinUntil } from "../../support/spin-until";
import { TemporaryFolder } from "../../support/temporary-folder";

const committed = [{ key: "app-snapshot:state", value: "committed" }];

/** The recording of a single snapshot. */
function recordingOf(invokeId: string): Recording {
    return { key: invokeId, invokeIds: [invokeId] };
}

describe("a snapshot that was handed to the engine", () => {
    let folder: TemporaryFolder;
    let clock: ManualClock;
    let pendingCommits: PendingCommits;
    let api: ScriptedApi;
    let log: RecordingLogger;

    beforeEach(() => {
        folder = new TemporaryFolder();
        folder.use();
        clock = new ManualClock();
        pendingCommits = new PendingCommits(clock);
        api = scriptedApi({ tagResources: () => Promise.resolve() });
        log = new RecordingLogger();
    });
    afterEach(async () => {
        await conclude();
        folder.remove();
    });

    async function expectRecorded(...invokeIds: readonly string[]): Promise<void> {
        await Promise.all(
            invokeIds.map((invokeId) => pendingCommits.expect({ api, ...recordingOf(invokeId), log })),
        );
    }

    /** Lets it check the acknowledgements, a tenth of a second after the other, each time to the end. */
    async function look(times = 1): Promise<void> {
        for (let time = 0; time < times; time++) {
            await clock.advance(100);
            await spinUntil(() => clock.sleeping > 0 || pendingCommits.isEmpty);
        }
    }

    /** Ends the process; remaining sleepers wake once more. */
    async function conclude(): Promise<void> {
        const conclusion = pendingCommits.flush();
        await spinUntil(() => pendingCommits.isEmpty);
        await clock.advance(100);
        await conclusion;
    }

    it("has an acknowledgement file before the engine gets it, which nobody else may read", async () => {
        await expectRecorded("t-1");
        expect(existsSync(expectedPath("t-1"))).to.equal(true);
        if (process.platform !== "win32") {
            expect(statSync(expectedPath("t-1")).mode & 0o077).to.equal(0);
        }
        expect(pendingCommits.isEmpty).to.equal(false);
    });

    it("is not committed as long as the program does not know it", async () => {
        await expectRecorded("t-1");
        for (let looks = 0; looks < 20; looks++) {
            await look();
        }
        expect(api.calls).to.deep.equal([]);
        expect(pendingCommits.isEmpty).to.equal(false);
    });

    it("is committed within a tenth of a second once the program knows it, and not again", async () => {
        await expectRecorded("t-1");
        await look();
        acknowledge("t-1");
        await look();
        await spinUntil(() => api.calls.length > 0);
        await clock.advance(10_000);
        expect(api.argumentsOf("tagResources")).to.deep.equal([["invocation", ["t-1"], committed]]);
        expect(clock.sleeping, "nobody looks for anything any more").to.equal(0);
    });

    it("is committed in one call with all others that the program knows within a second", async () => {
        await expectRecorded("t-1", "t-2", "t-3");
        await look();
        acknowledge("t-1");
        await look(5);
        acknowledge("t-3");
        await look(5);
        expect(api.calls, "a second after the first one was noticed").to.deep.equal([]);
        await look();
        await spinUntil(() => api.calls.length > 0);
        const [type, ids] = api.argumentsOf("tagResources")[0] ?? [];
        expect(type).to.equal("invocation");
        expect(ids).to.have.members(["t-1", "t-3"]);
        acknowledge("t-2");
        await look();
        await spinUntil(() => api.calls.length > 1);
        expect(api.argumentsOf("tagResources")[1]).to.deep.equal(["invocation", ["t-2"], committed]);
        expect(api.calls).to.have.length(2);
    });

    it("is committed at once when the program knows all others", async () => {
        await expectRecorded("t-1", "t-2");
        acknowledge("t-1");
        await look(2);
        expect(api.calls).to.deep.equal([]);
        acknowledge("t-2");
        await look();
        await spinUntil(() => api.calls.length > 0);
        const [[, ids] = [], ...more] = api.argumentsOf("tagResources");
        expect(ids).to.have.members(["t-1", "t-2"]);
        expect(more).to.be.empty;
    });

    it("is committed at the end even if others are not recorded yet", async () => {
        await expectRecorded("t-1", "t-2");
        acknowledge("t-1");
        await look();
        expect(api.calls).to.deep.equal([]);
        await conclude();
        expect(api.argumentsOf("tagResources")).to.deep.equal([["invocation", ["t-1"], committed]]);
    });

    it("is committed with all its runs, however many, once the program knows its key", async () => {
        const invokeIds = Array.from({ length: 120 }, (_, index) => `t-${index}`);
        await pendingCommits.expect({ api, key: "recording-1", invokeIds, log });
        expect(existsSync(expectedPath("recording-1"))).to.equal(true);
        acknowledge("t-1");
        await look();
        expect(api.calls).to.deep.equal([]);
        acknowledge("recording-1");
        await look();
        await spinUntil(() => api.calls.length > 0);
        expect(api.argumentsOf("tagResources")).to.deep.equal([["invocation", invokeIds, committed]]);
        expect(readdirSync(acknowledgementFolder())).to.deep.equal([]);
    });

    it("is one of several if it has several runs that can't be committed, of which the warning names some", async () => {
        api = scriptedApi({ tagResources: () => Promise.reject(apiError("Forbidden.RAM")) });
        const invokeIds = ["t-1", "t-2", "t-3", "t-4", "t-5", "t-6", "t-7"];
        await pendingCommits.expect({ api, key: "recording-1", invokeIds, log });
        acknowledge("recording-1");
        await look();
        await spinUntil(() => log.lines.length > 0);
        expect(log.of("warn")).to.have.length(1);
        expect(log.of("warn").join()).to.include(
            "The snapshots were taken and recorded, but their invocations t-1, t-2, t-3, t-4, t-5 and 2 others could not",
        );
    });

    it("is committed in its own region", async () => {
        const elsewhere = scriptedApi({ tagResources: () => Promise.resolve() });
        await expectRecorded("t-1");
        await pendingCommits.expect({ api: elsewhere, ...recordingOf("t-2"), log });
        acknowledge("t-1");
        acknowledge("t-2");
        await look();
        await spinUntil(() => api.calls.length + elsewhere.calls.length === 2);
        expect(api.argumentsOf("tagResources")).to.deep.equal([["invocation", ["t-1"], committed]]);
        expect(elsewhere.argumentsOf("tagResources")).to.deep.equal([["invocation", ["t-2"], committed]]);
    });

    it("is followed by its further tasks, once, also if it can't be committed", async () => {
        for (const tagResources of [
            () => Promise.resolve(),
            () => Promise.reject(apiError("Forbidden.RAM")),
        ]) {
            const done: string[] = [];
            api = scriptedApi({ tagResources });
            const afterwards = (invokeId: string) => () => {
                done.push(`${invokeId} after ${api.calls.length} calls`);
                return Promise.resolve();
            };
            await pendingCommits.expect({ api, ...recordingOf("t-1"), log, afterwards: afterwards("t-1") });
            await pendingCommits.expect({ api, ...recordingOf("t-2"), log, afterwards: afterwards("t-2") });
            await look();
            expect(done).to.deep.equal([]);
            acknowledge("t-1");
            await look(11);
            await spinUntil(() => done.length > 0);
            await conclude();
            expect(done, "what nobody acknowledged is not recorded").to.deep.equal(["t-1 after 1 calls"]);
        }
    });

    it("is recorded whatever fails afterwards, which the user need not know", async () => {
        const afterwards = () => Promise.reject(new Error("afterwards"));
        await pendingCommits.expect({ api, ...recordingOf("t-1"), log, afterwards });
        acknowledge("t-1");
        await look();
        await spinUntil(() => log.lines.length > 0);
        expect(log.of("debug").join("\n")).to.include("afterwards");
        expect(log.lines).to.have.length(1);
        expect(api.argumentsOf("tagResources")).to.deep.equal([["invocation", ["t-1"], committed]]);
    });

    it("is checked although others were committed before", async () => {
        await expectRecorded("t-1");
        acknowledge("t-1");
        await look();
        await spinUntil(() => api.calls.length === 1);
        await expectRecorded("t-2");
        acknowledge("t-2");
        await look();
        await spinUntil(() => api.calls.length === 2);
        expect(api.argumentsOf("tagResources")[1]?.[1]).to.deep.equal(["t-2"]);
    });

    it("causes a warning in its own row if it can't be committed, and nothing else", async () => {
        api = scriptedApi({ tagResources: () => Promise.reject(apiError("Forbidden.RAM")) });
        const other = new RecordingLogger();
        await expectRecorded("t-1");
        await pendingCommits.expect({ api, ...recordingOf("t-2"), log: other });
        acknowledge("t-1");
        acknowledge("t-2");
        await look();
        await spinUntil(() => other.lines.length > 0);
        for (const [id, lines] of [
            ["t-1", log.lines],
            ["t-2", other.lines],
        ] as const) {
            expect(lines).to.have.length(1);
            expect(lines[0]?.level).to.equal("warn");
            expect(lines[0]?.message).to.include(id).and.to.include("Forbidden.RAM");
            expect(lines[0]?.message).to.include("ecs:TagResources");
        }
        expect(api.calls).to.have.length(1);
        expect(pendingCommits.isEmpty).to.equal(true);
    });

    it("stays handed over unless the program itself acknowledges it", async () => {
        await expectRecorded("t-1", "t-2", "t-3");
        rmSync(expectedPath("t-1"));
        rmSync(expectedPath("t-2"));
        mkdirSync(acknowledgedPath("t-2"));
        await look();
        rmSync(acknowledgementFolder(), { recursive: true });
        await look();
        for (const id of ["t-1", "t-2", "t-3"]) {
            acknowledge(id);
        }
        await look();
        expect(pendingCommits.isEmpty, "they are waited for").to.equal(false);
        await conclude();
        expect(api.calls).to.deep.equal([]);
        expect(log.lines.filter(({ level }) => level !== "debug")).to.deep.equal([]);
    });

    it("is committed although its file existed before, but not by the remains of a killed process", async () => {
        await expectAcknowledgement("t-1");
        acknowledge("t-1");
        await expectRecorded("t-1");
        for (let looks = 0; looks < 5; looks++) {
            await look();
        }
        expect(pendingCommits.isEmpty, "it is waited for").to.equal(false);
        acknowledge("t-1");
        await look();
        await spinUntil(() => api.calls.length > 0);
    });

    it("leaves no acknowledgement once it is committed", async () => {
        await expectRecorded("t-1");
        acknowledge("t-1");
        await look();
        await spinUntil(() => api.calls.length > 0);
        expect(readdirSync(acknowledgementFolder())).to.deep.equal([]);
    });

    it("stays handed over silently if no acknowledgement file can be written", async () => {
        folder.use(join(folder.path, "missing"));
        await expectRecorded("t-1");
        expect(pendingCommits.isEmpty).to.equal(true);
        await clock.advance(10_000);
        await conclude();
        expect(api.calls).to.deep.equal([]);
        expect(log.lines.map(({ level }) => level)).to.deep.equal(["debug"]);
    });

    it("is committed at the end of the process if the program knows it, else forgotten; no file is left", async () => {
        await expectRecorded("t-1", "t-2");
        acknowledge("t-1");
        await conclude();
        expect(api.argumentsOf("tagResources")).to.deep.equal([["invocation", ["t-1"], committed]]);
        expect(readdirSync(acknowledgementFolder())).to.deep.equal([]);
        expect(pendingCommits.isEmpty).to.equal(true);
        await clock.advance(10_000);
        expect(api.calls, "nobody looks any more").to.have.length(1);
    });

    it("does not delay the end of the process if it can't be committed", async () => {
        api = scriptedApi({ tagResources: () => Promise.reject(apiError("Forbidden.RAM")) });
        await expectRecorded("t-1");
        acknowledge("t-1");
        await conclude();
        expect(log.of("warn")).to.have.length(1);
    });
});
