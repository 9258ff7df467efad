import * as pulumi from "@pulumi/pulumi";

import type { FleetFailure, FleetReport, FleetSnapshot } from "../../core/fleet/fleet-outputs";
import type { Consistency } from "../../core/snapshot-group/consistency";
import { acknowledge } from "../recording/acknowledgement";
import { withComputedInputs } from "./computed-inputs";
import { withSecretInstances } from "./delivered-scripts";
import type { AppConsistentSnapshotFleetArgs } from "./fleet-arguments";
import { jsonValues } from "./json-values";
import { warnOfKeepLast } from "./keep-last";
import { listed, missingOutput, snapshotIdOf } from "./lookup";
import { checkOptions } from "./options";
import { appConsistentSnapshotFleetShim } from "./shim";
import { fleetTypeName, fleetTypeToken, isOfType, moduleName } from "./type-token";

/** All outputs, see `AppConsistentSnapshot`. */
const outputs: Readonly<Record<string, undefined>> = {
    fleetId: undefined,
    instanceIds: undefined,
    regionId: undefined,
    snapshots: undefined,
    snapshotGroupIdByInstanceId: undefined,
    snapshotIdByDiskId: undefined,
    consistency: undefined,
    failures: undefined,
    reports: undefined,
    warnings: undefined,
    recordingId: undefined,
};

const subject = "The fleet";

/**
 * Application-consistent snapshots of 1 to 1,000 ECS instances, taken at the same time: one snapshot group for each
 * instance. Linux and Windows may be mixed: `linux` applies to the Linux instances, `windows` to the others.
 *
 * Each snapshot is taken, verified and adopted like that of an `AppConsistentSnapshot`. If some of them fail, the update
 * fails and names them; the state keeps the others, and the next update takes only those that are missing. The
 * resource's id is the fleet's own id.
 *
 * The snapshots of an instance that is removed from the list are deleted, unless the fleet has the option
 * `retainOnDelete: true`. Set it on the fleet itself: the fleet can't see the options of its parent or of a transform.
 */
export class AppConsistentSnapshotFleet extends pulumi.dynamic.Resource {
    /** The fleet's own id, which is also the resource's `id`. */
    declare readonly fleetId: pulumi.Output<string>;
    /** The instances, in the order of the program; undefined if the program gives `instances`. */
    declare readonly instanceIds: pulumi.Output<string[] | undefined>;
    /** The region of the instances and of the snapshot groups. */
    declare readonly regionId: pulumi.Output<string>;
    /** The snapshots, by instance id. */
    declare readonly snapshots: pulumi.Output<Record<string, FleetSnapshot>>;
    /** The ids of the snapshot groups, by instance id. */
    declare readonly snapshotGroupIdByInstanceId: pulumi.Output<Record<string, string>>;
    /** The ids of the member snapshots of all instances, by disk id. */
    declare readonly snapshotIdByDiskId: pulumi.Output<Record<string, string>>;
    /** The consistency of the weakest snapshot: `application`, `filesystem` or `crash`. */
    declare readonly consistency: pulumi.Output<Consistency | undefined>;
    /** The reasons why instances have no new snapshot, by instance id. */
    declare readonly failures: pulumi.Output<Record<string, FleetFailure>>;
    /**
     * The plugin's messages and the scripts' output, by instance id. All of them are secrets if `linux.scriptOutput` says
     * so for one instance.
     */
    declare readonly reports: pulumi.Output<Record<string, FleetReport>>;
    /** Warnings about the fleet. */
    declare readonly warnings: pulumi.Output<string[] | undefined>;

    /** The type token, as it appears in URNs. */
    static readonly __pulumiType = fleetTypeToken;

    /**
     * Declares the snapshots. They are taken when an update creates the resource, or adds instances to it.
     *
     * @param name the resource's name, unique among those of its type in the stack.
     * @param args the inputs.
     * @param opts the usual resource options except `provider` and `providers`, because the region is an input. With
     * `retainOnDelete` the snapshots outlive the resource.
     * @throws Error if a provider is given, or a value that JSON can't represent.
     */
    constructor(name: string, args: AppConsistentSnapshotFleetArgs, opts?: pulumi.CustomResourceOptions) {
        const label = `${fleetTypeName} ${name}`;
        checkOptions(label, opts);
        const inputs = jsonValues(label, args);
        const { instances } = inputs;
        super(
            appConsistentSnapshotFleetShim,
            name,
            {
                ...outputs,
                ...withComputedInputs(AppConsistentSnapshotFleet.__pulumiType, name, inputs, opts),
                ...(instances === undefined ? {} : { instances: withSecretInstances(instances) }),
                retainOnDelete: retains(opts),
            },
            opts,
            moduleName,
            fleetTypeName,
        );
        warnOfKeepLast(this, inputs, opts, "the fleet");
        if (!pulumi.runtime.isDryRun()) {
            // Outputs become known here only after the engine has recorded them.
            const { recordingId } = this as unknown as {
                readonly recordingId: pulumi.Output<string | undefined>;
            };
            recordingId.apply(acknowledge);
        }
    }

    /**
     * Returns the snapshot of one instance. Unlike an entry of `snapshots` it is never undefined.
     *
     * @param instanceId the id of the instance, `i-…`.
     * @returns the snapshot, with the properties of `snapshots[id]`. The update fails if the fleet has none of that
     * instance.
     */
    snapshotOf(instanceId: pulumi.Input<string>): pulumi.Output<FleetSnapshot> {
        return pulumi
            .all([mayLack(this.snapshots), mayLack(this.failures), instanceId])
            .apply(([snapshots, failures = {}, wanted]) => {
                if (snapshots === undefined) {
                    throw missingOutput(
                        subject,
                        "snapshots",
                        `{ "${wanted}": { snapshotGroupId: "ssg-1" } }`,
                    );
                }
                const snapshot = snapshots[wanted];
                if (snapshot === undefined) {
                    throw new Error(absenceOf(wanted, failures[wanted], Object.keys(snapshots)));
                }
                return snapshot;
            });
    }

    /**
     * Returns the id of the member snapshot of one disk of any instance, to create a new disk from it. Unlike an entry of
     * `snapshotIdByDiskId` it is never undefined, which could create an empty disk.
     *
     * @param diskId the id of the disk, `d-…`.
     * @returns the snapshot's id, `s-…`. The update fails if no group has a snapshot of that disk.
     */
    snapshotIdOf(diskId: pulumi.Input<string>): pulumi.Output<string> {
        const without = mayLack(this.failures).apply((failures = {}) => {
            const instanceIds = Object.keys(failures);
            return instanceIds.length === 0 ? "" : ` It has no snapshot of ${listed(instanceIds)}.`;
        });
        return snapshotIdOf(subject, mayLack(this.snapshotIdByDiskId), diskId, without);
    }

    /**
     * Tells whether an object is such a resource, created by this or another copy of the package.
     *
     * @param obj any value.
     */
    static override isInstance(obj: unknown): obj is AppConsistentSnapshotFleet {
        return isOfType(obj, AppConsistentSnapshotFleet.__pulumiType);
    }
}

/** Returns an output that is undefined under Pulumi's mocks if they do not return it. */
function mayLack<T>(output: pulumi.Output<T>): pulumi.Output<T | undefined> {
    return output;
}

/**
 * Returns the value of the option; undefined if the engine may take it from a parent: then nothing is known, and nothing
 * may be deleted on suspicion.
 */
function retains({ retainOnDelete, parent }: pulumi.CustomResourceOptions = {}): boolean | undefined {
    return retainOnDelete ?? (parent === undefined ? false : undefined);
}

function absenceOf(
    instanceId: string,
    failure: FleetFailure | undefined,
    instanceIds: readonly string[],
): string {
    const reason =
        failure === undefined
            ? `it has snapshots of ${listed(instanceIds)}.`
            : `${failure.code}: ${failure.message} ${failure.remedy}`;
    return `${subject} has no snapshot of ${instanceId}: ${reason}`;
}
