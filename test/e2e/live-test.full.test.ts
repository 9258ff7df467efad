import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";

import { expect } from "chai";
import { defaultFixture, readSettings } from "pulumi-alicloud-app-snapshot-emulator";

import { root } from "../docs/support/markdown";
import { instances } from "../support/stack/program";
import { until } from "../support/until";
import { ensuredEngineFolder } from "./support/engine-folder";
import { failedSteps, type LiveTest, withLiveTest } from "./support/live-test";

/** Longer than any test: the upload is still in progress at the end. */
const uploadMs = 3_600_000;

describe("a live test, in all its forms", function () {
    this.timeout(600_000);

    it("finds the emulator's defaults, with all that it can try", () => {
        const excludeDisks = ["d-bp1linuxdb0000003da1", "d-bp1linuxdb0000003da2"];
        return withLiveTest(
            { timing: { uploadMs, deletionMs: 15_000 } },
            { instanceId: instances.mixedDisks, failingPreScript: true, excludeDisks },
            async ({ emulator, report, said, run, answers }) => {
                emulator.faults.add({ action: "DescribeInstances", kind: "throttled", after: 2 });
                expect(await run(), said.join("\n")).to.equal(true);
                expect(emulator.state.snapshotGroups).to.deep.equal([]);
                const { behaviour } = readSettings(join(report, "emulator.json"));
                expect(behaviour).to.deep.equal({
                    consistencyTagKey: "APPConsistent",
                    consistencyTagOnGroup: false,
                    groupTags: "accepted",
                    groupNameFilter: "exact",
                    emptyModification: "accepted",
                    deleteMissingGroup: "not-found",
                    deletion: "asynchronous",
                    deleteProgressingGroup: "cancel",
                    previousSnapshotInProgress: "allowed",
                    throttlingStatus: 400,
                    excludeDiskIdSyntax: "comma",
                    pluginAccount: "printed",
                    runtimeDirectories: "tmpfs",
                    unknownInvocation: "empty",
                    rolelessInstance: "omitted",
                    passedDryRun: "ids",
                });
                const found = new Map((await answers()).answers.map(({ id, answer }) => [id, answer]));
                expect(found.get("diskCategories")).to.match(/Left out: cloud_efficiency\.$/);
                expect(found.get("scriptOutput")).to.equal(undefined);
                expect(found.get("failingPreScript")).to.match(/^Exit code 9, and:.*Run PreScript failed/s);
            },
        );
    });

    it("finds the other readings of what it tries only on demand", () => {
        const excludeDisks = ["d-bp1linuxdb0000003da1", "d-bp1linuxdb0000003da2"];
        const behaviour = {
            excludeDiskIdSyntax: "repeat",
            imdsv2: "supported",
            rolelessInstance: "empty",
            throttlingStatus: 429,
        } as const;
        const fixture = defaultFixture();
        return withLiveTest(
            {
                behaviour,
                fixture: {
                    ...fixture,
                    instances: fixture.instances.map((instance) => ({ ...instance, httpTokens: "required" })),
                },
            },
            { instanceId: instances.mixedDisks, excludeDisks },
            async ({ emulator, report, said, run }) => {
                emulator.faults.add({ action: "DescribeInstances", kind: "throttled", after: 2 });
                expect(await run(), said.join("\n")).to.equal(true);
                expect(emulator.state.snapshotGroups).to.deep.equal([]);
                expect(readSettings(join(report, "emulator.json")).behaviour).to.deep.include(behaviour);
            },
        );
    });

    it("deletes the snapshot of a step that fails, and says which one it was", () =>
        withLiveTest({}, { instanceId: instances.linux }, async ({ emulator, said, run, answers }) => {
            emulator.controls.addOutcomes(instances.linux, { exitCode: 8 }, { exitCode: 8 });
            expect(await run()).to.equal(false);
            expect(failedSteps(await answers())).to.deep.equal(["up"]);
            expect(said.join("\n")).to.match(/Nothing is left in the cloud\.\nFailed: up\./);
            expect(emulator.state.snapshotGroups).to.deep.equal([]);
            const [instance] = emulator.state.instances;
            expect(instance?.ramRoleName ?? "").to.equal("");
        }));

    it("names what it could not delete, and deletes it at the next attempt", () =>
        withLiveTest({}, { instanceId: instances.linux }, async (live) => {
            const { emulator, said } = live;
            const refusal = { status: 403, code: "Forbidden.RAM", message: "Not now." } as const;
            emulator.faults.add({
                ...{ action: "DeleteSnapshotGroup", kind: "error", times: 1_000 },
                ...refusal,
            });
            expect(await live.run()).to.equal(false);
            const [group] = emulator.state.snapshotGroups;
            const id = group?.snapshotGroupId ?? "";
            expect((await live.answers()).left).to.deep.equal([`the snapshot group ${id}`]);
            expect(said.join("\n"))
                .to.include(`LEFT IN THE CLOUD: the snapshot group ${id}.`)
                .and.include("npm run live-test -- --destroy --report ")
                .and.include(`aliyun ecs DeleteSnapshotGroup --RegionId cn-hangzhou --SnapshotGroupId ${id}`);

            emulator.faults.clear();
            expect(await live.finish(), said.join("\n")).to.equal(true);
            expect((await live.answers()).isContinued).to.equal(true);
            expect(emulator.state.snapshotGroups).to.deep.equal([]);
        }));

    it("deletes the snapshot if the user does not want to go on", () =>
        withLiveTest({}, { instanceId: instances.linux }, async ({ emulator, run, answers }) => {
            const isInterrupted = () => emulator.state.snapshotGroups.length > 0;
            expect(await run({ isInterrupted })).to.equal(false);
            expect(failedSteps(await answers())).to.deep.equal(["interrupted"]);
            expect(emulator.ledger.some(({ action }) => action === "RunCommand")).to.equal(true);
            expect(emulator.state.snapshotGroups).to.deep.equal([]);
        }));

    it("ends in order after Ctrl-C, and does not stop the plugin", () =>
        withLiveTest({}, { instanceId: instances.linux }, async (live) => {
            const { child, ended } = await startAndFreeze(live);
            // Ctrl-C at a terminal reaches all processes of the live test's group.
            process.kill(-(child.pid ?? NaN), "SIGINT");
            live.emulator.controls.releasePlugin(instances.linux);
            const { code, output } = await ended;
            expect(output).to.include("Please wait.").and.include("Nothing is left in the cloud.");
            expect(code).to.equal(1);
            expect(failedSteps(await live.answers())).to.deep.equal(["interrupted"]);
            expectNothingLeft(live);
        }));

    it("can be killed, and finished after the engine's end", () =>
        withLiveTest({}, { instanceId: instances.linux }, async (live) => {
            const { child } = await startAndFreeze(live);
            child.kill("SIGKILL");
            const finished = live.finish();
            live.emulator.controls.releasePlugin(instances.linux);
            expect(await finished, live.said.join("\n")).to.equal(true);
            expect(live.said.join("\n")).to.include("Nothing is left in the cloud.");
            expectNothingLeft(live);
        }));
});

/** Starts a live test as a process of its own, up to the moment when the plugin has frozen the file systems. */
async function startAndFreeze({ emulator, report, environment }: LiveTest) {
    const { linux } = instances;
    emulator.controls.attachRole(linux, "AppSnapshotRoleName");
    emulator.controls.addOutcomes(linux, { holdAt: "freeze" });
    const args = ["--instance-id", linux, "--region", "cn-hangzhou", "--yes", "--report", report];
    const child = spawn(process.execPath, [join(root, "tools", "live-test.mjs"), ...args], {
        env: { ...environment, PATH: `${await ensuredEngineFolder()}${delimiter}${environment["PATH"]}` },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    }
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
    // It is frozen a moment before the plugin waits.
    const isHeld = (): boolean =>
        emulator.state.instances.some(
            ({ instanceId, frozen, pluginWaits }) => instanceId === linux && frozen && pluginWaits,
        );
    await until(isHeld);
    return { child, ended };
}

function expectNothingLeft({ emulator }: LiveTest): void {
    expect(emulator.state.snapshotGroups).to.deep.equal([]);
    expect(emulator.state.snapshots).to.deep.equal([]);
}
