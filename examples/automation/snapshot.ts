import type { PulumiFn } from "@pulumi/pulumi/automation";
import { AppConsistentSnapshot } from "pulumi-alicloud-app-snapshot";

/** The release before which a snapshot is taken, and the instance with its database. */
export interface Release {
    readonly release: string;
    readonly instanceId: string;
}

/** Returns the Pulumi program that takes the snapshot of a release. */
export function snapshotProgram({ release, instanceId }: Release): PulumiFn {
    return () => {
        const snapshot = new AppConsistentSnapshot(
            "before-release",
            {
                instanceId,
                // A recipe, such as `recipes.postgresql()`, needs no scripts on the instance. On Windows omit `linux`.
                linux: {
                    preScriptPath: "/root/app-snapshot/prescript.sh",
                    postScriptPath: "/root/app-snapshot/postscript.sh",
                },
                snapshotGroupName: `before-${release}`,
                triggers: [release],
                keepLast: 2,
            },
            { retainOnDelete: true },
        );
        const { snapshotGroupId, consistency, creationTime, snapshotIdByDiskId, durations, warnings } =
            snapshot;
        return Promise.resolve({
            snapshotGroupId,
            consistency,
            creationTime,
            snapshotIdByDiskId,
            durations,
            warnings,
        });
    };
}
