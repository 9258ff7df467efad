import { expect } from "chai";
import { once } from "node:events";
import type { Emulator, EmulatorOptions } from "pulumi-alicloud-app-snapshot-emulator";
import { until } from "../support/until";
import { providerProcesses } from "../support/orphans";
import { isPluginAtWork } from "../support/plugin-runs";
import { calls, expectSuccess, groupIds, instances, linuxSnapshot, scenario } from "../support/scenario";
import type { Stack } from "../support/stack";

const resources = [linuxSnapshot("a", instances.withRole, { triggers: ["1"] })];

const refusedMark = {
    action: "TagResources",
    kind: "error",
    status: 403,
    code: "Forbidden.RAM",
    message: "not authorized: ecs:TagResources",
    when: isCommit,
} as const;

describe("exactly one snapshot, with the real engine", function () {
    this.timeout(180_000);

    it("commits a snapshot only after the engine has written it into the state", () => {
        let states: string[] = [];
        let stackOfTest: Stack | undefined;
        const onCall: EmulatorOptions["onCall"] = async ({ phase, entry }) => {
            if (phase === "received" && entry.action === "TagResources" && isCommit(entry.params)) {
                states = [...states, await (stackOfTest?.writtenState() ?? "")];
            }
        };
        return scenario(
            async ({ emulator, stack }) => {
                stackOfTest = stack;
                expectSuccess(await stack.up(resources));
                expect(states, "commits").to.have.length(1);
                const [group] = emulator.state.snapshotGroups;
                expect(states[0]).to.include(group?.snapshotGroupId);
                expect(stateTags(emulator)).to.deep.equal(["committed"]);
            },
            { emulator: { onCall } },
        );
    });

    it("says that a snapshot could not be marked, and still never takes it for one nobody knows", () =>
        scenario(async ({ emulator, stack }) => {
            emulator.faults.add(refusedMark);
            const up = expectSuccess(await stack.up(resources));
            expect(up.output).to.match(/could not be marked as done: .*ecs:TagResources/);
            expect(stateTags(emulator)).to.deep.equal(["open"]);
            const [old] = await stack.snapshots();

            // Neither taken up nor cleared away before the new one is there.
            expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole, { triggers: ["2"] })]));
            const [snapshot] = await stack.snapshots();
            expect(snapshot?.id).not.to.equal(old?.id);
            expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
            const actions = emulator.ledger.map((entry) => entry.action);
            expect(actions.indexOf("DeleteSnapshotGroup")).to.be.above(actions.lastIndexOf("RunCommand"));
            expect(stateTags(emulator)).to.deep.equal(["committed", "committed"]);
        }));

    it("loses none when a replacement is forced of one that could not be marked", () =>
        scenario(async ({ emulator, stack }) => {
            emulator.faults.add(refusedMark);
            expectSuccess(await stack.up(resources));
            const [old] = await stack.snapshots();
            // The engine tells a provider nothing of the resource that is replaced by force: it is taken up.
            const up = expectSuccess(await stack.up(resources, "--replace", old?.urn ?? ""));
            expect(up.output).to.match(/left alone: another resource took/);
            const [snapshot] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
            expect(await stack.snapshots()).to.have.length(1);
            expect(snapshot?.outputs?.["warnings"]).to.match(/by an earlier run that did not finish/);
            expectSuccess(await stack.destroy());
            expect(groupIds(emulator)).to.be.empty;
        }));

    it("ends its own process when the engine was killed", async function () {
        if (process.platform !== "linux") {
            console.log(
                "      (not run: processes are found through /proc, which this system does not have)",
            );
            this.skip();
        }
        await scenario(async ({ emulator, stack }) => {
            emulator.edit.addOutcomes(instances.withRole, { durationMs: 60_000 });
            const engine = stack.startUp(resources);
            await until(() => isPluginAtWork(emulator));
            expect(await providerProcesses("PULUMI_HOME", stack.home)).not.to.be.empty;
            engine.kill("SIGKILL");
            await once(engine, "exit");
            await until(
                async () => (await providerProcesses("PULUMI_HOME", stack.home)).length === 0,
                20_000,
            );
            expect(calls(emulator, "StopInvocation")).to.be.empty;
        });
    });
});

function isCommit(params: Readonly<Record<string, string>>): boolean {
    return params["ResourceType"] === "invocation" && params["Tag.1.Value"] === "committed";
}

function stateTags(emulator: Emulator): (string | undefined)[] {
    return emulator.state.invocations.map((invocation) => invocation.tags["app-snapshot:state"]);
}
