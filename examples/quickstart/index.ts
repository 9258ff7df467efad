import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

const config = new pulumi.Config();

// On Windows omit `linux`: VSS writers quiesce the applications there.
const snapshot = new AppConsistentSnapshot("quickstart", {
    instanceId: config.require("instanceId"),
    description: "Taken by the quickstart example",
    linux: {
        preScriptPath: config.get("preScriptPath") ?? "/root/app-snapshot/prescript.sh",
        postScriptPath: config.get("postScriptPath") ?? "/root/app-snapshot/postscript.sh",
    },
    // A new release takes a new snapshot: `pulumi config set release 2 && pulumi up`.
    triggers: [config.get("release") ?? "1"],
});

export const snapshotGroupId = snapshot.snapshotGroupId;
export const consistency = snapshot.consistency;
export const snapshots = snapshot.snapshots.apply((members) =>
    members.map(({ snapshotId, sourceDiskId, sourceDiskType }) => ({
        snapshotId,
        sourceDiskId,
        sourceDiskType,
    })),
);
export const warnings = snapshot.warnings;
