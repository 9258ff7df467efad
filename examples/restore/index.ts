import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

// A copy of an instance as it was in a snapshot: an image of its system disk, an instance started from that, and a new
// disk for each data disk that is named.
//
//     pulumi config set alicloud:region cn-hangzhou
//     pulumi config set instanceId i-bp1xxxxxxxxxxxxxxxxx    # or snapshotGroupId, of a snapshot that exists
//     pulumi config set --path 'dataDiskIds[0]' d-bp1xxxxxxxxxxxxxxxxx
//     pulumi config set zoneId cn-hangzhou-i
//     pulumi config set vswitchId vsw-bp1xxxxxxxxxxxxxxxxx
//     pulumi config set securityGroupId sg-bp1xxxxxxxxxxxxxxxxx
//     pulumi config set instanceType ecs.g7.large
const config = new pulumi.Config();
const zoneId = config.require("zoneId");
const diskCategory = config.get("diskCategory") ?? "cloud_essd";
// Named, and not read from the snapshot: which resources there will be has to be known before it is taken.
const dataDiskIds = config.requireObject<string[]>("dataDiskIds");

// A snapshot that exists, if `snapshotGroupId` names one; else one that is taken now.
const snapshotGroupId = config.get("snapshotGroupId");
const snapshot =
    snapshotGroupId === undefined
        ? new AppConsistentSnapshot(
              "source",
              {
                  instanceId: config.require("instanceId"),
                  // On Windows leave `linux` out.
                  linux: {
                      preScriptPath: config.get("preScriptPath") ?? "/root/app-snapshot/prescript.sh",
                      postScriptPath: config.get("postScriptPath") ?? "/root/app-snapshot/postscript.sh",
                  },
              },
              // It is the way back: `pulumi destroy` deletes the copy and leaves the snapshot in the account. Without
              // this option both go, the image before the snapshot that it holds.
              { retainOnDelete: true },
          )
        : AppConsistentSnapshot.get("existing", snapshotGroupId);

// Another snapshot makes another copy, and deletes this one with all that was written to it since. While it is
// protected that is refused, and so is `pulumi destroy`; `pulumi config set protect false && pulumi up` lifts it.
const protect = config.getBoolean("protect") ?? true;

const image = new alicloud.ecs.Image(
    "system-disk",
    {
        // Names of images are unique in a region, and a new image is made before the old one is deleted.
        imageName: pulumi.interpolate`restored-${snapshot.snapshotGroupId}`,
        snapshotId: snapshot.systemDiskSnapshotId,
        // For an ARM instance add `architecture: "arm64"`.
    },
    // By itself @pulumi/alicloud would keep the image of the old snapshot.
    { protect, replaceOnChanges: ["snapshotId"] },
);

const instance = new alicloud.ecs.Instance(
    "restored",
    {
        instanceName: "restored",
        imageId: image.id,
        instanceType: config.require("instanceType"),
        availabilityZone: zoneId,
        vswitchId: config.require("vswitchId"),
        // The copy starts all that the original starts: choose a group that keeps it away from production.
        securityGroups: [config.require("securityGroupId")],
        systemDiskCategory: diskCategory,
    },
    // By itself @pulumi/alicloud would overwrite the system disk of the running copy, protected or not.
    { protect, replaceOnChanges: ["imageId"] },
);

/** The new disks' ids by the ids of the disks that they are copies of. */
export const restoredDiskIds: Record<string, pulumi.Output<string>> = {};
for (const diskId of dataDiskIds) {
    const disk = new alicloud.ecs.EcsDisk(
        `restored-${diskId}`,
        {
            zoneId,
            category: diskCategory,
            snapshotId: snapshot.snapshotIdOf(diskId),
        },
        { protect },
    );
    restoredDiskIds[diskId] = disk.id;
    // The instance is booting by then. A line of its /etc/fstab that mounts the disk should say `nofail`.
    new alicloud.ecs.EcsDiskAttachment(
        `restored-${diskId}`,
        { instanceId: instance.id, diskId: disk.id },
        { protect },
    );
}

export const sourceSnapshotGroupId = snapshot.snapshotGroupId;
export const consistency = snapshot.consistency;
export const imageId = image.id;
export const restoredInstanceId = instance.id;
