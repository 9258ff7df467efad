import { expect } from "chai";

import { calls, expectFailure, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";

export function reading(how: string, scenario: Scenario): void {
    describe(`reading snapshots, ${how}`, () => {
        it("finds nothing changed right after an update", () =>
            scenario(
                async ({ stack }) => {
                    expectSuccess(
                        await stack.up([linuxSnapshot("a", instances.withRole, { waitFor: "accomplished" })]),
                    );
                    const refresh = expectSuccess(await stack.refresh("--expect-no-changes"));
                    expect(refresh.output).to.match(/2 unchanged/);
                },
                { emulator: { timing: { uploadMs: 300 } } },
            ));

        it("notices that a group was deleted, and takes a new one", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [linuxSnapshot("a", instances.withRole)];
                expectSuccess(await stack.up(resources));
                const [gone] = await stack.snapshots();
                emulator.controls.deleteSnapshotGroup(gone?.id ?? "");
                const refresh = expectSuccess(await stack.refresh());
                expect(refresh.output).to.match(/1 deleted/);
                expect(await stack.snapshots()).to.be.empty;
                expectSuccess(await stack.up(resources));
                expect(emulator.state.snapshotGroups).to.have.length(1);
                expect((await stack.snapshots())[0]?.id).to.equal(
                    emulator.state.snapshotGroups[0]?.snapshotGroupId,
                );
            }));

        it("puts a name back that was changed from outside, and says so", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [linuxSnapshot("a", instances.withRole, { snapshotGroupName: "wanted" })];
                expectSuccess(await stack.up(resources));
                const [snapshot] = await stack.snapshots();
                emulator.controls.renameSnapshotGroup(snapshot?.id ?? "", "renamed");
                const refresh = expectSuccess(await stack.refresh());
                expect(refresh.output).to.match(/1 updated/);
                expect(refresh.output).to.match(/The name was changed outside of Pulumi/);
                const up = expectSuccess(await stack.up(resources));
                expect(up.output).to.match(/1 updated/);
                expect(up.output).to.match(/To be changed in place: the snapshotGroupName\./);
                expect(emulator.state.snapshotGroups[0]?.name).to.equal("wanted");
                expect(calls(emulator, "RunCommand")).to.have.length(1);
            }));

        it("takes a new one when a member was deleted from outside, and says why", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [linuxSnapshot("a", instances.linux)];
                expectSuccess(await stack.up(resources));
                const member = emulator.state.snapshots[1]?.snapshotId ?? "";
                emulator.controls.deleteSnapshot(member);
                const refresh = expectSuccess(await stack.refresh());
                expect(refresh.output).to.match(/1 updated/);
                expect(refresh.output).to.include(`Snapshot ${member} of disk`);
                expect((await stack.snapshots())[0]?.outputs?.["snapshots"]).to.have.length(1);

                const preview = expectSuccess(await stack.preview(resources));
                expect(preview.output).to.match(/1 to replace/);
                expect(preview.output).to.include(`deleted outside of Pulumi: ${member}`);
                expectSuccess(await stack.up(resources));
                const [snapshot] = await stack.snapshots();
                expect(snapshot?.outputs?.["snapshots"]).to.have.length(2);
                expect(snapshot?.outputs).not.to.have.property("missingSnapshotIds");
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    snapshot?.id,
                ]);
            }));

        it("shows tags that were changed from outside, and keeps the verified consistency", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [linuxSnapshot("a", instances.withRole)];
                expectSuccess(await stack.up(resources));
                const member = emulator.state.snapshots[0]?.snapshotId ?? "";
                emulator.controls.setTags(member, { APPConsistent: undefined, owner: "ops" });
                const refresh = expectSuccess(await stack.refresh());
                expect(refresh.output).to.match(
                    /Tags of snapshot s-\w+ were changed outside of Pulumi: APPConsistent, owner/,
                );
                const [snapshot] = await stack.snapshots();
                expect(snapshot?.outputs).to.include({ consistency: "application" });
                expect(JSON.stringify(snapshot?.outputs?.["snapshots"])).to.include('"owner":"ops"');
                expect(expectSuccess(await stack.up(resources)).output).to.match(/2 unchanged/);
            }));

        it("looks up a group that somebody else made, and never deletes it", () =>
            scenario(async ({ emulator, stack }) => {
                const id = emulator.controls.createSnapshotGroup(instances.linux, { name: "by-hand" });
                expectSuccess(await stack.up([{ name: "a", get: id }]));
                const a = (await stack.outputs())["a"];
                expect(a).to.include({
                    id,
                    snapshotGroupId: id,
                    snapshotGroupName: "by-hand",
                    instanceId: instances.linux,
                });
                expect(a?.["snapshots"]).to.have.length(2);
                expect((await stack.snapshots())[0]?.external).to.equal(true);
                expectSuccess(await stack.destroy());
                expect(emulator.state.snapshotGroups).to.have.length(1);
            }));

        it("says that a group to be looked up does not exist", () =>
            scenario(async ({ stack }) => {
                const up = expectFailure(await stack.up([{ name: "a", get: "ssg-bp1nosuchgroup000000" }]));
                expect(up.output).to.match(/GroupToGetNotFound: .*does not exist in this region/);
            }));
    });
}
