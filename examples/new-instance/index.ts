import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

const config = new pulumi.Config();

const instance = new alicloud.ecs.Instance("database", {
    instanceName: "database",
    imageId: config.require("imageId"),
    instanceType: config.require("instanceType"),
    availabilityZone: config.require("zoneId"),
    vswitchId: config.require("vswitchId"),
    securityGroups: [config.require("securityGroupId")],
    systemDiskCategory: "cloud_essd",
    // With the role from the beginning, there is no wait until it has reached the instance.
    roleName: config.get("roleName") ?? "AppSnapshotRoleName",
});

const snapshot = new AppConsistentSnapshot("as-created", {
    // The snapshot is taken once the instance exists. The package waits until it runs and its agent is online.
    instanceId: instance.id,
    ramRoleName: config.get("roleName") ?? "AppSnapshotRoleName",
    roleAttachment: "none",
    // Nothing runs on it that would have to be quiesced, so frozen file systems are enough.
    requiredConsistency: "filesystem",
    linux: {},
});

export const instanceId = instance.id;
export const snapshotGroupId = snapshot.snapshotGroupId;
export const systemDiskSnapshotId = snapshot.systemDiskSnapshotId;
