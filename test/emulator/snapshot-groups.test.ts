import type Client from "@alicloud/ecs20140526";
import {
    DeleteSnapshotGroupRequest,
    DeleteSnapshotRequest,
    DescribeSnapshotGroupsRequest,
    DescribeSnapshotsRequest,
    DescribeSnapshotsRequestTag,
    ModifySnapshotGroupRequest,
} from "@alicloud/ecs20140526";
import { expect } from "chai";
import { type Behaviour, type Emulator, realisticTiming } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, linux1, linux3, ManualClock, plain, refusal, region, sdk, start } from "./support";

async function describeGroups(client: Client, filter: Partial<DescribeSnapshotGroupsRequest> = {}) {
    const answer = await client.describeSnapshotGroups(
        new DescribeSnapshotGroupsRequest({ regionId: region, ...filter }),
    );
    return answer.body?.snapshotGroups?.snapshotGroup ?? [];
}

async function describeSnapshots(client: Client, snapshotIds: string[]) {
    const answer = await client.describeSnapshots(
        new DescribeSnapshotsRequest({ regionId: region, snapshotIds: JSON.stringify(snapshotIds) }),
    );
    return answer.body?.snapshots?.snapshot ?? [];
}

async function remove(client: Client, snapshotGroupId: string) {
    const answer = await client.deleteSnapshotGroup(
        new DeleteSnapshotGroupRequest({ regionId: region, snapshotGroupId }),
    );
    return answer.body?.operationProgressSet?.operationProgress ?? [];
}

describe("emulator: snapshot groups", () => {
    let clock: ManualClock;
    let emulator: Emulator;
    let client: Client;

    /** A world whose time stands still. */
    async function begin(behaviour: Partial<Behaviour> = {}): Promise<void> {
        clock = new ManualClock();
        emulator = await start({ clock, timing: realisticTiming, behaviour });
        client = sdk(emulator);
    }

    /** A group that is past its beginnings. */
    function take(name = "nightly"): string {
        const id = emulator.controls.createSnapshotGroup(linux1, { name });
        clock.advance(realisticTiming.uploadMs);
        return id;
    }

    const snapshotIds = () => emulator.state.snapshots.map((each) => each.snapshotId);

    beforeEach(() => begin());
    afterEach(closeAll);

    it("are invisible at first, then progress until they are accomplished", async () => {
        const snapshotGroupId = [
            emulator.controls.createSnapshotGroup(linux1, { name: "nightly", description: "mine" }),
        ];
        expect(await describeGroups(client, { snapshotGroupId })).to.deep.equal([]);
        expect(await describeSnapshots(client, snapshotIds())).to.deep.equal([]);

        clock.advance(realisticTiming.visibilityMs);
        const young = (await describeGroups(client, { snapshotGroupId }))[0];
        expect(young).to.include({
            name: "nightly",
            description: "mine",
            instanceId: linux1,
            status: "progressing",
        });
        expect(
            young?.snapshots?.snapshot?.map((each) => [each.sourceDiskType, each.available, each.progress]),
        ).to.deep.equal([
            ["system", false, "1%"],
            ["data", false, "1%"],
        ]);

        clock.advance(realisticTiming.availableMs);
        const usable = (await describeGroups(client, { snapshotGroupId }))[0];
        expect(usable?.status).to.equal("progressing");
        expect(usable?.snapshots?.snapshot?.map((each) => each.available)).to.deep.equal([true, true]);

        clock.advance(realisticTiming.uploadMs);
        const done = (await describeGroups(client, { snapshotGroupId }))[0];
        expect(done?.status).to.equal("accomplished");
        expect(done?.snapshots?.snapshot?.[0]).to.include({ progress: "100%", instantAccess: true });
        expect(done?.creationTime).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    it("spell tags Key and Value, while snapshots spell them TagKey and TagValue", async () => {
        const id = take();
        emulator.controls.setTags(id, { team: "db" });
        const group = (await describeGroups(client))[0];
        expect(plain(group?.tags?.tag)).to.deep.equal([{ key: "team", value: "db" }]);
        const member = group?.snapshots?.snapshot?.[0];
        expect(plain(member?.tags?.tag)).to.deep.equal([{ key: "acs:ecs:createFrom", value: linux1 }]);
        const snapshot = (await describeSnapshots(client, [member?.snapshotId ?? ""]))[0];
        expect(plain(snapshot?.tags?.tag)).to.deep.equal([
            { tagKey: "acs:ecs:createFrom", tagValue: linux1 },
        ]);
        expect(snapshot).to.include({
            status: "accomplished",
            progress: "100%",
            sourceDiskSize: "40",
            category: "standard",
            available: true,
        });
    });

    it("are filtered by id and instance", async () => {
        const one = take("one");
        emulator.controls.createSnapshotGroup(linux3, { name: "two" });
        clock.advance(realisticTiming.visibilityMs);
        const names = async (filter: Partial<DescribeSnapshotGroupsRequest>) =>
            (await describeGroups(client, filter)).map((group) => group.name);
        expect(await names({})).to.deep.equal(["one", "two"]);
        expect(await names({ snapshotGroupId: [one] })).to.deep.equal(["one"]);
        expect(await names({ snapshotGroupId: ["ssg-none"] })).to.deep.equal([]);
        expect(await names({ instanceId: linux3 })).to.deep.equal(["two"]);
        expect(await names({ instanceId: linux3, snapshotGroupId: [one] })).to.deep.equal([]);
    });

    it("have members that are found by their tags too, the system's among them", async () => {
        take();
        emulator.controls.createSnapshotGroup(linux3);
        clock.advance(realisticTiming.visibilityMs);
        const [marked = "", other = "", foreign = ""] = snapshotIds();
        emulator.controls.setTags(marked, { APPConsistent: "True" });
        emulator.controls.setTags(foreign, { APPConsistent: "True" });
        const found = async (...tag: { readonly key: string; readonly value?: string }[]) => {
            const request = new DescribeSnapshotsRequest({
                regionId: region,
                tag: tag.map((each) => new DescribeSnapshotsRequestTag(each)),
            });
            const { body } = await client.describeSnapshots(request);
            return body?.snapshots?.snapshot?.map((each) => each.snapshotId);
        };
        const source = { key: "acs:ecs:createFrom", value: linux1 };
        expect(await found(source)).to.deep.equal([marked, other]);
        expect(await found({ key: "APPConsistent" })).to.deep.equal([marked, foreign]);
        expect(await found(source, { key: "APPConsistent", value: "True" })).to.deep.equal([marked]);
        expect(await found(source, { key: "APPConsistent", value: "true" })).to.deep.equal([]);
    });

    it("are found by their whole name, or by a part of it", async () => {
        take("nightly-1");
        expect(await describeGroups(client, { name: "nightly" })).to.deep.equal([]);
        expect(await describeGroups(client, { name: "nightly-1" })).to.have.length(1);
        emulator.controls.behaviour({ groupNameFilter: "fuzzy" });
        expect(await describeGroups(client, { name: "nightly" })).to.have.length(1);
    });

    it("can be renamed and described anew", async () => {
        const snapshotGroupId = take();
        await client.modifySnapshotGroup(
            new ModifySnapshotGroupRequest({
                regionId: region,
                snapshotGroupId,
                description: "a, 'b' \"c\"",
            }),
        );
        expect((await describeGroups(client))[0]).to.include({
            name: "nightly",
            description: "a, 'b' \"c\"",
        });
    });

    it("take a modification that changes nothing, or refuse it before they are looked for", async () => {
        const id = take();
        const modify = (
            snapshotGroupId: string,
            changes: { readonly name?: string; readonly description?: string } = {},
        ) =>
            client.modifySnapshotGroup(
                new ModifySnapshotGroupRequest({ regionId: region, snapshotGroupId, ...changes }),
            );
        const before = emulator.state.snapshotGroups;
        await modify(id);
        expect((await refusal(modify("ssg-none"))).code).to.equal("InvalidSnapshotGroup.NotFound");
        expect(emulator.state.snapshotGroups).to.deep.equal(before);

        emulator.controls.behaviour({ emptyModification: "refused" });
        for (const each of [id, "ssg-none"]) {
            expect(await refusal(modify(each))).to.include({ code: "MissingParameter", statusCode: 400 });
        }
        // An empty text is one: it takes the description away.
        await modify(id, { description: "" });
        await modify(id, { name: "other" });
        expect(emulator.state.snapshotGroups[0]).to.include({ name: "other", description: "" });
    });

    it("are deleted with all members, and linger for a while", async () => {
        const id = take();
        const members = snapshotIds();
        const items = await remove(client, id);
        expect(items.map((item) => [item.operationStatus, item.errorCode])).to.deep.equal([
            ["Success", ""],
            ["Success", ""],
        ]);
        expect(
            items
                .map((item) => item.relatedItemSet?.relatedItem?.[0])
                .map((item) => [item?.name, item?.value]),
        ).to.deep.equal(members.map((snapshotId) => ["SnapshotId", snapshotId]));
        expect(await describeGroups(client)).to.have.length(1);
        expect(await remove(client, id)).to.deep.equal([]);
        clock.advance(realisticTiming.deletionMs);
        expect(await describeGroups(client)).to.deep.equal([]);
        expect(await describeSnapshots(client, members)).to.deep.equal([]);
        expect((await refusal(remove(client, id))).code).to.equal("InvalidSnapshotGroup.NotFound");
        emulator.controls.behaviour({ deleteMissingGroup: "success" });
        expect(await remove(client, id)).to.deep.equal([]);
        expect(await remove(client, "ssg-never-was")).to.deep.equal([]);
    });

    it("are gone at once when deletion is synchronous", async () => {
        await begin({ deletion: "synchronous" });
        await remove(client, take());
        expect(await describeGroups(client)).to.deep.equal([]);
    });

    it("keep the members that an image holds, and report them", async () => {
        const id = take();
        const [held = "", free = ""] = snapshotIds();
        emulator.controls.holdSnapshot(held, { imageId: "m-1" });
        const items = await remove(client, id);
        expect(
            items.map((item) => [item.relatedItemSet?.relatedItem?.[0]?.value, item.errorCode]),
        ).to.deep.equal([
            [held, "SnapshotCreatedImage"],
            [free, ""],
        ]);
        expect(items[0]?.operationStatus).to.equal("Failed");
        clock.advance(realisticTiming.deletionMs);
        const left = await describeGroups(client);
        expect(left[0]?.snapshots?.snapshot?.map((each) => each.snapshotId)).to.deep.equal([held]);

        emulator.controls.releaseSnapshot(held);
        await remove(client, id);
        clock.advance(realisticTiming.deletionMs);
        expect(await describeGroups(client)).to.deep.equal([]);
    });

    it("may go without the member that is held", async () => {
        await begin({ groupWithHeldMember: "goes" });
        const id = take();
        const [held = ""] = snapshotIds();
        emulator.controls.holdSnapshot(held, { imageId: "m-1" });
        await remove(client, id);
        clock.advance(realisticTiming.deletionMs);
        expect(await describeGroups(client)).to.deep.equal([]);
        expect(snapshotIds()).to.deep.equal([held]);
    });

    it("lose or keep a member from which a disk was made", async () => {
        for (const [diskHeldMember, left] of [
            ["deleted", 0],
            ["kept", 1],
        ] as const) {
            await begin({ diskHeldMember });
            const id = take();
            emulator.controls.holdSnapshot(snapshotIds()[0] ?? "", { diskId: "d-1" });
            await remove(client, id);
            expect(emulator.state.snapshots, diskHeldMember).to.have.length(left);
        }
    });

    it("may refuse their deletion as a whole while a member is held, and keep all of them then", async () => {
        await begin({ heldMember: "call", diskHeldMember: "kept" });
        const id = take();
        const [image = "", disk = ""] = snapshotIds();
        for (const [held, by, code] of [
            [image, { imageId: "m-1" }, "SnapshotCreatedImage"],
            [disk, { diskId: "d-1" }, "SnapshotCreatedDisk"],
        ] as const) {
            emulator.controls.holdSnapshot(held, by);
            expect(await refusal(remove(client, id))).to.include({ code, statusCode: 403 });
            emulator.controls.releaseSnapshot(held);
            expect(snapshotIds()).to.deep.equal([image, disk]);
        }
        emulator.controls.holdSnapshot(disk, { diskId: "d-1" });
        emulator.controls.behaviour({ diskHeldMember: "deleted" });
        expect(await remove(client, id)).to.have.length(2);
        expect(emulator.state.snapshotGroups).to.deep.equal([]);
    });

    it("name their members", async () => {
        const emulator = await start({ timing: { visibilityMs: 0 } });
        const id = emulator.controls.createSnapshotGroup(linux1);
        const answer = await sdk(emulator).describeSnapshots(
            new DescribeSnapshotsRequest({ regionId: region }),
        );
        const names = answer.body?.snapshots?.snapshot?.map((each) => each.snapshotName);
        expect(names).to.deep.equal([`Created_from_${id}`, `Created_from_${id}`]);
    });

    it("are cancelled when they are deleted while uploading, or refuse it", async () => {
        const uploading = () => emulator.controls.createSnapshotGroup(linux1);
        expect(await remove(client, uploading())).to.have.length(2);
        emulator.controls.behaviour({ deleteProgressingGroup: "conflict" });
        expect(await refusal(remove(client, uploading()))).to.include({
            code: "Operation.Conflict",
            statusCode: 403,
        });
    });

    it("stay or go when their members are deleted one by one", async () => {
        for (const [emptyGroup, groups] of [
            ["stays", 1],
            ["goes", 0],
        ] as const) {
            await begin({ emptyGroup });
            take();
            for (const snapshotId of snapshotIds()) {
                await client.deleteSnapshot(new DeleteSnapshotRequest({ snapshotId }));
            }
            expect(emulator.state.snapshots).to.deep.equal([]);
            expect(emulator.state.snapshotGroups, emptyGroup).to.have.length(groups);
        }
    });

    it("guard single snapshots too, by an image and by a disk; a missing one is ignored", async () => {
        take();
        const [image = "", disk = ""] = snapshotIds();
        emulator.controls.holdSnapshot(image, { imageId: "m-1" });
        emulator.controls.holdSnapshot(disk, { diskId: "d-1" });
        const one = (snapshotId: string) => client.deleteSnapshot(new DeleteSnapshotRequest({ snapshotId }));
        expect((await refusal(one(image))).code).to.equal("SnapshotCreatedImage");
        expect((await refusal(one(disk))).code).to.equal("SnapshotCreatedDisk");
        emulator.controls.releaseSnapshot(disk);
        await one(disk);
        await one("s-never-was");
        expect(snapshotIds()).to.deep.equal([image]);
    });

    it("can be changed from outside", async () => {
        const id = take();
        emulator.controls.renameSnapshotGroup(id, "renamed");
        emulator.controls.deleteSnapshot(snapshotIds()[0] ?? "");
        clock.advance(realisticTiming.deletionMs);
        const group = (await describeGroups(client))[0];
        expect(group).to.include({ status: "accomplished", name: "renamed" });
        expect(group?.snapshots?.snapshot).to.have.length(1);
        emulator.controls.deleteSnapshotGroup(id);
        clock.advance(realisticTiming.deletionMs);
        expect(await describeGroups(client)).to.deep.equal([]);
        expect(() => {
            emulator.controls.deleteSnapshotGroup(id);
        }).to.throw(`there is no snapshot group ${id}`);
    });
});
