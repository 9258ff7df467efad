import { expect } from "chai";

import type { MemberSnapshot } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { difference } from "../../../../provider/src/core/lifecycle/diff";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { read } from "../../../../provider/src/core/lifecycle/read";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { FakeCloud } from "../../support/fake-cloud";
import { memoryOf } from "../../support/memory";
import { rejectionOf } from "../../support/rejection";
import { inputsOf, pendingOf } from "../../support/samples";

async function made(): Promise<{ readonly cloud: FakeCloud; readonly state: SnapshotOutputs }> {
    const cloud = new FakeCloud();
    return { cloud, state: await create(cloud.context, inputsOf({ description: "text", triggers: [1] })) };
}

/** Returns the members of the group, without some. */
function membersBut(cloud: FakeCloud, ...snapshotIds: readonly string[]): readonly MemberSnapshot[] {
    const members = cloud.groups.get("ssg-1")?.snapshots ?? [];
    return members.filter(({ snapshotId }) => !snapshotIds.includes(snapshotId));
}

describe("reading a snapshot", () => {
    it("returns the state unchanged if nothing changed", async () => {
        const { cloud, state } = await made();
        expect(await read(cloud.context, "ssg-1", state)).to.deep.equal(state);
    });

    it("returns nothing if the group is gone, after more than one call", async () => {
        const { cloud, state } = await made();
        cloud.groups.clear();
        const looks = cloud.api.calls.length;
        expect(await read(cloud.context, "ssg-1", state)).to.equal(undefined);
        expect(cloud.context.log.of("warn").join()).to.match(/^ssg-1 no longer exists: .*new snapshot/);
        expect(cloud.api.calls.length - looks).to.be.at.least(3);
    });

    it("requests only the group's id, because the request would fail for a released instance", async () => {
        const { cloud, state } = await made();
        await read(cloud.context, "ssg-1", state);
        expect(cloud.api.calls.at(-1)).to.deep.equal({
            operation: "describeSnapshotGroups",
            args: [{ snapshotGroupIds: ["ssg-1"] }],
        });
    });

    it("shows changes made outside of Pulumi", async () => {
        const { cloud, state } = await made();
        cloud.edit("ssg-1", {
            name: "theirs",
            description: "",
            snapshots: membersBut(cloud, "s-system"),
        });
        const now = await read(cloud.context, "ssg-1", state);
        expect(now).to.deep.include({
            snapshotGroupName: "theirs",
            snapshotIdByDiskId: { "d-data": "s-data" },
            triggers: [1],
            invokeId: "t-1",
        });
        expect(now).not.to.have.any.keys("description", "systemDiskSnapshotId");
    });

    it("keeps the instance if the group does not name it", async () => {
        const { cloud, state } = await made();
        cloud.edit("ssg-1", { instanceId: "" });
        expect(await read(cloud.context, "ssg-1", state)).to.include({ instanceId: state.instanceId });
    });

    it("keeps the consistency that the plugin reported if it is lower than that of the tags", async () => {
        const { cloud, state } = await made();
        const reported = { ...state, consistency: "filesystem" } as const;
        expect(await read(cloud.context, "ssg-1", reported)).to.include({ consistency: "filesystem" });
    });

    it("keeps the consistency that was verified once, even if the tags change", async () => {
        const { cloud, state } = await made();
        const untagged = membersBut(cloud).map((member) => ({ ...member, tags: [] }));
        cloud.edit("ssg-1", { snapshots: untagged });
        const now = await read(cloud.context, "ssg-1", state);
        expect(now).to.include({ consistency: "application" });
        expect(now?.snapshots?.map(({ tags }) => tags)).to.deep.equal([{}, {}]);
        expect(difference(now ?? {}, inputsOf({ triggers: [1] })).kind).to.equal("none");
    });

    it("reads the consistency from the tags if none was verified, or the group is looked up", async () => {
        const { cloud, state } = await made();
        for (const known of [{ ...state, consistency: "crash" as const }, {}]) {
            expect(await read(cloud.context, "ssg-1", known)).to.include({ consistency: "application" });
        }
        const tags = [{ key: "FsConsistent", value: "True" }];
        cloud.edit("ssg-1", { snapshots: membersBut(cloud).map((member) => ({ ...member, tags })) });
        expect(await read(cloud.context, "ssg-1", {})).to.include({ consistency: "filesystem" });
    });

    it("returns the state of a snapshot whose command is still running", async () => {
        const { cloud, state } = await made();
        const running = { ...state, pending: pendingOf("running") };
        const calls = cloud.api.calls.length;
        expect(await read(cloud.context, "t-1", running)).to.equal(running);
        expect(cloud.api.calls).to.have.length(calls);
    });

    it("looks up a group that another program created", async () => {
        const { cloud } = await made();
        const found = await read(cloud.context, "ssg-1", {});
        expect(found).to.include({
            snapshotGroupId: "ssg-1",
            consistency: "application",
            regionId: "cn-hangzhou",
        });
        expect(found).not.to.have.any.keys("invokeId", "osType", "pending", "missingSnapshotIds");
        expect(cloud.context.log.of("warn")).to.deep.equal([]);
    });

    it("fails if the group to look up does not exist", async () => {
        const { cloud } = await made();
        const error = await rejectionOf(AppSnapshotError, read(cloud.context, "ssg-none", {}));
        expect(error.message).to.include("ssg-none in cn-hangzhou");
    });
});

describe("a snapshot that was changed outside of Pulumi", () => {
    it("causes a warning in a refresh for each change, with the group's id", async () => {
        const { cloud, state } = await made();
        cloud.edit("ssg-1", { name: "theirs", snapshots: membersBut(cloud, "s-data") });
        await read(cloud.context, "ssg-1", state);
        const warnings = cloud.context.log.of("warn");
        expect(warnings).to.have.length(2);
        expect(warnings.join("\n")).to.include("s-data").and.to.include("The name was changed");
        expect(warnings.join("\n"), "it may be a secret").not.to.include("theirs");
        for (const warning of warnings) {
            expect(warning).to.match(/^ssg-1: /);
        }
    });

    it("causes a warning only once, because the next refresh compares with this one's result", async () => {
        const { cloud, state } = await made();
        cloud.edit("ssg-1", { name: "theirs", snapshots: membersBut(cloud, "s-data") });
        const now = await read(cloud.context, "ssg-1", state);
        const warnings = cloud.context.log.of("warn").length;
        expect(await read(cloud.context, "ssg-1", now ?? {})).to.deep.equal(now);
        expect(cloud.context.log.of("warn")).to.have.length(warnings);
    });

    it("is replaced if it lost a member, even after several refreshes", async () => {
        const { cloud, state } = await made();
        cloud.edit("ssg-1", { snapshots: membersBut(cloud, "s-data") });
        const first = await read(cloud.context, "ssg-1", state);
        cloud.edit("ssg-1", { snapshots: [] });
        const second = await read(cloud.context, "ssg-1", first ?? {});
        expect(first?.missingSnapshotIds).to.deep.equal(["s-data"]);
        expect(second?.missingSnapshotIds).to.have.members(["s-data", "s-system"]);
        expect(difference(second ?? {}, inputsOf({ triggers: [1] }))).to.deep.include({
            kind: "replace",
            inputs: ["snapshots"],
        });
        const anew = await create(cloud.context, inputsOf({ triggers: [1] }), memoryOf({ invokeId: "t-1" }));
        expect(anew).not.to.have.property("missingSnapshotIds");
    });

    it("is not compared before it was finished", async () => {
        for (const phase of ["finalizing", "failed"] as const) {
            const { cloud, state } = await made();
            cloud.edit("ssg-1", { name: "theirs", snapshots: [] });
            const now = await read(cloud.context, "ssg-1", { ...state, pending: pendingOf(phase) });
            expect(now, phase).not.to.have.property("missingSnapshotIds");
            expect(now?.pending?.phase).to.equal(phase);
            expect(cloud.context.log.of("warn"), phase).to.deep.equal([]);
        }
    });
});
