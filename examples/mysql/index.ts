import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot, recipes } from "pulumi-alicloud-app-snapshot";

const config = new pulumi.Config();
const release = config.get("release") ?? "1";

const snapshot = new AppConsistentSnapshot(
    "before-migration",
    {
        instanceId: config.require("instanceId"),
        linux: {
            // Commits wait from the pre-script to the post-script, usually for a few seconds.
            ...recipes.mysql(config.getObject<recipes.MysqlOptions>("mysql")),
            // A freeze that takes longer fails, and everything resumes.
            freezeTimeoutSeconds: 20,
        },
        snapshotGroupName: `before-${release}`,
        // A new release takes a new snapshot.
        triggers: [release],
        // Of the snapshots, the last three stay; `retainOnDelete` keeps them from being deleted with their release.
        keepLast: 3,
    },
    { retainOnDelete: true },
);

export const snapshotGroupId = snapshot.snapshotGroupId;
export const consistency = snapshot.consistency;
export const snapshotIdByDiskId = snapshot.snapshotIdByDiskId;
export const durations = snapshot.durations;
