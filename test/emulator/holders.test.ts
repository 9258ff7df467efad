import Client, { DescribeDisksRequest, DescribeImagesRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, linux1, plain, refusal, region, sdk, start } from "./support";

describe("emulator: what holds a snapshot", () => {
    let emulator: Emulator;
    let client: Client;
    let system: string;
    let data: string;

    beforeEach(async () => {
        emulator = await start();
        client = sdk(emulator);
        emulator.controls.createSnapshotGroup(linux1);
        [system = "", data = ""] = emulator.state.snapshots.map((each) => each.snapshotId);
    });
    afterEach(closeAll);

    const images = async (settings: Partial<DescribeImagesRequest>) => {
        const request = new DescribeImagesRequest({ regionId: region, status: "ALL", ...settings });
        return (await client.describeImages(request)).body;
    };
    const imageIds = async (settings: Partial<DescribeImagesRequest>) =>
        (await images(settings))?.images?.image?.map((each) => each.imageId);
    const disks = async (snapshotId: string) => {
        const request = new DescribeDisksRequest({ regionId: region, snapshotId });
        return (await client.describeDisks(request)).body?.disks?.disk ?? [];
    };

    it("an image names the snapshots it was made from", async () => {
        emulator.controls.holdSnapshot(system, { imageId: "m-web", imageName: "web-server" });
        emulator.controls.holdSnapshot(data, { imageId: "m-web" });
        emulator.controls.holdSnapshot(data, { imageId: "m-data" });
        const body = await images({ snapshotId: system });
        expect(body).to.include({ regionId: region, totalCount: 1, pageNumber: 1, pageSize: 10 });
        const image = body?.images?.image?.[0];
        expect(image).to.include({
            imageId: "m-web",
            imageName: "web-server",
            status: "Available",
            imageOwnerAlias: "self",
        });
        expect(
            image?.diskDeviceMappings?.diskDeviceMapping?.map((each) => [each.snapshotId, each.type]),
        ).to.deep.equal([
            [system, "system"],
            [data, "data"],
        ]);
        expect(await imageIds({ snapshotId: data })).to.deep.equal(["m-web", "m-data"]);
    });

    it("an image holds it in any status", async () => {
        emulator.controls.holdSnapshot(system, { imageId: "m-new", status: "Creating" });
        emulator.controls.holdSnapshot(system, { imageId: "m-old", status: "Deprecated" });
        expect(await imageIds({ snapshotId: system })).to.deep.equal(["m-new", "m-old"]);
    });

    const refusals: [Partial<DescribeImagesRequest>, string][] = [
        [{ status: "" }, "MissingParameter"],
        [{ status: "Available" }, "UnsupportedParameter"],
        [{ pageSize: 101 }, "InvalidParameter.PageSize"],
        [{ imageFamily: "web" }, "UnsupportedParameter"],
    ];
    for (const [settings, code] of refusals) {
        it(`DescribeImages refuses ${JSON.stringify(settings)} with ${code}`, async () => {
            expect((await refusal(images(settings))).code).to.equal(code);
        });
    }

    it("a disk names its snapshot, and stays when that is deleted", async () => {
        emulator.controls.holdSnapshot(data, { diskId: "d-copy" });
        const [disk] = await disks(data);
        expect(disk).to.include({
            diskId: "d-copy",
            instanceId: "",
            status: "Available",
            size: 100,
            sourceSnapshotId: data,
        });
        expect(plain(disk?.attachments?.attachment)).to.deep.equal([]);
        expect(await disks(system)).to.deep.equal([]);
        emulator.controls.deleteSnapshot(data);
        expect(await disks(data)).to.have.length(1);
        expect(() => {
            emulator.controls.holdSnapshot(system, { diskId: "d-copy" });
        }).to.throw("there is a disk d-copy already");
    });

    it("one of them is deleted, or all of them", async () => {
        const held = () => {
            const { imageIds: byImages, diskIds } = emulator.state.snapshots[0] ?? {};
            return [byImages, diskIds];
        };
        emulator.controls.holdSnapshot(system, { imageId: "m-1" });
        emulator.controls.holdSnapshot(system, { imageId: "m-2" });
        emulator.controls.holdSnapshot(system, { diskId: "d-1" });
        emulator.controls.releaseSnapshot(system, { imageId: "m-1" });
        expect(held()).to.deep.equal([["m-2"], ["d-1"]]);
        expect(await imageIds({})).to.deep.equal(["m-2"]);
        emulator.controls.releaseSnapshot(system, { diskId: "d-1" });
        expect(held()).to.deep.equal([["m-2"], []]);
        expect(() => {
            emulator.controls.releaseSnapshot(system, { imageId: "m-1" });
        }).to.throw(`m-1 was not made from snapshot ${system}`);
        emulator.controls.releaseSnapshot(system);
        expect(held()).to.deep.equal([[], []]);
    });
});
