import type Client from "@alicloud/ecs20140526";
import { TagResourcesRequest, TagResourcesRequestTag, UntagResourcesRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import {
    closeAll,
    goodParams,
    linux1,
    linux2,
    type ManualClock,
    pluginLine,
    region,
    run,
    sdk,
    send,
    startStill,
    until,
} from "./support";

type Entry = Record<string, unknown>;

/** The operation that shows each type of resource, where its entries are, and what they call their id. */
const shownBy: Record<string, [action: string, list: string[], id: string]> = {
    instance: ["DescribeInstances", ["Instances", "Instance"], "InstanceId"],
    snapshot: ["DescribeSnapshots", ["Snapshots", "Snapshot"], "SnapshotId"],
    snapshotgroup: ["DescribeSnapshotGroups", ["SnapshotGroups", "SnapshotGroup"], "SnapshotGroupId"],
    invocation: ["DescribeInvocations", ["Invocations", "Invocation"], "InvokeId"],
};

/** The tags of an entry, in either spelling, without the system's. */
function tagsOf(entry: Entry | undefined): Record<string, string> {
    const { Tag } = entry?.Tags as { readonly Tag: Record<string, string>[] };
    const pairs = Tag.map((tag): [string, string] => [
        tag.Key ?? tag.TagKey ?? "",
        tag.Value ?? tag.TagValue ?? "",
    ]);
    return Object.fromEntries(pairs.filter(([key]) => !key.startsWith("acs:")));
}

async function describeAll(emulator: Emulator, type: string, params: Record<string, string> = {}) {
    const [action, list, id] = shownBy[type] ?? ["", [], ""];
    const { body } = await rawCall(emulator, { action, params: { RegionId: region, ...params } });
    const entries = list.reduce((inner: unknown, name) => (inner as Entry)[name], body) as Entry[];
    return new Map(entries.map((entry) => [entry[id] as string, entry]));
}

function tag(client: Client, resourceType: string, resourceId: string, key: string, value: string) {
    return client.tagResources(
        new TagResourcesRequest({
            regionId: region,
            resourceType,
            resourceId: [resourceId],
            tag: [new TagResourcesRequestTag({ key, value })],
        }),
    );
}
function untag(client: Client, resourceType: string, resourceId: string, key: string) {
    return client.untagResources(
        new UntagResourcesRequest({
            regionId: region,
            resourceType,
            resourceId: [resourceId],
            tagKey: [key],
        }),
    );
}

describe("emulator: tags that are late", () => {
    let emulator: Emulator;
    let clock: ManualClock;
    let client: Client;

    beforeEach(async () => {
        ({ emulator, clock } = await startStill({ timing: { tagVisibilityMs: 1000 } }));
        client = sdk(emulator);
    });
    afterEach(closeAll);

    /** One of a type. */
    async function make(type: string): Promise<string> {
        switch (type) {
            case "instance":
                return linux1;
            case "invocation":
                return send(client, linux1, "true");
            case "snapshot":
                emulator.controls.createSnapshotGroup(linux1);
                return emulator.state.snapshots[0]?.snapshotId ?? "";
            default:
                throw new Error(`no ${type} is made here`);
        }
    }

    for (const type of ["instance", "snapshot", "invocation"]) {
        it(`are neither shown on what is of type ${type} at first, nor does a filter know them`, async () => {
            const id = await make(type);
            const tags = async () => tagsOf((await describeAll(emulator, type)).get(id));
            const found = async (params: Record<string, string>) =>
                (await describeAll(emulator, type, params)).has(id);
            const byTag = { "Tag.1.Key": "a", "Tag.1.Value": "1" };

            await tag(client, type, id, "a", "1");
            clock.advance(999);
            expect(await tags()).to.deep.equal({});
            expect(await found(byTag)).to.equal(false);
            clock.advance(1);
            expect(await tags()).to.deep.equal({ a: "1" });
            expect(await found(byTag)).to.equal(true);

            await tag(client, type, id, "a", "2");
            expect(await found(byTag), "by the old value").to.equal(true);
            clock.advance(500);
            await untag(client, type, id, "a");
            clock.advance(500);
            expect(await tags()).to.deep.equal({ a: "2" });
            clock.advance(500);
            expect(await tags()).to.deep.equal({});
        });
    }

    it("are there for the tag operations and in the state", async () => {
        const id = await make("snapshot");
        const own = () => Object.entries(emulator.state.snapshots[0]?.tags ?? {}).slice(1);
        await tag(client, "snapshot", id, "a", "1");
        expect(own()).to.deep.equal([["a", "1"]]);
        await client.untagResources(
            new UntagResourcesRequest({
                regionId: region,
                resourceType: "snapshot",
                resourceId: [id],
                tagKey: ["a"],
            }),
        );
        expect(own()).to.deep.equal([]);
        clock.advance(1000);
        expect(tagsOf((await describeAll(emulator, "snapshot")).get(id))).to.deep.equal({});
    });

    it("can be so from now on, or no longer", async () => {
        const id = await make("snapshot");
        await tag(client, "snapshot", id, "a", "1");
        const tags = async () => tagsOf((await describeAll(emulator, "snapshot")).get(id));
        expect(await tags()).to.deep.equal({});
        emulator.controls.timing({ tagVisibilityMs: 0 });
        expect(await tags()).to.deep.equal({ a: "1" });
    });

    it("are not those that something is created with, nor those that are set from outside", async () => {
        const invokeId = await send(client, linux1, "true", { tag: [{ key: "run", value: "1" }] } as object);
        const id = emulator.controls.createSnapshotGroup(linux1);
        emulator.controls.setTags(id, { stage: "prod" });
        const sent = await rawCall(emulator, {
            action: "SendFile",
            params: {
                RegionId: region,
                "InstanceId.1": linux1,
                Name: "a",
                TargetDir: "/tmp",
                Content: "a",
                "Tag.1.Key": "run",
                "Tag.1.Value": "1",
            },
        });
        const found = await describeAll(emulator, "invocation", { "Tag.1.Key": "run", "Tag.1.Value": "1" });
        expect(tagsOf(found.get(invokeId))).to.deep.equal({ run: "1" });
        expect(tagsOf((await describeAll(emulator, "snapshotgroup")).get(id))).to.deep.equal({
            stage: "prod",
        });
        const files = await rawCall(emulator, {
            action: "DescribeSendFileResults",
            params: { RegionId: region },
        });
        const [file] = (files.body.Invocations as { readonly Invocation: Entry[] }).Invocation;
        expect(file?.InvokeId).to.equal(sent.body.InvokeId);
        expect(tagsOf(file)).to.deep.equal({ run: "1" });
    });

    it("are those of the plugin, counted from the creation of the snapshots, whatever the others are", async () => {
        emulator.controls.timing({ consistencyTagMs: 5000 });
        emulator.controls.behaviour({ consistencyTagOnGroup: true });
        expect((await run(client, linux2, pluginLine(goodParams))).exitCode).to.equal(0);
        await until(() => emulator.state.snapshots.every(({ tags }) => tags.APPConsistent === "True"));
        const marks = async () => {
            const [group] = (await describeAll(emulator, "snapshotgroup")).values();
            const snapshots = [...(await describeAll(emulator, "snapshot")).values()];
            const members = (group?.Snapshots as { readonly Snapshot: Entry[] }).Snapshot;
            return [group, ...members, ...snapshots].map((entry) => Object.keys(tagsOf(entry)).join());
        };
        clock.advance(4999);
        expect(await marks()).to.deep.equal(["", "", ""]);
        clock.advance(1);
        expect(await marks()).to.deep.equal(["APPConsistent", "APPConsistent", "APPConsistent"]);
    });
});
