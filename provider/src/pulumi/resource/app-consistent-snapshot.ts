import * as pulumi from "@pulumi/pulumi";

import type { OperatingSystem } from "../../core/inputs/specification";
import type { SnapshotOutput } from "../../core/lifecycle/outputs";
import type { Durations } from "../../core/run/run-report";
import type { Consistency } from "../../core/snapshot-group/consistency";
import { acknowledge } from "../recording/acknowledgement";
import type { AppConsistentSnapshotArgs } from "./arguments";
import { withComputedInputs } from "./computed-inputs";
import { jsonValues } from "./json-values";
import { warnOfKeepLast } from "./keep-last";
import { snapshotIdOf } from "./lookup";
import { checkOptions } from "./options";
import { appConsistentSnapshotShim } from "./shim";
import { isOfType, moduleName, typeName, typeToken } from "./type-token";

/**
 * All outputs, some of which are also inputs. A property must be listed here to become an output of the resource, and
 * to be shown as unknown in a preview.
 */
const outputs: Readonly<Record<string, undefined>> = {
    snapshotGroupId: undefined,
    snapshotGroupName: undefined,
    description: undefined,
    tags: undefined,
    instanceId: undefined,
    regionId: undefined,
    snapshots: undefined,
    snapshotIdByDiskId: undefined,
    systemDiskSnapshotId: undefined,
    consistency: undefined,
    status: undefined,
    creationTime: undefined,
    osType: undefined,
    invokeId: undefined,
    commandId: undefined,
    pluginMessage: undefined,
    pluginMessages: undefined,
    preScriptOutput: undefined,
    postScriptOutput: undefined,
    durations: undefined,
    warnings: undefined,
};

/** Lookup parameters of an existing snapshot group, besides its id. */
export interface AppConsistentSnapshotState {
    /** The region of the group. Default: the stack's region. */
    regionId?: pulumi.Input<string>;
}

/**
 * An application-consistent snapshot of an ECS instance: one snapshot group that captures all its ESSD disks at the
 * same moment, with the applications quiesced.
 *
 * It is taken once, when the resource is created, and taken again when `triggers` or another input that defines it
 * changes. Deleting the resource deletes the snapshots. The resource's id is the id of the snapshot group.
 */
export class AppConsistentSnapshot extends pulumi.dynamic.Resource {
    /** The id of the snapshot group, `ssg-…`. It is also the resource's `id`. */
    declare readonly snapshotGroupId: pulumi.Output<string>;
    /** The name of the snapshot group. */
    declare readonly snapshotGroupName: pulumi.Output<string>;
    /** The description of the snapshot group, if it has one. */
    declare readonly description: pulumi.Output<string | undefined>;
    /** The tags that the program gives to the members, the stack's default ones included; undefined if there are none. */
    declare readonly tags: pulumi.Output<Record<string, string> | undefined>;
    /** The instance of which the snapshot was taken. */
    declare readonly instanceId: pulumi.Output<string>;
    /** The region of the instance and of the snapshot group. */
    declare readonly regionId: pulumi.Output<string>;
    /** The member snapshots, one for each disk. */
    declare readonly snapshots: pulumi.Output<SnapshotOutput[]>;
    /** The ids of the member snapshots, by disk id. */
    declare readonly snapshotIdByDiskId: pulumi.Output<Record<string, string>>;
    /** The id of the member snapshot of the system disk; undefined if that disk was excluded. */
    declare readonly systemDiskSnapshotId: pulumi.Output<string | undefined>;
    /** The consistency that the members' tags show: `application`, `filesystem` or `crash`. The weakest member counts. */
    declare readonly consistency: pulumi.Output<Consistency>;
    /** The status at the last refresh: `progressing` during the upload, `accomplished` after it, or `failed`. */
    declare readonly status: pulumi.Output<string>;
    /** The creation time of the group, ISO 8601 in UTC. */
    declare readonly creationTime: pulumi.Output<string>;
    /** `linux` or `windows`; undefined for a group that was looked up. */
    declare readonly osType: pulumi.Output<OperatingSystem | undefined>;
    /** The Cloud Assistant invocation that took the snapshot, `t-…`; undefined for a group that was looked up. */
    declare readonly invokeId: pulumi.Output<string | undefined>;
    /** The command of that invocation, `c-…`; undefined for a group that was looked up. */
    declare readonly commandId: pulumi.Output<string | undefined>;
    /** The plugin's last message, at most 1,000 characters. A secret if `linux.scriptOutput` says so. */
    declare readonly pluginMessage: pulumi.Output<string | undefined>;
    /** The plugin's last 50 messages, at most 200 characters each. A secret if `linux.scriptOutput` says so. */
    declare readonly pluginMessages: pulumi.Output<string[] | undefined>;
    /**
     * The end of the pre-script's output, at most 1,500 bytes; undefined if it printed nothing, and for a group that was
     * looked up. A secret if `linux.scriptOutput` says so.
     */
    declare readonly preScriptOutput: pulumi.Output<string | undefined>;
    /** The end of the post-script's output; otherwise like `preScriptOutput`. */
    declare readonly postScriptOutput: pulumi.Output<string | undefined>;
    /** The durations of the command and its steps, as far as Cloud Assistant and the plugin report them. */
    declare readonly durations: pulumi.Output<Durations | undefined>;
    /**
     * Warnings about the snapshot: disks that can't be part of it, a degraded result that was accepted, the adoption of an
     * earlier run.
     */
    declare readonly warnings: pulumi.Output<string[] | undefined>;

    /** The type token, as it appears in URNs. */
    static readonly __pulumiType = typeToken;

    /**
     * Declares the snapshot. It is taken when an update creates the resource.
     *
     * @param name the resource's name, unique among those of its type in the stack.
     * @param args the inputs.
     * @param opts the usual resource options except `provider` and `providers`, because the region is an input. With
     * `retainOnDelete` the snapshots outlive the resource.
     * @throws Error if a provider is given, or a value that JSON can't represent.
     */
    constructor(name: string, args: AppConsistentSnapshotArgs, opts?: pulumi.CustomResourceOptions) {
        const label = `${typeName} ${name}`;
        checkOptions(label, opts);
        const inputs = jsonValues(label, args);
        super(
            appConsistentSnapshotShim,
            name,
            { ...outputs, ...withComputedInputs(AppConsistentSnapshot.__pulumiType, name, inputs, opts) },
            opts,
            moduleName,
            typeName,
        );
        warnOfKeepLast(this, inputs, opts, "Pulumi");
        if (!pulumi.runtime.isDryRun()) {
            // Outputs become known here only after the engine has recorded them.
            this.invokeId.apply(acknowledge);
        }
    }

    /**
     * Returns the id of the member snapshot of one disk, to create a new disk from it. Unlike an entry of
     * `snapshotIdByDiskId` it is never undefined, which could create an empty disk.
     *
     * @param diskId the id of the disk, `d-…`.
     * @returns the snapshot's id, `s-…`. The update fails if the group has no snapshot of that disk.
     */
    snapshotIdOf(diskId: pulumi.Input<string>): pulumi.Output<string> {
        // Under Pulumi's mocks this is the value that they return.
        const outputs: pulumi.Output<Record<string, string> | undefined> = this.snapshotIdByDiskId;
        return snapshotIdOf("The snapshot", outputs, diskId);
    }

    /**
     * Looks up an existing snapshot group. The resource is read-only: Pulumi neither changes nor deletes it.
     *
     * @param name the resource's name, unique among those of its type in the stack.
     * @param id the snapshot group's id, `ssg-…`.
     * @param state its `regionId`. Default: the stack's region.
     * @param opts the usual resource options except `provider` and `providers`.
     */
    static get(
        name: string,
        id: pulumi.Input<pulumi.ID>,
        state?: AppConsistentSnapshotState,
        opts?: pulumi.CustomResourceOptions,
    ): AppConsistentSnapshot {
        return new AppConsistentSnapshot(name, { ...state } as AppConsistentSnapshotArgs, { ...opts, id });
    }

    /**
     * Tells whether an object is such a resource, created by this or another copy of the package.
     *
     * @param obj any value.
     */
    static override isInstance(obj: unknown): obj is AppConsistentSnapshot {
        return isOfType(obj, AppConsistentSnapshot.__pulumiType);
    }
}
