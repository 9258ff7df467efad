import { expect } from "chai";

import { AppSnapshotError } from "../../../provider/src/errors/app-snapshot-error";
import { create } from "../../../provider/src/lifecycle/create";
import type { SnapshotOutputs } from "../../../provider/src/lifecycle/outputs";
import { read } from "../../../provider/src/lifecycle/read";
import type { SnapshotGroup } from "../../../provider/src/ecs/api";
import { FakeCloud } from "../support/fake-cloud";
import { rejectionOf } from "../support/rejection";
import { groupOf, inputsOf } from "../support/samples";

async function made(): Promise<{ cloud: FakeCloud; state: SnapshotOutputs }> {
    const cloud = new FakeCloud();
    return { cloud, state: await create(cloud.context, inputsOf({ description: "text", triggers: [1] })) };
}

function edit(cloud: FakeCloud, more: Partial<SnapshotGroup>): void {
    const group = cloud.groups.get("ssg-1");
    cloud.groups.set("ssg-1", { ...groupOf(), ...group, ...more });
}

describe("reading a snapshot", () => {
    it("gives the state as it is when nothing changed", async () => {
        const { cloud, state } = await made();
        expect(await read(cloud.context, "ssg-1", state)).to.deep.equal(state);
    });

    it("gives nothing when the group is gone, after more than one look", async () => {
        const { cloud, state } = await made();
        cloud.groups.clear();
        const looks = cloud.api.calls.length;
        expect(await read(cloud.context, "ssg-1", state)).to.equal(undefined);
        expect(cloud.api.calls.length - looks).to.be.at.least(3);
    });

    it("asks by the group's id alone: a released instance would make the question fail", async () => {
        const { cloud, state } = await made();
        await read(cloud.context, "ssg-1", state);
        expect(cloud.api.calls.at(-1)).to.deep.equal({
            operation: "describeSnapshotGroups",
            args: [{ snapshotGroupIds: ["ssg-1"] }],
        });
    });

    it("shows what was changed from outside", async () => {
        const { cloud, state } = await made();
        const group = cloud.groups.get("ssg-1");
        edit(cloud, { name: "theirs", description: "", snapshots: (group?.snapshots ?? []).slice(1) });
        const now = await read(cloud.context, "ssg-1", state);
        expect(now).to.deep.include({
            snapshotGroupName: "theirs",
            snapshotIdByDiskId: { "d-data": "s-data" },
            triggers: [1],
            invokeId: "t-1",
        });
        expect(now).not.to.have.any.keys("description", "systemDiskSnapshotId");
    });

    it("keeps the instance where the group does not tell it", async () => {
        const { cloud, state } = await made();
        edit(cloud, { instanceId: "" });
        expect(await read(cloud.context, "ssg-1", state)).to.include({ instanceId: state.instanceId });
    });

    it("does not forget that the plugin admitted less than the tags show", async () => {
        const { cloud, state } = await made();
        const admitted = { ...state, consistency: "filesystem" } as const;
        expect(await read(cloud.context, "ssg-1", admitted)).to.include({ consistency: "filesystem" });
        expect(await read(cloud.context, "ssg-1", { ...state, consistency: "crash" })).to.include({
            consistency: "application",
        });
    });

    it("leaves a snapshot alone whose command still runs", async () => {
        const { cloud, state } = await made();
        const pending = {
            phase: "running",
            invokeId: "t-1",
            groupName: "before-1",
            disks: "",
            reason: "x",
        } as const;
        const running = { ...state, pending };
        const calls = cloud.api.calls.length;
        expect(await read(cloud.context, "t-1", running)).to.equal(running);
        expect(cloud.api.calls).to.have.length(calls);
    });

    it("looks up a group that another program made", async () => {
        const { cloud } = await made();
        const found = await read(cloud.context, "ssg-1", {});
        expect(found).to.include({
            snapshotGroupId: "ssg-1",
            consistency: "application",
            regionId: "cn-hangzhou",
        });
        expect(found).not.to.have.any.keys("invokeId", "osType", "pending");
    });

    it("fails where a group to look up does not exist", async () => {
        const { cloud } = await made();
        const error = await rejectionOf(AppSnapshotError, read(cloud.context, "ssg-none", {}));
        expect(error.message).to.include("ssg-none in cn-hangzhou");
    });
});
