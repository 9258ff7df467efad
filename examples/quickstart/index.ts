import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot, recipes } from "pulumi-alicloud-app-snapshot";

const config = new pulumi.Config();

// Scripts that are on the instance already, if the stack names them.
const preScriptPath = config.get("preScriptPath");
const postScriptPath = config.get("postScriptPath");

const snapshot = new AppConsistentSnapshot("before-migration", {
    instanceId: config.require("instanceId"),
    // Quiesces PostgreSQL for the snapshot. On Windows omit `linux`: VSS writers do it there.
    linux:
        preScriptPath !== undefined && postScriptPath !== undefined
            ? { preScriptPath, postScriptPath }
            : recipes.postgresql(config.getObject<recipes.PostgresqlOptions>("postgresql")),
    // A new release takes a new snapshot: `pulumi config set release 2 && pulumi up`.
    triggers: [config.get("release") ?? "1"],
});

export const snapshotGroupId = snapshot.snapshotGroupId;
export const consistency = snapshot.consistency;
export const snapshotIdByDiskId = snapshot.snapshotIdByDiskId;
export const warnings = snapshot.warnings;
