import type { Durations } from "../../core/run/run-report";
import * as pulumi from "@pulumi/pulumi";
import { defaultOrganization } from "../../core/run/run";
import type { OperatingSystem } from "../../core/inputs/specification";
import type { SnapshotOutput } from "../../core/lifecycle/outputs";
import type { Consistency } from "../../core/snapshot-group/consistency";
import type { AppConsistentSnapshotArgs } from "./arguments";
import { acknowledge } from "../recording/acknowledgement";
import { openScripts, withSecretScripts } from "./delivered-scripts";
import { timeoutOf } from "./custom-timeouts";
import { jsonValues } from "./json-values";
import { checkOptions } from "./options";
import { appConsistentSnapshotShim } from "./shim";
import { moduleName, typeName, typeToken } from "./type-token";

/**
 * All outputs, some of which are inputs as well. A property has to be named here to become an output of the
 * resource, and to be shown as unknown in a preview.
 */
const outputs: Readonly<Record<string, undefined>> = {
    snapshotGroupId: undefined,
    snapshotGroupName: undefined,
    description: undefined,
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

/** What an existing snapshot group is looked up with, besides its id. */
export interface AppConsistentSnapshotState {
    /** The region of the group. Default: that of the stack. */
    regionId?: pulumi.Input<string>;
}

/**
 * An application-consistent snapshot of an ECS instance: one snapshot group that holds all its ESSD disks as they
 * were at one moment, with the applications at rest.
 *
 * It is taken once, when the resource is created, and taken anew when `triggers` or what defines it changes.
 * Deleting the resource deletes the snapshots. Its id is that of the snapshot group.
 */
export class AppConsistentSnapshot extends pulumi.dynamic.Resource {
    /** The id of the snapshot group, `ssg-…`. It is also the resource's `id`. */
    declare readonly snapshotGroupId: pulumi.Output<string>;
    /** The name of the snapshot group. */
    declare readonly snapshotGroupName: pulumi.Output<string>;
    /** The description of the snapshot group, if it has one. */
    declare readonly description: pulumi.Output<string | undefined>;
    /** The instance that the snapshot was taken of. */
    declare readonly instanceId: pulumi.Output<string>;
    /** The region of the instance and of the snapshot group. */
    declare readonly regionId: pulumi.Output<string>;
    /** The member snapshots, one for each disk. */
    declare readonly snapshots: pulumi.Output<SnapshotOutput[]>;
    /** The ids of the member snapshots by the ids of their disks. */
    declare readonly snapshotIdByDiskId: pulumi.Output<Record<string, string>>;
    /** The member snapshot of the system disk; undefined if that disk was excluded. */
    declare readonly systemDiskSnapshotId: pulumi.Output<string | undefined>;
    /** What the tags of all members prove: `application`, `filesystem` or `crash`. The weakest member counts. */
    declare readonly consistency: pulumi.Output<Consistency>;
    /** `progressing` while the upload goes on, `accomplished` after it, or `failed`; as of the last refresh. */
    declare readonly status: pulumi.Output<string>;
    /** When the group was created, ISO 8601 in UTC. */
    declare readonly creationTime: pulumi.Output<string>;
    /** `linux` or `windows`; undefined for a group that was looked up. */
    declare readonly osType: pulumi.Output<OperatingSystem | undefined>;
    /** The Cloud Assistant invocation that took the snapshot, `t-…`; undefined for a group that was looked up. */
    declare readonly invokeId: pulumi.Output<string | undefined>;
    /** The command of that invocation, `c-…`; undefined for a group that was looked up. */
    declare readonly commandId: pulumi.Output<string | undefined>;
    /** The plugin's last message, at most 1,000 characters. A secret where `linux.scriptOutput` says so. */
    declare readonly pluginMessage: pulumi.Output<string | undefined>;
    /** Its last 50 messages, each at most 200 characters. A secret where `linux.scriptOutput` says so. */
    declare readonly pluginMessages: pulumi.Output<string[] | undefined>;
    /**
     * The end of what the pre-script printed, at most 1,500 bytes; undefined where it printed nothing, and for a group
     * that was looked up. A secret where `linux.scriptOutput` says so.
     */
    declare readonly preScriptOutput: pulumi.Output<string | undefined>;
    /** The end of what the post-script printed; otherwise as `preScriptOutput`. */
    declare readonly postScriptOutput: pulumi.Output<string | undefined>;
    /** How long the command and its steps took, as far as Cloud Assistant and the plugin tell. */
    declare readonly durations: pulumi.Output<Durations | undefined>;
    /**
     * What to know about the snapshot: disks that can't be part of it, a degraded result that was accepted, a start by an
     * earlier run.
     */
    declare readonly warnings: pulumi.Output<string[] | undefined>;

    /** The type token, as it stands in URNs. */
    static readonly __pulumiType = typeToken;

    /**
     * Takes the snapshot, when the update creates the resource.
     *
     * @param name the resource's name, unique among those of its type in the stack.
     * @param args what the snapshot is taken of, and how: the inputs.
     * @param opts the usual options of a resource but `provider` and `providers`: the region is an input. With
     * `retainOnDelete` the snapshots outlive the resource.
     * @throws Error where a provider is given, or a value that JSON can't carry.
     */
    constructor(name: string, args: AppConsistentSnapshotArgs, opts?: pulumi.CustomResourceOptions) {
        checkOptions(name, opts);
        const inputs = jsonValues(name, args);
        super(
            appConsistentSnapshotShim,
            name,
            {
                ...outputs,
                timeoutSeconds: timeoutOf(opts?.customTimeouts?.create),
                ...inputs,
                ...(inputs.linux === undefined ? {} : { linux: withSecretScripts(inputs.linux) }),
                // Methods of a dynamic provider are not told their URN; messages and fingerprints need it.
                resourceUrn: pulumi.createUrn(name, AppConsistentSnapshot.__pulumiType, opts?.parent),
                organization: organization(),
                openScripts: openScripts(inputs.linux),
            },
            opts,
            moduleName,
            typeName,
        );
        if (inputs.keepLast !== undefined && opts?.retainOnDelete !== true) {
            void pulumi.log.warn(
                "keepLast keeps nothing without the option retainOnDelete: true: Pulumi deletes the snapshot that a new one replaces, and keepLast older ones besides.",
                this,
            );
        }
        if (!pulumi.runtime.isDryRun()) {
            // Outputs are known here only after the engine has recorded them.
            this.invokeId.apply(acknowledge);
        }
    }

    /**
     * The member snapshot of one disk, for a new disk to be made from. Unlike an entry of `snapshotIdByDiskId` it is never
     * undefined, from which an empty disk could be made.
     *
     * @param diskId the id of the disk that the snapshot is of, `d-…`.
     * @returns its id, `s-…`. The update fails where the group has no snapshot of that disk.
     */
    snapshotIdOf(diskId: pulumi.Input<string>): pulumi.Output<string> {
        // Under Pulumi's mocks it is what they return.
        const outputs: pulumi.Output<Record<string, string> | undefined> = this.snapshotIdByDiskId;
        return pulumi.all([outputs, diskId]).apply(([snapshotIds, wanted]) => {
            if (snapshotIds === undefined) {
                throw new Error(
                    "The snapshot has no output snapshotIdByDiskId. In a unit test have Pulumi's mocks return it, such as " +
                        `{ snapshotIdByDiskId: { "${wanted}": "s-1" } }.`,
                );
            }
            const snapshotId = snapshotIds[wanted];
            if (snapshotId === undefined) {
                const there = Object.keys(snapshotIds).join(", ");
                throw new Error(`The snapshot has no disk ${wanted}: it has ${there}.`);
            }
            return snapshotId;
        });
    }

    /**
     * Looks an existing snapshot group up. The resource is read only: Pulumi neither changes nor deletes it.
     *
     * @param name the resource's name, unique among those of its type in the stack.
     * @param id the snapshot group's id, `ssg-…`.
     * @param state its `regionId`. Default: the stack's region.
     * @param opts the usual options of a resource but `provider` and `providers`.
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
     * Whether an object is such a resource, of this or another copy of the package.
     *
     * @param obj any value.
     */
    static override isInstance(obj: unknown): obj is AppConsistentSnapshot {
        return (
            typeof obj === "object" &&
            obj !== null &&
            "__pulumiType" in obj &&
            obj.__pulumiType === AppConsistentSnapshot.__pulumiType
        );
    }
}

/** The stack's; the name of backends without organizations where the program is not told any, as in a test. */
function organization(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return defaultOrganization;
    }
}
