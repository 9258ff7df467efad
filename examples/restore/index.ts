import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

// Restores a copy of an instance from a snapshot: an image of its system disk, an instance that boots from the image, and
// a new disk for each of the named data disks.
const config = new pulumi.Config();
const zoneId = config.require("zoneId");
const diskCategory = config.get("diskCategory") ?? "cloud_essd";
// Configured, not read from the snapshot: the set of resources must be known before the snapshot is taken.
const dataDiskIds = config.requireObject<string[]>("dataDiskIds");

// The existing snapshot that `snapshotGroupId` names, or else a new one.
const snapshotGroupId = config.get("snapshotGroupId");
const snapshot =
    snapshotGroupId === undefined
        ? new AppConsistentSnapshot(
              "source",
              {
                  instanceId: config.require("instanceId"),
                  // On Windows omit `linux`.
                  linux: {
                      preScriptPath: config.get("preScriptPath") ?? "/root/app-snapshot/prescript.sh",
                      postScriptPath: config.get("postScriptPath") ?? "/root/app-snapshot/postscript.sh",
                  },
              },
              // `pulumi destroy` deletes the copy but keeps the snapshot in the account. Without this option it deletes
              // both, the image before the snapshot that it uses.
              { retainOnDelete: true },
          )
        : AppConsistentSnapshot.get("existing", snapshotGroupId);

// A new snapshot creates a new copy, and deletes this one with everything that was written to it. Protection prevents
// that, and `pulumi destroy`, too; `pulumi config set protect false && pulumi up` removes the protection.
const protect = config.getBoolean("protect") ?? true;

const image = new alicloud.ecs.Image(
    "system-disk",
    {
        // Image names are unique in a region, and a new image is created before the old one is deleted.
        imageName: pulumi.interpolate`restored-${snapshot.snapshotGroupId}`,
        snapshotId: snapshot.systemDiskSnapshotId,
        // For an ARM instance, add `architecture: "arm64"`.
    },
    // Otherwise @pulumi/alicloud would keep the image of the old snapshot.
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
        // The copy starts everything that the original starts: choose a group that isolates it from production.
        securityGroups: [config.require("securityGroupId")],
        systemDiskCategory: diskCategory,
    },
    // Otherwise @pulumi/alicloud would overwrite the system disk of the running copy, protected or not.
    { protect, replaceOnChanges: ["imageId"] },
);

/** The ids of the new disks, by the ids of their source disks. */
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
    // The instance is already booting at this point, so the disk's line in /etc/fstab should have the option `nofail`.
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
