import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

import { type Registered, type Run, runProgram } from "./support/run-program";

const snapshotType = AppConsistentSnapshot.__pulumiType;
const imageType = "alicloud:ecs/image:Image";
const instanceType = "alicloud:ecs/instance:Instance";
const diskType = "alicloud:ecs/ecsDisk:EcsDisk";
const attachmentType = "alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment";

/** A group of a system disk and two data disks; its members are in no particular order. */
const group = {
    snapshotGroupId: "ssg-1",
    consistency: "application",
    snapshots: [
        { snapshotId: "s-of-logs", sourceDiskId: "d-logs", sourceDiskType: "data" },
        { snapshotId: "s-of-system", sourceDiskId: "d-system", sourceDiskType: "system" },
        { snapshotId: "s-of-data", sourceDiskId: "d-data", sourceDiskType: "data" },
    ],
    snapshotIdByDiskId: { "d-logs": "s-of-logs", "d-system": "s-of-system", "d-data": "s-of-data" },
    systemDiskSnapshotId: "s-of-system",
};

const config = {
    instanceId: "i-source",
    dataDiskIds: '["d-data","d-logs"]',
    zoneId: "cn-hangzhou-i",
    vswitchId: "vsw-1",
    securityGroupId: "sg-1",
    instanceType: "ecs.g7.large",
};

const names = [
    `${snapshotType} source`,
    `${imageType} system-disk`,
    `${instanceType} restored`,
    `${diskType} restored-d-data`,
    `${diskType} restored-d-logs`,
    `${attachmentType} restored-d-data`,
    `${attachmentType} restored-d-logs`,
];

const disk = { zoneId: "cn-hangzhou-i", category: "cloud_essd" };

async function restore(settings: Readonly<Record<string, string>> = {}, preview = false): Promise<Run> {
    const outputs = { [snapshotType]: group };
    return runProgram("restore", { config: { ...config, ...settings }, outputs, preview });
}

function registered(run: Run, type: string, name: string): Registered {
    const resource = run.resources.get(`${type} ${name}`);
    if (resource === undefined) {
        throw new Error(`there is no ${type} ${name}, only ${namesIn(run).join(", ")}`);
    }
    return resource;
}

function namesIn(run: Run): string[] {
    return [...run.resources.keys()].filter((name) => !name.startsWith("pulumi:pulumi:Stack "));
}

describe("the restore example", () => {
    it("makes an image of the system disk, an instance from it, and of each data disk a new one, attached", async () => {
        const run = await restore();
        expect(namesIn(run)).to.have.members(names);
        expect(registered(run, snapshotType, "source").inputs).to.deep.include({ instanceId: "i-source" });
        expect(registered(run, imageType, "system-disk").inputs).to.deep.equal({
            imageName: "restored-ssg-1",
            snapshotId: "s-of-system",
        });
        expect(registered(run, instanceType, "restored").inputs).to.deep.include({
            imageId: "id-of-system-disk",
            availabilityZone: "cn-hangzhou-i",
            vswitchId: "vsw-1",
            securityGroups: ["sg-1"],
        });
        for (const [name, snapshotId] of [
            ["restored-d-data", "s-of-data"],
            ["restored-d-logs", "s-of-logs"],
        ] as const) {
            expect(registered(run, diskType, name).inputs).to.deep.equal({ ...disk, snapshotId });
            expect(registered(run, attachmentType, name).inputs).to.deep.equal({
                instanceId: "id-of-restored",
                diskId: `id-of-${name}`,
            });
        }
        expect(run.outputs).to.deep.equal({
            sourceSnapshotGroupId: "ssg-1",
            consistency: "application",
            imageId: "id-of-system-disk",
            restoredInstanceId: "id-of-restored",
            restoredDiskIds: { "d-data": "id-of-restored-d-data", "d-logs": "id-of-restored-d-logs" },
        });
    });

    it("shows the same resources in a preview, with unknown snapshots", async () => {
        const run = await restore({}, true);
        expect(namesIn(run)).to.have.members(names);
        expect(registered(run, imageType, "system-disk").inputs).to.deep.equal({
            imageName: pulumi.unknown,
            snapshotId: pulumi.unknown,
        });
        expect(registered(run, instanceType, "restored").inputs).to.have.own.property(
            "imageId",
            pulumi.unknown,
        );
        for (const name of ["restored-d-data", "restored-d-logs"]) {
            expect(registered(run, diskType, name).inputs).to.deep.equal({
                ...disk,
                snapshotId: pulumi.unknown,
            });
            expect(registered(run, attachmentType, name).inputs).to.deep.equal({
                instanceId: pulumi.unknown,
                diskId: pulumi.unknown,
            });
        }
        expect(run.outputs).to.equal(undefined);
    });

    it("makes one disk if one is named", async () => {
        const run = await restore({ dataDiskIds: '["d-logs"]' });
        expect(namesIn(run)).to.have.members(names.filter((name) => !name.endsWith("d-data")));
        expect(registered(run, diskType, "restored-d-logs").inputs).to.deep.include({
            snapshotId: "s-of-logs",
        });
    });

    for (const preview of [false, true]) {
        it(`restores an existing group, which the preview knows too (${preview ? "preview" : "update"})`, async () => {
            const run = await restore({ snapshotGroupId: "ssg-1", instanceId: "" }, preview);
            expect(namesIn(run)).to.have.members([`${snapshotType} existing`, ...names.slice(1)]);
            expect(registered(run, snapshotType, "existing").lookedUp).to.equal("ssg-1");
            expect(registered(run, imageType, "system-disk").inputs).to.deep.include({
                snapshotId: "s-of-system",
            });
            expect(registered(run, diskType, "restored-d-data").inputs).to.deep.include({
                snapshotId: "s-of-data",
            });
        });
    }

    it("keeps the snapshot, and protects the whole copy until that is lifted", async () => {
        const made = names.slice(1);
        const run = await restore();
        const unprotected = await restore({ protect: "false" });
        expect(run.resources.get(`${snapshotType} source`)?.options).to.include({ retainOnDelete: true });
        expect(made.map((name) => run.resources.get(name)?.options.protect)).to.deep.equal(
            made.map(() => true),
        );
        expect(made.map((name) => unprotected.resources.get(name)?.options.protect)).to.deep.equal(
            made.map(() => false),
        );
    });

    it("replaces the image, the instance and the disks if there is another snapshot", async () => {
        const run = await restore();
        const image = registered(run, imageType, "system-disk").options;
        expect(image.replaceOnChanges).to.deep.equal(["snapshotId"]);
        const instance = registered(run, instanceType, "restored").options;
        expect(instance.replaceOnChanges).to.deep.equal(["imageId"]);
    });
});
