import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot, recipes } from "pulumi-alicloud-app-snapshot";

const config = new pulumi.Config();

/** An instance of the database in each region, by the ids of the regions. */
const instanceIds = config.requireObject<Record<string, string>>("instanceIds");

export const snapshotGroupIdByRegion: Record<string, pulumi.Output<string>> = {};
export const consistencyByRegion: Record<string, pulumi.Output<string>> = {};

// All are taken in parallel. If one fails, the next `pulumi up` takes only what is missing.
for (const [regionId, instanceId] of Object.entries(instanceIds)) {
    const snapshot = new AppConsistentSnapshot(`before-migration-${regionId}`, {
        instanceId,
        // Instead of `alicloud:region`. No provider is needed for another region, and none is accepted.
        regionId,
        linux: recipes.postgresql(config.getObject<recipes.PostgresqlOptions>("postgresql")),
        // A new release takes new snapshots: `pulumi config set release 2 && pulumi up`.
        triggers: [config.get("release") ?? "1"],
    });
    snapshotGroupIdByRegion[regionId] = snapshot.snapshotGroupId;
    consistencyByRegion[regionId] = snapshot.consistency;
}
