import * as pulumi from "@pulumi/pulumi";

import { databaseSnapshot } from "./database-snapshot";

const config = new pulumi.Config();
const snapshot = databaseSnapshot(config.require("instanceId"), config.require("release"));

export const snapshotGroupId = snapshot.snapshotGroupId;
export const consistency = snapshot.consistency;
