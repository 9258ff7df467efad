import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshotFleet } from "pulumi-alicloud-app-snapshot";

import { Migration } from "./migration";

// Takes a snapshot of each instance of a tier before a migration, only a few instances at a time, so that the others
// answer meanwhile. The migration runs only if all snapshots meet the requirements.
const config = new pulumi.Config();
const release = config.require("release");

const fleet = new AppConsistentSnapshotFleet(
    "before-migration",
    {
        instanceIds: config.requireObject<string[]>("instanceIds"),
        // A recipe, such as `recipes.postgresql()`, needs no scripts on the instances. On Windows omit `linux`.
        linux: {
            preScriptPath: config.get("preScriptPath") ?? "/root/app-snapshot/prescript.sh",
            postScriptPath: config.get("postScriptPath") ?? "/root/app-snapshot/postscript.sh",
        },
        snapshotGroupName: `before-${release}`,
        // A new release takes new snapshots.
        triggers: [release],
        maxConcurrentInstances: config.getNumber("maxConcurrentInstances") ?? 1,
        // A mistake that all instances share, such as a faulty script, then pauses only the first of them.
        onFailure: "stop",
        // Of each instance, the last three snapshots stay.
        keepLast: 3,
    },
    { retainOnDelete: true },
);

// As long as one snapshot is missing, the fleet fails, and this does not begin.
new Migration("migration", { command: config.require("migrate"), release }, { dependsOn: fleet });

export const consistency = fleet.consistency;
export const snapshotGroupIdByInstanceId = fleet.snapshotGroupIdByInstanceId;
export const snapshotIdByDiskId = fleet.snapshotIdByDiskId;
