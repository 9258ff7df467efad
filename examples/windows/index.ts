import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

const config = new pulumi.Config();

// On Windows no scripts are needed: the VSS writers quiesce their applications, such as SQL Server. So there is no
// `linux` here, and `windows` has its defaults.
const snapshot = new AppConsistentSnapshot("before-migration", {
    instanceId: config.require("instanceId"),
    // A new release takes a new snapshot: `pulumi config set release 2 && pulumi up`.
    triggers: [config.get("release") ?? "1"],
});

export const snapshotGroupId = snapshot.snapshotGroupId;
export const consistency = snapshot.consistency;
export const osType = snapshot.osType;
export const systemDiskSnapshotId = snapshot.systemDiskSnapshotId;
