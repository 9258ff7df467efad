import {
    DescribeCloudAssistantStatusRequest,
    DescribeDisksRequest,
    DescribeInstancesRequest,
    DescribeInvocationResultsRequest,
    DescribeSnapshotGroupsRequest,
    SendFileRequest,
    TagResourcesRequest,
    TagResourcesRequestTag,
    UntagResourcesRequest,
} from "@alicloud/ecs20140526";
import { expect } from "chai";
import { defaultFixture, type FixtureInstance } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, eventually, linux1, linux2, refusal, region, sdk, send, start, windows1 } from "./support";

/** The default fixture and as many more small Linux instances. */
function crowd(count: number) {
    const fixture = defaultFixture();
    for (let index = 0; index < count; index++) {
        fixture.instances.push({
            instanceId: `i-crowd${index}`,
            osType: "linux",
            osName: "Ubuntu  22.04 64 bit",
            disks: [{ diskId: `d-crowd${index}`, type: "system", category: "cloud_essd" }],
        });
    }
    return fixture;
}

describe("emulator: lists", () => {
    afterEach(closeAll);

    it("hold ten entries unless asked for more, and go on with a token", async () => {
        const emulator = await start({ fixture: crowd(18) });
        const client = sdk(emulator);
        const page = async (nextToken?: string) =>
            (
                await client.describeInstances(
                    new DescribeInstancesRequest({
                        regionId: region,
                        ...(nextToken === undefined ? {} : { nextToken }),
                    }),
                )
            ).body;
        const seen: string[] = [];
        let token: string | undefined;
        const sizes: number[] = [];
        do {
            const body = await page(token);
            const ids = body?.instances?.instance?.map((each) => each.instanceId ?? "") ?? [];
            sizes.push(ids.length);
            seen.push(...ids);
            token = body?.nextToken;
        } while (token !== undefined && token !== "");
        expect(sizes).to.deep.equal([10, 10, 5]);
        expect(new Set(seen).size).to.equal(25);
    });

    it("hide disks past the tenth by default, and do not count them when paged by token", async () => {
        const client = sdk(await start({ fixture: crowd(5) }));
        const disks = (settings: Partial<DescribeDisksRequest>) =>
            client.describeDisks(new DescribeDisksRequest({ regionId: region, ...settings }));
        const plain = await disks({});
        expect(plain.body?.disks?.disk).to.have.length(10);
        const all = await disks({ maxResults: 128 });
        expect(all.body?.disks?.disk?.length).to.be.greaterThan(10);
        expect(all.body?.totalCount).to.equal(0);
    });

    it("page invocation results: a hundred instances need two pages", async () => {
        const emulator = await start({ fixture: crowd(12), timing: { deliveryMs: 60_000 } });
        const client = sdk(emulator);
        const ids = Array.from({ length: 12 }, (_, index) => `i-crowd${index}`);
        const invokeId = await send(client, ids, "true");
        const rows = (settings: Partial<DescribeInvocationResultsRequest>) =>
            client
                .describeInvocationResults(
                    new DescribeInvocationResultsRequest({ regionId: region, invokeId, ...settings }),
                )
                .then((answer) => answer.body?.invocation);
        const first = await eventually(async () => {
            const body = await rows({});
            return (body?.invocationResults?.invocationResult ?? []).length > 0 ? body : undefined;
        });
        expect(first.invocationResults?.invocationResult).to.have.length(10);
        const second = await rows({ nextToken: first.nextToken ?? "" });
        expect(second?.invocationResults?.invocationResult).to.have.length(2);
        expect(second?.nextToken).to.equal("");
        expect((await rows({ maxResults: 50 }))?.invocationResults?.invocationResult).to.have.length(12);
    });

    it("page snapshot groups", async () => {
        const emulator = await start({ timing: { visibilityMs: 0 } });
        const names = Array.from({ length: 11 }, (_, index) => `group-${index}`);
        for (const name of names) {
            emulator.controls.createSnapshotGroup(linux1, { name });
        }
        const client = sdk(emulator);
        const groups = (nextToken: string) =>
            client.describeSnapshotGroups(new DescribeSnapshotGroupsRequest({ regionId: region, nextToken }));
        const first = await groups("");
        const second = await groups(first.body?.nextToken ?? "");
        const found = [first, second].flatMap((answer) => answer.body?.snapshotGroups?.snapshotGroup ?? []);
        expect(found.map((group) => group.name)).to.deep.equal(names);
        expect(second.body?.nextToken).to.equal("");
    });

    it("show an instance the way the cloud does", async () => {
        const fixture = defaultFixture();
        fixture.instances[0] = { ...fixture.instances[0], lockReasons: ["security"] } as FixtureInstance;
        const emulator = await start({ fixture });
        emulator.controls.setTags(linux1, { team: "db" });
        const answer = await sdk(emulator).describeInstances(
            new DescribeInstancesRequest({
                regionId: region,
                instanceIds: JSON.stringify([linux1, "i-unknown"]),
            }),
        );
        const [instance, ...rest] = answer.body?.instances?.instance ?? [];
        expect(rest).to.deep.equal([]);
        expect(instance).to.include({
            instanceId: linux1,
            status: "Running",
            OSType: "linux",
            OSNameEn: "Alibaba Cloud Linux  3.2104 LTS 64 bit",
            zoneId: "cn-hangzhou-h",
            instanceNetworkType: "vpc",
        });
        expect(instance?.operationLocks?.lockReason?.[0]?.lockReason).to.equal("security");
        expect(instance?.metadataOptions?.httpTokens).to.equal("optional");
        expect(instance?.tags?.tag?.[0]).to.include({ tagKey: "team", tagValue: "db" });
    });

    it("show the disks of an instance", async () => {
        const answer = await sdk(await start()).describeDisks(
            new DescribeDisksRequest({ regionId: region, instanceId: linux2, maxResults: 500 }),
        );
        const [disk, ...rest] = answer.body?.disks?.disk ?? [];
        expect(rest).to.deep.equal([]);
        expect(disk).to.include({
            diskId: "d-bp1linuxdb0000002sys",
            instanceId: linux2,
            category: "cloud_auto",
            type: "system",
            status: "In_use",
            multiAttach: "Disabled",
            size: 40,
        });
    });

    it("tell where a multi-attach disk is only in its attachments", async () => {
        const fixture = defaultFixture();
        fixture.instances[0]?.disks.push({
            diskId: "d-shared",
            type: "data",
            category: "cloud_essd",
            multiAttach: "Enabled",
        });
        const answer = await sdk(await start({ fixture })).describeDisks(
            new DescribeDisksRequest({ regionId: region, instanceId: linux1 }),
        );
        const disk = answer.body?.disks?.disk?.find(({ diskId }) => diskId === "d-shared");
        expect(disk?.instanceId).to.equal("");
        expect(disk?.attachments?.attachment?.[0]?.instanceId).to.equal(linux1);
    });

    it("show the state of the agents", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.controls.setAgent(linux2, { installed: false, online: false });
        const status = async (...instanceId: string[]) =>
            (
                await client.describeCloudAssistantStatus(
                    new DescribeCloudAssistantStatusRequest({ regionId: region, instanceId }),
                )
            ).body?.instanceCloudAssistantStatusSet?.instanceCloudAssistantStatus ?? [];
        const [windows, absent] = await status(windows1, linux2);
        expect(windows).to.include({
            instanceId: windows1,
            cloudAssistantStatus: "true",
            cloudAssistantVersion: "2.1.4.910",
            OSType: "Windows",
        });
        expect(absent).to.include({ cloudAssistantStatus: "false", cloudAssistantVersion: "" });
        emulator.controls.behaviour({ absentAgent: "omitted" });
        expect(await status(linux2)).to.deep.equal([]);
    });
});

describe("emulator: tags", () => {
    afterEach(closeAll);

    it("are set and removed on every kind of resource", async () => {
        const emulator = await start({ timing: { visibilityMs: 0 } });
        const client = sdk(emulator);
        emulator.controls.createSnapshotGroup(linux1);
        const sent = await client.sendFile(
            new SendFileRequest({
                regionId: region,
                instanceId: [linux1],
                name: "a",
                targetDir: "/tmp",
                content: "a",
            }),
        );
        // The type, an id, and the operation that shows it with its tags.
        const resources: [type: string, id: string, action: string, list: string, entry: string][] = [
            ["instance", linux1, "DescribeInstances", "Instances", "Instance"],
            [
                "snapshot",
                emulator.state.snapshots[0]?.snapshotId ?? "",
                "DescribeSnapshots",
                "Snapshots",
                "Snapshot",
            ],
            [
                "invocation",
                await send(client, linux1, "true"),
                "DescribeInvocations",
                "Invocations",
                "Invocation",
            ],
            // File deliveries are of the same type.
            ["invocation", sent.body?.invokeId ?? "", "DescribeSendFileResults", "Invocations", "Invocation"],
        ];
        for (const [resourceType, id, action, list, entry] of resources) {
            const common = { regionId: region, resourceType, resourceId: [id] };
            const tags = async () => {
                const { body } = await rawCall(emulator, { action, params: { RegionId: region } });
                const entries = (body[list] as Record<string, Record<string, unknown>[]>)[entry] ?? [];
                const found = entries.find((each) => Object.values(each).includes(id));
                const { Tag } = found?.Tags as {
                    readonly Tag: { readonly TagKey: string; readonly TagValue: string }[];
                };
                return Tag.filter(({ TagKey }) => !TagKey.startsWith("acs:")).map((each) => [
                    each.TagKey,
                    each.TagValue,
                ]);
            };
            const tag = [
                new TagResourcesRequestTag({ key: "a", value: "1" }),
                new TagResourcesRequestTag({ key: "b", value: "" }),
            ];
            await client.tagResources(new TagResourcesRequest({ ...common, tag }));
            expect(await tags(), action).to.deep.equal([
                ["a", "1"],
                ["b", ""],
            ]);
            await client.untagResources(new UntagResourcesRequest({ ...common, tagKey: ["a"] }));
            expect(await tags()).to.deep.equal([["b", ""]]);
            await client.untagResources(new UntagResourcesRequest({ ...common, tagKey: ["b", "c"] }));
            expect(await tags()).to.deep.equal([]);
        }
        expect(emulator.state.snapshots[0]?.tags).to.deep.equal({ "acs:ecs:createFrom": linux1 });
    });

    it("are at most twenty on a resource, and a call that would add one too many adds none", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const add = (from: number, count: number) =>
            client.tagResources(
                new TagResourcesRequest({
                    regionId: region,
                    resourceType: "instance",
                    resourceId: [linux1],
                    tag: Array.from(
                        { length: count },
                        (_, index) => new TagResourcesRequestTag({ key: `k${from + index}`, value: "v" }),
                    ),
                }),
            );
        await add(0, 19);
        expect((await refusal(add(19, 2))).code).to.equal("QuotaExceed.Tags");
        await add(18, 2);
        expect(Object.keys(emulator.state.instances[0]?.tags ?? {})).to.have.length(20);
    });
});
