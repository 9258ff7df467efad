import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot, recipes } from "pulumi-alicloud-app-snapshot";

const config = new pulumi.Config();

// Both databases are quiesced for the same snapshot. The pre-scripts run in this order, the post-scripts in reverse
// order: Redis, which makes its clients wait, comes last and resumes first. A pair of your own scripts, which stops a
// worker for example, belongs before them: `{ preScript, postScript }`.
const linux = recipes.combine(
    recipes.postgresql(config.getObject<recipes.PostgresqlOptions>("postgresql")),
    recipes.redis(config.getObject<recipes.RedisOptions>("redis")),
);

const snapshot = new AppConsistentSnapshot("before-migration", {
    instanceId: config.require("instanceId"),
    linux,
    // A new release takes a new snapshot: `pulumi config set release 2 && pulumi up`.
    triggers: [config.get("release") ?? "1"],
});

export const snapshotGroupId = snapshot.snapshotGroupId;
export const consistency = snapshot.consistency;
export const preScriptOutput = snapshot.preScriptOutput;
export const postScriptOutput = snapshot.postScriptOutput;
