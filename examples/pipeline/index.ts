import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

// Takes a snapshot of a database before each release. The pipeline, .github/workflows/release.yml or .gitlab-ci.yml, sets
// `release` and `commit`, runs `pulumi up`, and migrates the database only if that succeeds.
const config = new pulumi.Config();
const release = config.require("release");

const snapshot = new AppConsistentSnapshot(
    "before-release",
    {
        instanceId: config.require("instanceId"),
        // A recipe, such as `...recipes.postgresql()`, needs no scripts on the instance. On Windows omit `linux`.
        linux: {
            preScriptPath: config.get("preScriptPath") ?? "/root/app-snapshot/prescript.sh",
            postScriptPath: config.get("postScriptPath") ?? "/root/app-snapshot/postscript.sh",
            // With ten minutes for each script, the update waits for 36 minutes at most. The job must have more time.
            scriptTimeoutSeconds: 600,
        },
        snapshotGroupName: `before-${release}`,
        description: `Before release ${release}`,
        tags: { release, commit: config.require("commit") },
        // A new release takes a new snapshot. If the pipeline runs again for the same one, nothing is taken.
        triggers: [release],
        // The last five snapshots stay.
        keepLast: 5,
    },
    { retainOnDelete: true },
);

export const snapshotGroupId = snapshot.snapshotGroupId;
export const consistency = snapshot.consistency;
export const snapshotIdByDiskId = snapshot.snapshotIdByDiskId;
export const warnings = snapshot.warnings;
