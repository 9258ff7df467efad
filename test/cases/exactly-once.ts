import { expect } from "chai";
import type { Emulator, EmulatorOptions } from "pulumi-alicloud-app-snapshot-emulator";

import { startPlugin } from "../support/stack/interruption";
import { processesCanBeFound } from "../support/stack/processes";
import { calls, expectSuccess, groupIds, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

const resources = [linuxSnapshot("a", instances.withRole, { triggers: ["1"] })];

const refusedMark = {
    action: "TagResources",
    kind: "error",
    status: 403,
    code: "Forbidden.RAM",
    message: "not authorized: ecs:TagResources",
    when: isCommit,
} as const;

export function exactlyOnce(how: string, scenario: Scenario): void {
    describe(`exactly one snapshot, ${how}`, () => {
        it("commits a snapshot only after the engine has written it into the state", () => {
            let states: string[] = [];
            let stackOfTest: TestStack | undefined;
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

        it("says that a snapshot could not be tagged, and still does not treat it as an orphan", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.faults.add(refusedMark);
                const up = expectSuccess(await stack.up(resources));
                expect(up.output).to.match(/could not be marked as done: .*ecs:TagResources/);
                expect(stateTags(emulator)).to.deep.equal(["handed"]);
                const [old] = await stack.snapshots();

                // It is neither adopted nor cleared away before the new one exists.
                expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole, { triggers: ["2"] })]));
                const [snapshot] = await stack.snapshots();
                expect(snapshot?.id).not.to.equal(old?.id);
                expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
                const actions = emulator.ledger.map((entry) => entry.action);
                expect(actions.indexOf("DeleteSnapshotGroup")).to.be.above(actions.lastIndexOf("RunCommand"));
                expect(stateTags(emulator)).to.deep.equal(["committed", "committed"]);
            }));

        it("loses none when one that could not be tagged is replaced by force", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.faults.add(refusedMark);
                expectSuccess(await stack.up(resources));
                const [old] = await stack.snapshots();
                // The engine does not tell the provider about a replacement by force, so the old run is adopted.
                const up = expectSuccess(await stack.up(resources, "--replace", old?.urn ?? ""));
                expect(up.output).to.match(/left alone: the replacement of this resource has adopted ssg-/);
                const [snapshot] = await stack.snapshots();
                expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
                expect(await stack.snapshots()).to.have.length(1);
                expect(snapshot?.outputs?.["warnings"]).to.match(/by an earlier run that did not finish/);
                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.be.empty;
            }));

        it("ends its own process when the engine was killed", async function () {
            if (!processesCanBeFound) {
                console.log("      (not run: processes are found through /proc, which is not there)");
                this.skip();
            }
            await scenario(async ({ emulator, stack }) => {
                const update = { resources, instanceId: instances.withRole };
                const { killEngine } = await startPlugin(emulator, stack, update);
                expect(await stack.providerProcesses()).not.to.be.empty;
                await killEngine();
                await until(async () => (await stack.providerProcesses()).length === 0);
                expect(calls(emulator, "StopInvocation")).to.be.empty;
            });
        });
    });
}

function isCommit(params: Readonly<Record<string, string>>): boolean {
    return params["ResourceType"] === "invocation" && params["Tag.1.Value"] === "committed";
}

function stateTags(emulator: Emulator): (string | undefined)[] {
    return emulator.state.invocations.map((invocation) => invocation.tags["app-snapshot:state"]);
}
