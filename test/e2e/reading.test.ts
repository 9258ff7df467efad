import { expect } from "chai";

import { expectFailure, expectSuccess, groupIds, instances, linuxSnapshot } from "../support/stack/program";
import { withEngine } from "./support/engine";

describe("reading snapshots, with the real engine", () => {
    it("shows changes from outside, and takes a new snapshot for a lost member or group", () =>
        withEngine(async ({ emulator, stack }) => {
            const resources = [linuxSnapshot("a", instances.linux, { snapshotGroupName: "wanted" })];
            expectSuccess(await stack.up(resources));
            const [first] = await stack.snapshots();
            emulator.controls.renameSnapshotGroup(first?.id ?? "", "renamed");
            const member = emulator.state.snapshots[1]?.snapshotId ?? "";
            emulator.controls.deleteSnapshot(member);
            const refresh = expectSuccess(await stack.refresh());
            expect(refresh.output)
                .to.match(/1 updated/)
                .and.match(/The name was changed outside of Pulumi/)
                .and.include(`Snapshot ${member} of disk`);

            const preview = expectSuccess(await stack.preview(resources));
            expect(preview.output).to.match(/1 to replace/);
            expect(preview.output).to.include(`deleted outside of Pulumi: ${member}`);
            expectSuccess(await stack.up(resources));
            const [second] = await stack.snapshots();
            expect(second?.outputs?.["snapshots"]).to.have.length(2);
            expect(groupIds(emulator)).to.deep.equal([second?.id]);

            emulator.controls.deleteSnapshotGroup(second?.id ?? "");
            expect(expectSuccess(await stack.refresh()).output).to.match(/1 deleted/);
            expect(await stack.snapshots()).to.be.empty;
        }));

    it("looks up a group that somebody else made, and never deletes it", () =>
        withEngine(async ({ emulator, stack }) => {
            const id = emulator.controls.createSnapshotGroup(instances.linux, { name: "by-hand" });
            expectSuccess(await stack.up([{ name: "a", get: id }]));
            expect((await stack.outputs())["a"]).to.include({ id, snapshotGroupId: id });
            expect((await stack.snapshots())[0]?.external).to.equal(true);
            expectSuccess(await stack.destroy());
            expect(groupIds(emulator)).to.deep.equal([id]);
        }));

    it("reports a missing group once", () =>
        withEngine(async ({ stack }) => {
            const preview = expectFailure(await stack.preview([{ name: "a", get: "ssg-unknown" }]));
            expect(preview.output.match(/What to do:/g)).to.have.length(1);
            expect(preview.output.match(/More: .*docs\/errors\.md#group-to-get-not-found/g)).to.have.length(
                1,
            );
        }));

    it("previews unknown inputs and outputs without a call", () =>
        withEngine(async ({ emulator, stack }) => {
            const resources = [
                linuxSnapshot("first", instances.withRole),
                { ...linuxSnapshot("second", ""), instanceOf: "first" },
            ];
            const preview = expectSuccess(await stack.preview(resources));
            expect(preview.output).to.match(/\+ 3 to create|3 to create/);
            expect(preview.output).to.match(/snapshotGroupId *: \[unknown\]|output<string>/);
            expect(emulator.ledger).to.be.empty;

            // One after another, since they are of one instance.
            expectSuccess(await stack.up(resources));
            expect(emulator.state.snapshotGroups).to.have.length(2);
            const replaced = expectSuccess(
                await stack.preview([
                    linuxSnapshot("first", instances.withRole, { triggers: ["2"] }),
                    ...resources.slice(1),
                ]),
            );
            expect(replaced.output).to.match(/to replace/);
        }));

    it("finds its URN under a component, so that its status shows there", () =>
        withEngine(async ({ stack }) => {
            const up = expectSuccess(
                await stack.up([{ ...linuxSnapshot("a", instances.withRole), parent: "group" }]),
            );
            const [snapshot] = await stack.snapshots();
            expect(snapshot?.inputs?.["resourceUrn"]).to.equal(snapshot?.urn);
            expect(up.output).to.match(/AppConsistentSnapshot a .*starting the snapshot plugin/);
        }));

    it("is refused in the preview if an input is wrong, without its value", () =>
        withEngine(async ({ emulator, stack }) => {
            const linux = { preScriptPath: "/tmp/$(reboot)", postScriptPath: "/root/post.sh" };
            const preview = expectFailure(
                await stack.preview([linuxSnapshot("a", instances.linux, { linux })]),
            );
            expect(preview.output).to.match(/linux\.preScriptPath must be an absolute path/);
            expect(preview.output).not.to.include("reboot");
            expect(emulator.ledger).to.be.empty;
        }));
});
