import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

/** Declares the snapshot of a database before a release. Here are the rules that the tests check. */
export function databaseSnapshot(instanceId: pulumi.Input<string>, release: string): AppConsistentSnapshot {
    return new AppConsistentSnapshot(
        "database",
        {
            instanceId,
            linux: {
                preScriptPath: "/root/app-snapshot/prescript.sh",
                postScriptPath: "/root/app-snapshot/postscript.sh",
            },
            snapshotGroupName: `before-${release}`,
            triggers: [release],
            keepLast: 3,
        },
        { retainOnDelete: true },
    );
}
