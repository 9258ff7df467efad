import { expect } from "chai";

import type { Orphan, OrphanStatus } from "../../../../provider/src/cli/orphans/orphan";
import { isRemovable, type RemovalOptions, removeOrphan } from "../../../../provider/src/cli/orphans/removal";
import { scan } from "../../../../provider/src/cli/orphans/scan";
import { leaseTag } from "../../../../provider/src/core/role/lease";
import { ownerTag } from "../../../../provider/src/core/run/run";
import { FakeCloud, neverEnds } from "../../support/fake-cloud";
import { instanceId, instanceOf } from "../../support/samples";
import { stack, takeAndForget } from "./support";

async function onlyOrphan(cloud: FakeCloud): Promise<Orphan> {
    const [orphan, ...others] = await scan(cloud.context, stack, new Set());
    if (orphan === undefined || others.length > 0) {
        throw new Error(`There are ${others.length} orphans more than one.`);
    }
    return orphan;
}

const changes = ["deleteSnapshotGroup", "tagResources", "untagResources", "detachInstanceRamRole"];

function changesOf(cloud: FakeCloud): string[] {
    return cloud.api.operations().filter((operation) => changes.includes(operation));
}

describe("the removable orphans", () => {
    const none = { includeRecent: false, includeCommitted: false, includeHanded: false };
    const removable = (options: Partial<RemovalOptions>): OrphanStatus[] =>
        (["left", "recent", "running", "handed", "retained"] as const).filter((status) =>
            isRemovable({ status } as Orphan, { ...none, ...options }),
        );

    it("are those left for certain, and on demand recent, handed or retained ones; never running ones", () => {
        expect(removable({})).to.deep.equal(["left"]);
        expect(removable({ includeRecent: true })).to.deep.equal(["left", "recent"]);
        expect(removable({ includeCommitted: true })).to.deep.equal(["left", "retained"]);
        expect(removable({ includeHanded: true })).to.deep.equal(["left", "handed"]);
        expect(removable({ includeRecent: true, includeCommitted: true, includeHanded: true })).to.deep.equal(
            ["left", "recent", "handed", "retained"],
        );
    });
});

describe("removing an orphan", () => {
    it("tags the members, deletes the group and then closes the run", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud);
        const orphan = await onlyOrphan(cloud);
        cloud.api.calls.length = 0;
        expect(await removeOrphan(cloud.context, orphan)).to.include({ outcome: "removed" });
        expect(changesOf(cloud)).to.deep.equal(["tagResources", "deleteSnapshotGroup", "tagResources"]);
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect(cloud.groups.size).to.equal(0);
    });

    it("keeps the run open if the group could not be deleted, and says why", async () => {
        const held = {
            success: false,
            errorCode: "SnapshotCreatedImage",
            errorMessage: "",
            snapshotIds: ["s-1"],
        };
        const cloud = new FakeCloud([{}], { deleteSnapshotGroup: () => Promise.resolve([held]) });
        await takeAndForget(cloud);
        const removal = await removeOrphan(cloud.context, await onlyOrphan(cloud));
        expect(removal.outcome).to.equal("failed");
        expect(removal.message).to.match(/SnapshotsHeld[^]*s-1/);
        expect(cloud.stateOf("t-1")).to.equal("open");
    });

    it("closes a run of several instances with its last orphan, without a further search", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud);
        const found = await onlyOrphan(cloud);
        if (found.kind !== "snapshot-group") {
            throw new Error("There is no group.");
        }
        const orphan = { ...found, run: { ...found.run, allInstanceIds: [instanceId, "i-2"] } };
        const other = { ...orphan, instanceId: "i-2", id: "ssg-2" };
        const searched = { found: [orphan, other], removed: new Set<Orphan>() };
        expect(await removeOrphan(cloud.context, orphan, searched)).to.include({ outcome: "removed" });
        expect(cloud.stateOf("t-1")).to.equal("open");

        searched.removed.add(orphan);
        const last = { ...other, kind: "snapshots" as const, snapshotIds: [] };
        cloud.api.calls.length = 0;
        const both = { found: [orphan, last], removed: searched.removed };
        expect(await removeOrphan(cloud.context, last, both)).to.include({ outcome: "removed" });
        expect(cloud.api.operations()).not.to.include("describeSnapshotGroups");
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("closes a run without a group", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud);
        cloud.groups.clear();
        const orphan = await onlyOrphan(cloud);
        cloud.api.calls.length = 0;
        expect(await removeOrphan(cloud.context, orphan)).to.include({ outcome: "removed" });
        expect(changesOf(cloud)).to.deep.equal(["tagResources"]);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("leaves a run alone that an update adopted, handed over, committed or closed meanwhile", async () => {
        for (const meanwhile of ["adopted", "handed", "committed", "closed"] as const) {
            const cloud = new FakeCloud();
            await takeAndForget(cloud);
            const orphan = await onlyOrphan(cloud);
            if (meanwhile === "adopted") {
                await cloud.api.tagResources("invocation", ["t-1"], [ownerTag("an update's")]);
            } else {
                cloud.setState("t-1", meanwhile);
            }
            cloud.api.calls.length = 0;
            expect((await removeOrphan(cloud.context, orphan)).outcome, meanwhile).to.equal("skipped");
            expect(changesOf(cloud), meanwhile).to.deep.equal([]);
        }
    });
});

describe("removing a temporary role", () => {
    const tag = leaseTag({ ramRoleName: "Role", stack, expires: 0 });

    async function withRole(runs: ConstructorParameters<typeof FakeCloud>[0] = [{}]) {
        const cloud = new FakeCloud(runs);
        cloud.instance = instanceOf({ tags: [tag] });
        cloud.role = "Role";
        return { cloud, orphan: await onlyOrphan(cloud) };
    }

    it("detaches it and then removes the tag", async () => {
        const { cloud, orphan } = await withRole();
        expect(await removeOrphan(cloud.context, orphan)).to.include({ outcome: "removed" });
        expect(changesOf(cloud)).to.deep.equal(["detachInstanceRamRole", "untagResources"]);
        expect(cloud.role).to.equal(undefined);
        expect(cloud.instance?.tags).to.deep.equal([]);
    });

    it("leaves it alone if it was announced again or a snapshot began meanwhile", async () => {
        const renewed = await withRole();
        renewed.cloud.instance = instanceOf({
            tags: [leaseTag({ ramRoleName: "Role", stack, expires: 9e12 })],
        });
        expect((await removeOrphan(renewed.cloud.context, renewed.orphan)).outcome).to.equal("skipped");
        expect(changesOf(renewed.cloud)).to.deep.equal([]);

        const begun = await withRole([neverEnds]);
        begun.cloud.role = "AppSnapshotRoleName";
        await takeAndForget(begun.cloud).catch(() => undefined);
        begun.cloud.instance = instanceOf({ tags: [tag] });
        begun.cloud.api.calls.length = 0;
        expect((await removeOrphan(begun.cloud.context, begun.orphan)).outcome).to.equal("skipped");
        expect(changesOf(begun.cloud)).to.deep.equal([]);
    });

    it("fails if the role stays attached", async () => {
        const cloud = new FakeCloud([{}], {
            detachInstanceRamRole: () =>
                Promise.resolve([{ instanceId, success: false, code: "Forbidden", message: "no" }]),
        });
        cloud.instance = instanceOf({ tags: [tag] });
        cloud.role = "Role";
        const removal = await removeOrphan(cloud.context, await onlyOrphan(cloud));
        expect(removal).to.deep.include({ outcome: "failed" });
        expect(removal.message).to.match(/Role is still attached/);
        expect(cloud.instance.tags).to.deep.equal([tag]);
    });
});
