import { expect } from "chai";

import {
    calls,
    callsBesidesPolling,
    expectSuccess,
    instances,
    linuxSnapshot,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";

export function lifecycle(how: string, scenario: Scenario): void {
    describe(`the life of a snapshot, ${how}`, () => {
        it("takes one of Linux and one of Windows, changes nothing afterwards, and deletes both", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [
                    linuxSnapshot("linux", instances.linux),
                    {
                        name: "windows",
                        args: { instanceId: instances.windows, windows: { enableWriters: true } },
                    },
                ];
                const up = expectSuccess(await stack.up(resources));
                // The plugin may have ended at the first look.
                expect(up.output).to.match(/AppConsistentSnapshot linux .*the snapshot plugin/);

                const { linux, windows } = await stack.outputs();
                expect(linux).to.include({
                    consistency: "application",
                    osType: "linux",
                    regionId: "cn-hangzhou",
                });
                expect(windows).to.include({ consistency: "application", osType: "windows" });
                const groups = emulator.state.snapshotGroups;
                expect(groups.map((group) => group.snapshotGroupId)).to.have.members([
                    linux?.["id"],
                    windows?.["id"],
                ]);
                expect(linux?.["snapshotGroupId"]).to.equal(linux?.["id"]);
                expect(linux?.["snapshotIdByDiskId"]).to.have.keys(
                    "d-bp1linuxdb0000001sys",
                    "d-bp1linuxdb0000001dat",
                );
                expect(linux?.["systemDiskSnapshotId"]).to.equal(
                    (linux?.["snapshotIdByDiskId"] as Record<string, string>)["d-bp1linuxdb0000001sys"],
                );
                expect(linux?.["pluginMessage"]).to.equal("Finish whole Processes of Snapshot successfully");
                for (const instance of emulator.state.instances.filter(({ instanceId }) =>
                    [instances.linux, instances.windows].includes(instanceId as never),
                )) {
                    expect(instance.ramRoleName).to.equal("AppSnapshotRoleName");
                    expect(instance.frozen).to.equal(false);
                }

                const before = emulator.ledger.length;
                const again = expectSuccess(await stack.up(resources));
                expect(again.output).to.match(/3 unchanged/);
                expect(emulator.ledger.length, "calls of an unchanged update").to.equal(before);

                expectSuccess(await stack.destroy());
                expect(emulator.state.snapshotGroups).to.be.empty;
                expect(emulator.state.snapshots).to.be.empty;
                expect(calls(emulator, "DetachInstanceRamRole")).to.be.empty;
            }));

        it("needs at most twelve calls besides polling if the role is attached, and one more for a name", () =>
            scenario(async ({ emulator, stack }) => {
                const described = linuxSnapshot("a", instances.withRole, { description: "counted" });
                expectSuccess(await stack.up([described]));
                expect(callsBesidesPolling(emulator)).to.have.length.of.at.most(12);
                expect(callsBesidesPolling(emulator)).not.to.include("AttachInstanceRamRole");
                const before = callsBesidesPolling(emulator).length;
                const args = { description: "counted", snapshotGroupName: "counted" };
                expectSuccess(await stack.up([described, linuxSnapshot("b", instances.withRole, args)]));
                expect(callsBesidesPolling(emulator).length - before).to.be.at.most(15);
            }));

        it("changes the name and the description in place", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole)]));
                const id = (await stack.snapshots())[0]?.id;
                const args = {
                    snapshotGroupName: "before-migration",
                    description: 'Vor der Umstellung: 50 %, "quoted"',
                };
                expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole, args)]));
                expect((await stack.snapshots())[0]?.id).to.equal(id);
                expect(emulator.state.snapshotGroups[0]).to.include({
                    name: args.snapshotGroupName,
                    description: args.description,
                });
                expect((await stack.outputs())["a"]).to.include({ ...args, consistency: "application" });
                expect(calls(emulator, "RunCommand")).to.have.length(1);
            }));

        it("takes a new one when a trigger changes, and deletes the old one after it", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(
                    await stack.up([linuxSnapshot("a", instances.withRole, { triggers: ["1.0"] })]),
                );
                const old = (await stack.snapshots())[0]?.id;
                expectSuccess(
                    await stack.up([linuxSnapshot("a", instances.withRole, { triggers: ["1.1"] })]),
                );
                const state = await stack.snapshots();
                expect(state).to.have.length(1);
                expect(state[0]?.id).not.to.equal(old);
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    state[0]?.id,
                ]);
                const order = emulator.ledger.map((entry) => entry.action);
                expect(order.lastIndexOf("RunCommand")).to.be.below(order.indexOf("DeleteSnapshotGroup"));
            }));

        it("takes a new one when that is demanded with --replace, and never adopts a finished one", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole)]));
                const [old] = await stack.snapshots();
                expectSuccess(
                    await stack.up([linuxSnapshot("a", instances.withRole)], "--replace", old?.urn ?? ""),
                );
                const [now] = await stack.snapshots();
                expect(now?.id).not.to.equal(old?.id);
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    now?.id,
                ]);
            }));

        it("changes nothing if an input changes that only steers the provider", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole)]));
                const before = emulator.ledger.length;
                const args = { timeoutSeconds: 900, waitFor: "accomplished", onDegraded: "keep" };
                const up = expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole, args)]));
                expect(up.output).to.match(/2 unchanged/);
                expect(emulator.ledger.length).to.equal(before);
            }));

        it("passes every parameter of the plugin on", () =>
            scenario(async ({ emulator, stack }) => {
                const args = {
                    linux: {
                        preScriptPath: "/root/app-snapshot/prescript.sh",
                        postScriptPath: "/root/app-snapshot/postscript.sh",
                        enableFsFreeze: true,
                        freezeTimeoutSeconds: 20,
                        scriptTimeoutSeconds: 60,
                    },
                    instantAccess: true,
                    instantAccessRetentionDays: 3,
                    excludeDiskIds: ["d-bp1linuxdb0000003da1", "d-bp1linuxdb0000003da2"],
                };
                expectSuccess(await stack.up([linuxSnapshot("a", instances.mixedDisks, args)]));
                const a = (await stack.outputs())["a"];
                expect(a?.["snapshotIdByDiskId"]).to.have.keys("d-bp1linuxdb0000003sys");
                expect(a?.["warnings"]).to.have.length(1);
                expect(a?.["warnings"]).to.match(/d-bp1linuxdb0000003da3 \(cloud_efficiency\)/);
                const invocation = emulator.state.invocations.at(-1);
                for (const parameter of [
                    "-RamRoleName=AppSnapshotRoleName",
                    "-EnableFsFreeze=true",
                    "-TimeoutInSeconds=20",
                    "-ScriptTimeoutInSeconds=60",
                    "-PreScriptPath=/root/app-snapshot/prescript.sh",
                    "-PostScriptPath=/root/app-snapshot/postscript.sh",
                    "-InstantAccess=true",
                    "-InstantAccessRentationDays=3",
                    "-ExcludeDiskId=d-bp1linuxdb0000003da1,d-bp1linuxdb0000003da2",
                ]) {
                    expect(invocation?.content).to.include(parameter);
                }
                expect(invocation).to.include({
                    timeoutSeconds: 60 + 60 + 20 + 300,
                    terminationMode: "Process",
                });
            }));
    });
}
