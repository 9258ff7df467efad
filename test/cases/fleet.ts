import { expect } from "chai";

import {
    attachRoles,
    calls,
    callsBesidesPolling,
    expectSuccess,
    fleetIn,
    fleetOf,
    groupIds,
    instances,
    startedOn,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";

const { linux, withRole, mixedDisks, windows } = instances;
const role = "AppSnapshotRoleName";

/** The life of a fleet in which nothing goes wrong. */
export function fleets(how: string, scenario: Scenario): void {
    describe(`the life of a fleet, ${how}`, () => {
        it("takes all snapshots with one command for each system, changes nothing afterwards, and deletes them", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const all = [linux, withRole, windows, mixedDisks];
                    attachRoles(emulator, all);
                    const resources = [fleetOf("a", all, { waitFor: "accomplished" })];
                    expectSuccess(await stack.up(resources));
                    expect(startedOn(emulator)).to.have.deep.members([
                        [linux, withRole, mixedDisks],
                        [windows],
                    ]);
                    const held = await fleetIn(stack, "a");
                    expect(held.failures).to.deep.equal({});
                    expect(held).to.include({ consistency: "application", regionId: "cn-hangzhou" });
                    expect(Object.keys(held.snapshots)).to.have.members(all);
                    expect(held.snapshotGroupIdByInstanceId).to.deep.equal(
                        Object.fromEntries(
                            emulator.state.snapshotGroups.map((group) => [
                                group.instanceId,
                                group.snapshotGroupId,
                            ]),
                        ),
                    );
                    expect(held.snapshotIdByDiskId).to.deep.equal(
                        Object.fromEntries(
                            emulator.state.snapshots.map((one) => [one.sourceDiskId, one.snapshotId]),
                        ),
                    );
                    expect(held.snapshots[windows]).to.include({
                        osType: "windows",
                        consistency: "application",
                    });
                    for (const [instanceId, { snapshotGroupId, snapshots }] of Object.entries(
                        held.snapshots,
                    )) {
                        expect(snapshotGroupId).to.equal(held.snapshotGroupIdByInstanceId[instanceId]);
                        for (const { snapshotId, sourceDiskId } of snapshots) {
                            expect(held.snapshotIdByDiskId[sourceDiskId]).to.equal(snapshotId);
                        }
                    }
                    expect(emulator.state.instances.filter(({ frozen }) => frozen)).to.be.empty;
                    const states = emulator.state.invocations.map(({ tags }) => tags["app-snapshot:state"]);
                    expect(states).to.deep.equal(["committed", "committed"]);

                    const before = emulator.ledger.length;
                    expect(expectSuccess(await stack.up(resources)).output).to.match(/2 unchanged/);
                    expect(emulator.ledger.length, "calls of an unchanged update").to.equal(before);
                    const refresh = expectSuccess(await stack.refresh("--expect-no-changes"));
                    expect(refresh.output).to.match(/2 unchanged/);
                    expect(await fleetIn(stack, "a")).to.deep.equal(held);

                    expectSuccess(await stack.destroy());
                    expect(groupIds(emulator)).to.be.empty;
                    expect(emulator.state.snapshots).to.be.empty;
                    expect(await stack.snapshots()).to.be.empty;
                    expect(calls(emulator, "DetachInstanceRamRole")).to.be.empty;
                },
                { emulator: { timing: { uploadMs: 300 } } },
            ));

        it("has the consistency of its weakest snapshot", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(mixedDisks, { degrade: true });
                expectSuccess(await stack.up([fleetOf("a", [withRole, mixedDisks], { onDegraded: "keep" })]));
                const held = await fleetIn(stack, "a");
                expect(held.consistency).to.equal("filesystem");
                expect(held.snapshots[withRole]?.consistency).to.equal("application");
                expect(held.snapshots[mixedDisks]).to.include({ consistency: "filesystem", degraded: true });
            }));

        it("takes only the snapshot of an instance that is added, and deletes only that of one that is removed", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([fleetOf("a", [withRole, linux])]));
                const before = (await fleetIn(stack, "a")).snapshotGroupIdByInstanceId;

                expectSuccess(await stack.up([fleetOf("a", [withRole, linux, windows])]));
                const added = (await fleetIn(stack, "a")).snapshotGroupIdByInstanceId;
                expect(startedOn(emulator).slice(-1)).to.deep.equal([[windows]]);
                expect(added).to.deep.equal({ ...before, [windows]: added[windows] });
                expect(calls(emulator, "DeleteSnapshotGroup")).to.be.empty;

                const removal = expectSuccess(await stack.up([fleetOf("a", [withRole, windows])]));
                expect(removal.output).to.match(/1 updated/);
                const { [linux]: removed, ...others } = added;
                const held = await fleetIn(stack, "a");
                expect(held.snapshotGroupIdByInstanceId).to.deep.equal(others);
                expect(Object.keys(held.reports)).to.have.members([withRole, windows]);
                expect(groupIds(emulator)).to.have.members(Object.values(others)).and.not.include(removed);
                const runs = emulator.state.invocations.length;

                // In another order, and with another one in place of one, it is the same fleet.
                expectSuccess(await stack.up([fleetOf("a", [windows, mixedDisks])]));
                const exchanged = (await fleetIn(stack, "a")).snapshotGroupIdByInstanceId;
                expect(exchanged).to.have.all.keys(windows, mixedDisks);
                expect(exchanged[windows]).to.equal(before[windows] ?? added[windows]);
                expect(emulator.state.invocations).to.have.length(runs + 1);
                expect(groupIds(emulator)).to.have.members(Object.values(exchanged));

                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.be.empty;
            }));

        it("replaces all snapshots when a trigger changes, and deletes the old ones after that", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([fleetOf("a", [withRole, linux], { triggers: ["1"] })]));
                const old = await fleetIn(stack, "a");
                const up = expectSuccess(
                    await stack.up([fleetOf("a", [withRole, linux], { triggers: ["2"] })]),
                );
                expect(up.output).to.match(/1 replaced/);
                const now = await fleetIn(stack, "a");
                expect(await stack.snapshots()).to.have.length(1);
                expect(now.fleetId).not.to.equal(old.fleetId);
                const ids = Object.values(now.snapshotGroupIdByInstanceId);
                expect(groupIds(emulator)).to.have.members(ids);
                expect(ids).not.to.have.any.members(Object.values(old.snapshotGroupIdByInstanceId));
                const order = callsBesidesPolling(emulator);
                expect(order.lastIndexOf("RunCommand")).to.be.below(order.indexOf("DeleteSnapshotGroup"));
            }));

        it("changes names and descriptions in place, also those of one instance", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([fleetOf("a", [withRole, mixedDisks])]));
                const { snapshotGroupIdByInstanceId: ids } = await fleetIn(stack, "a");
                const started = startedOn(emulator).length;
                expectSuccess(
                    await stack.up([fleetOf("a", [withRole, mixedDisks], { description: "before 2.0" })]),
                );
                expect(emulator.state.snapshotGroups.map(({ description }) => description)).to.deep.equal([
                    "before 2.0",
                    "before 2.0",
                ]);
                const list = [
                    { instanceId: withRole, snapshotGroupName: "the-first", description: "the first" },
                    { instanceId: mixedDisks },
                ];
                const args = { description: "before 2.0", instanceIds: undefined, instances: list };
                const up = expectSuccess(await stack.up([fleetOf("a", [], args)]));
                expect(up.output).to.match(/1 updated/);
                const held = await fleetIn(stack, "a");
                expect(held.snapshotGroupIdByInstanceId).to.deep.equal(ids);
                expect(held.snapshots[withRole]).to.include({
                    snapshotGroupName: "the-first",
                    description: "the first",
                });
                expect(held.snapshots[mixedDisks]).to.include({ description: "before 2.0" });
                const named = emulator.state.snapshotGroups.find(({ name }) => name === "the-first");
                expect(named).to.include({ instanceId: withRole, description: "the first" });
                expect(startedOn(emulator)).to.have.length(started);
                expect(calls(emulator, "ModifySnapshotGroup")).to.have.length(3);
                expect(expectSuccess(await stack.up([fleetOf("a", [], args)])).output).to.match(
                    /2 unchanged/,
                );
            }));

        it("excludes disks of single instances", () =>
            scenario(async ({ emulator, stack }) => {
                const excludeDiskIds = ["d-bp1linuxdb0000003da1", "d-bp1linuxdb0000003da2"];
                const list = [{ instanceId: withRole }, { instanceId: mixedDisks, excludeDiskIds }];
                expectSuccess(
                    await stack.up([fleetOf("a", [], { instanceIds: undefined, instances: list })]),
                );
                const { snapshotIdByDiskId } = await fleetIn(stack, "a");
                expect(snapshotIdByDiskId).to.have.all.keys(
                    "d-bp1linuxdb0000002sys",
                    "d-bp1linuxdb0000003sys",
                );
                const runs = emulator.state.invocations.map(({ content, results }) => [
                    results.map(({ instanceId }) => instanceId),
                    content.includes("-ExcludeDiskId"),
                ]);
                expect(runs).to.have.deep.members([
                    [[withRole], false],
                    [[mixedDisks], true],
                ]);
            }));

        it("attaches a temporary role to all instances, and detaches it from all, also after failures", () =>
            scenario(async ({ emulator, stack }) => {
                const roles = (): (string | undefined)[] =>
                    emulator.state.instances
                        .filter(({ instanceId }) =>
                            [linux, mixedDisks, windows].includes(instanceId as never),
                        )
                        .map(({ ramRoleName }) => ramRoleName);
                emulator.controls.addOutcomes(mixedDisks, { exitCode: 9 });
                const resources = [
                    fleetOf("a", [linux, mixedDisks, windows], { roleAttachment: "temporary" }),
                ];
                const failed = await stack.up(resources);
                expect(failed.code).not.to.equal(0);
                expect(Object.keys((await fleetIn(stack, "a")).snapshots)).to.have.members([linux, windows]);
                expect(roles()).to.deep.equal([undefined, undefined, undefined]);
                const attached = calls(emulator, "AttachInstanceRamRole").flatMap(
                    ({ params }) => JSON.parse(params["InstanceIds"] ?? "[]") as string[],
                );
                expect(attached).to.have.members([linux, mixedDisks, windows]);
                expectSuccess(await stack.up(resources));
                expect(roles()).to.deep.equal([undefined, undefined, undefined]);
                expect(
                    calls(emulator, "AttachInstanceRamRole").every(
                        ({ params }) => params["RamRoleName"] === role,
                    ),
                ).to.equal(true);
                const left = emulator.state.instances.filter(
                    ({ tags }) => "app-snapshot:temporary-role" in tags,
                );
                expect(left).to.be.empty;
            }));
    });
}
