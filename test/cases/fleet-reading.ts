import { expect } from "chai";

import {
    calls,
    expectFailure,
    expectSuccess,
    fleetIn,
    fleetOf,
    groupIds,
    instances,
    startedOn,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";

const { linux, withRole, mixedDisks } = instances;
const all = [linux, withRole, mixedDisks];

/** Fleets whose snapshots were changed, deleted or used outside of Pulumi. */
export function fleetReading(how: string, scenario: Scenario): void {
    describe(`a fleet that was changed outside of Pulumi, ${how}`, () => {
        it("takes the snapshot of an instance again whose group was deleted, and no other", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [fleetOf("a", all)];
                expectSuccess(await stack.up(resources));
                const before = await fleetIn(stack, "a");
                emulator.controls.deleteSnapshotGroup(before.snapshotGroupIdByInstanceId[linux] ?? "");
                const refresh = expectSuccess(await stack.refresh());
                expect(refresh.output).to.match(/1 updated/);
                expect(refresh.output).to.include(before.snapshotGroupIdByInstanceId[linux]);
                const read = await fleetIn(stack, "a");
                expect(Object.keys(read.snapshots)).to.have.members([withRole, mixedDisks]);
                expect(Object.keys(read.snapshotIdByDiskId)).not.to.include("d-bp1linuxdb0000001sys");

                const preview = expectSuccess(await stack.preview(resources));
                expect(preview.output)
                    .to.match(/1 to update/)
                    .and.to.include(linux);
                const runs = startedOn(emulator).length;
                expectSuccess(await stack.up(resources));
                expect(startedOn(emulator).slice(runs)).to.deep.equal([[linux]]);
                const now = await fleetIn(stack, "a");
                expect(now.snapshotGroupIdByInstanceId).to.include(read.snapshotGroupIdByInstanceId);
                expect(groupIds(emulator)).to.have.members(Object.values(now.snapshotGroupIdByInstanceId));
                expect(expectSuccess(await stack.up(resources)).output).to.match(/2 unchanged/);
            }));

        it("takes the snapshot of an instance again that lost a member, and deletes the incomplete group after it", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [fleetOf("a", all)];
                expectSuccess(await stack.up(resources));
                const before = await fleetIn(stack, "a");
                const lost = before.snapshotIdByDiskId["d-bp1linuxdb0000001dat"] ?? "";
                emulator.controls.deleteSnapshot(lost);
                const refresh = expectSuccess(await stack.refresh());
                expect(refresh.output).to.include(`Snapshot ${lost} of disk`);
                const read = await fleetIn(stack, "a");
                expect(read.missingSnapshotIds).to.deep.equal({ [linux]: [lost] });
                expect(read.snapshots[linux]?.snapshots).to.have.length(1);

                const preview = expectSuccess(await stack.preview(resources));
                expect(preview.output).to.match(/snapshots were deleted outside of Pulumi: those of i-/);

                // A failure in between keeps what is left of the old one.
                emulator.controls.addOutcomes(linux, { exitCode: 9 });
                expectFailure(await stack.up(resources));
                expect(groupIds(emulator)).to.have.length(3);
                const runs = startedOn(emulator).length;
                expectSuccess(await stack.up(resources));
                expect(startedOn(emulator).slice(runs)).to.deep.equal([[linux]]);
                const now = await fleetIn(stack, "a");
                expect(now).not.to.have.any.keys("missingSnapshotIds", "supersededSnapshotGroups");
                expect(now.snapshots[linux]?.snapshots).to.have.length(2);
                expect(groupIds(emulator)).to.have.members(Object.values(now.snapshotGroupIdByInstanceId));
                expect(groupIds(emulator)).not.to.include(before.snapshotGroupIdByInstanceId[linux]);
            }));

        it("keeps an incomplete group with retainOnDelete when a newer one takes its place", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [fleetOf("a", [linux], {}, { retainOnDelete: true })];
                expectSuccess(await stack.up(resources));
                const before = await fleetIn(stack, "a");
                emulator.controls.deleteSnapshot(before.snapshotIdByDiskId["d-bp1linuxdb0000001dat"] ?? "");
                expectSuccess(await stack.refresh());
                expectSuccess(await stack.up(resources));
                expect(groupIds(emulator)).to.include(before.snapshotGroupIdByInstanceId[linux]);
                expect(groupIds(emulator)).to.have.length(2);
            }));

        it("is gone if all of its groups were deleted", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [fleetOf("a", [linux, withRole])];
                expectSuccess(await stack.up(resources));
                groupIds(emulator).forEach((id) => {
                    emulator.controls.deleteSnapshotGroup(id);
                });
                expect(expectSuccess(await stack.refresh()).output).to.match(/1 deleted/);
                expect(await stack.snapshots()).to.be.empty;
                expectSuccess(await stack.up(resources));
                expect(groupIds(emulator)).to.have.length(2);
            }));

        for (const groupWithHeldMember of ["stays", "goes"] as const) {
            it(`names the image that holds a snapshot when it is deleted, and deletes the others: the group ${groupWithHeldMember}`, () =>
                scenario(
                    async ({ emulator, stack }) => {
                        expectSuccess(await stack.up([fleetOf("a", all)]));
                        const { snapshotIdByDiskId } = await fleetIn(stack, "a");
                        const held = snapshotIdByDiskId["d-bp1linuxdb0000001dat"] ?? "";
                        emulator.controls.holdSnapshot(held, { imageId: "m-bp1held" });
                        for (const attempt of ["first", "second"]) {
                            const { output } = expectFailure(await stack.destroy());
                            expect(output, attempt).to.match(/FleetNotDeleted: /);
                            expect(output, attempt).to.match(new RegExp(`${linux}: SnapshotsHeld: `));
                            expect(output, attempt).to.include(held);
                            expect(output, attempt).to.include("image m-bp1held");
                            expect(output, attempt).not.to.include(`${withRole}: `);
                            expect(await stack.snapshots(), attempt).to.have.length(1);
                            expect(
                                emulator.state.snapshots.map(({ snapshotId }) => snapshotId),
                            ).to.deep.equal([held]);
                        }
                        emulator.controls.releaseSnapshot(held);
                        expectSuccess(await stack.destroy());
                        expect(emulator.state.snapshots).to.be.empty;
                        expect(groupIds(emulator)).to.be.empty;
                        expect(await stack.snapshots()).to.be.empty;
                    },
                    { emulator: { behaviour: { groupWithHeldMember } } },
                ));
        }

        it("names the image that holds a snapshot of a removed instance, and keeps it in the state until it is deleted", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([fleetOf("a", all)]));
                const { snapshotIdByDiskId } = await fleetIn(stack, "a");
                const held = snapshotIdByDiskId["d-bp1linuxdb0000001dat"] ?? "";
                emulator.controls.holdSnapshot(held, { imageId: "m-bp1held" });
                const fewer = [fleetOf("a", [withRole])];
                const { output } = expectFailure(await stack.up(fewer));
                expect(output).to.match(new RegExp(`${linux}: SnapshotsHeld: `));
                const state = await fleetIn(stack, "a");
                expect(Object.keys(state.snapshots)).to.have.members([withRole, linux]);
                expect(Object.keys(state.failures)).to.deep.equal([linux]);
                emulator.controls.releaseSnapshot(held);
                expectSuccess(await stack.up(fewer));
                expect(groupIds(emulator)).to.have.members(
                    Object.values((await fleetIn(stack, "a")).snapshotGroupIdByInstanceId),
                );
                expect(groupIds(emulator)).to.have.length(1);
                expect(emulator.state.snapshots).to.have.length(1);
                expect(calls(emulator, "RunCommand")).to.have.length(startedOn(emulator).length);
            }));
    });
}
