import * as pulumi from "@pulumi/pulumi";
import type { recipes } from "pulumi-alicloud-app-snapshot";

import { ReleaseSnapshot } from "./release-snapshot";

const config = new pulumi.Config();

// In a program of your own these are constants. Here they are configured, so that you can try a rename.
const name = config.require("name");
const formerName = config.get("formerName");

const orders = new ReleaseSnapshot(
    name,
    {
        instanceId: config.require("instanceId"),
        release: config.get("release") ?? "1",
        postgresql: config.getObject<recipes.PostgresqlOptions>("postgresql"),
    },
    // Without the alias, Pulumi would see a new component: it would take another snapshot, and delete this one.
    { aliases: formerName === undefined ? [] : [{ name: formerName }] },
);

export const snapshotGroupId = orders.snapshotGroupId;
export const consistency = orders.consistency;
