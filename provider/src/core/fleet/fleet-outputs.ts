import { omit, withoutUndefined } from "../../runtime/json";
import type { FleetInputs, FleetInstance } from "../inputs/fleet-inputs";
import type { ScriptOutput } from "../inputs/inputs";
import type { OperatingSystem } from "../inputs/specification";
import {
    type EarlierGroup,
    type KeptInputs,
    type SnapshotOutput,
    type SnapshotOutputs,
    withoutContents,
} from "../lifecycle/outputs";
import type { Durations } from "../run/run-report";
import { type Consistency, weakestOf } from "../snapshot-group/consistency";

/** The snapshot of one instance of a fleet. */
export interface FleetSnapshot {
    /** The id of the snapshot group, `ssg-…`. */
    readonly snapshotGroupId: string;
    /** The name of the snapshot group. */
    readonly snapshotGroupName: string;
    /** The description of the snapshot group, if it has one. */
    readonly description?: string;
    /** The status at the last refresh: `progressing` during the upload, `accomplished` after it, or `failed`. */
    readonly status: string;
    /** The creation time of the group, ISO 8601 in UTC. */
    readonly creationTime: string;
    /** The consistency that the members' tags show. The weakest member counts. */
    readonly consistency: Consistency;
    /** The member snapshots, one for each disk. */
    readonly snapshots: readonly SnapshotOutput[];
    /** The id of the member snapshot of the system disk; absent if that disk was excluded. */
    readonly systemDiskSnapshotId?: string;
    /** `linux` or `windows`. */
    readonly osType?: OperatingSystem;
    /** The Cloud Assistant invocation that took the snapshot, `t-…`. Instances of a fleet share invocations. */
    readonly invokeId?: string;
    /** The durations of the command and its steps, as far as they are reported. */
    readonly durations?: Durations;
    /** The tags that the program gives to the members, inherited ones included. Default: none. */
    readonly tags?: Readonly<Record<string, string>>;
    /** Those of them that the group itself has; undefined if the cloud does not take them. */
    readonly snapshotGroupTags?: Readonly<Record<string, string>>;
    /** True if the snapshot was kept although it does not meet the requirements. */
    readonly degraded?: boolean;
    /** Warnings about the snapshot. */
    readonly warnings?: readonly string[];
}

/** The plugin's messages about one instance. */
export interface FleetReport {
    /** The plugin's last message, at most 1,000 characters. */
    readonly pluginMessage?: string;
    /** The end of the pre-script's output, at most 1,500 bytes. */
    readonly preScriptOutput?: string;
    /** The end of the post-script's output, at most 1,500 bytes. */
    readonly postScriptOutput?: string;
    /** The handling of script output for this run. */
    readonly scriptOutput?: ScriptOutput;
}

/** The reason why a fleet has no finished snapshot of an instance. */
export interface FleetFailure {
    /** The error's code, see docs/errors.md. */
    readonly code: string;
    /** The whole message. */
    readonly message: string;
    /** The remedy. */
    readonly remedy: string;
    /** The invocation, if there is one. */
    readonly invokeId?: string;
    /** The snapshot group, if there is one. */
    readonly snapshotGroupId?: string;
}

/** A run of the plugin on instances of the fleet. */
export interface FleetRun {
    /** The command of the invocation, `c-…`. */
    readonly commandId?: string;
    /** See `PlannedRun.runId`. */
    readonly runId?: string;
    /** True if it has several instances. */
    readonly isShared?: boolean;
}

/** A snapshot group of one instance that the fleet held before its current one. */
export interface FleetGroup extends EarlierGroup {
    readonly instanceId: string;
}

/** An unfinished snapshot, as the state of a single resource would hold it, without the inputs. */
export type UnfinishedInstance = Omit<SnapshotOutputs, keyof KeptInputs | "ownerToken">;

/** Inputs that a later diff, refresh or delete needs, kept unchanged. */
type KeptFleetInputs = Pick<
    FleetInputs,
    | "resourceUrn"
    | "organization"
    | "instanceIds"
    | "instances"
    | "linux"
    | "windows"
    | "instantAccess"
    | "instantAccessRetentionDays"
    | "triggers"
> & { readonly regionId: string };

/** Everything that is kept in the state of a fleet. It never contains `undefined`. */
export interface FleetOutputs extends KeptFleetInputs {
    readonly fleetId: string;
    /** See `PlannedRun.ownerToken`. */
    readonly ownerToken: string;
    /** The id of the create or update that returned these outputs; its runs are committed once it is recorded. */
    readonly recordingId: string;
    /** The finished snapshots, by instance. */
    readonly snapshots: Readonly<Record<string, FleetSnapshot>>;
    /** The instances without a finished snapshot. */
    readonly failures: Readonly<Record<string, FleetFailure>>;
    readonly reports: Readonly<Record<string, FleetReport>>;
    /** By invocation. */
    readonly runs: Readonly<Record<string, FleetRun>>;
    readonly snapshotGroupIdByInstanceId: Readonly<Record<string, string>>;
    readonly snapshotIdByDiskId: Readonly<Record<string, string>>;
    /** The weakest consistency of all snapshots; absent if there is none. */
    readonly consistency?: Consistency;
    readonly warnings: readonly string[];
    /** Something in the cloud that is not a finished snapshot, by instance. */
    readonly unfinished?: Readonly<Record<string, UnfinishedInstance>>;
    /** Members that a refresh found missing, by instance; the next update takes new snapshots of these. */
    readonly missingSnapshotIds?: Readonly<Record<string, readonly string[]>>;
    /** Groups that were replaced by a newer one of their instance, but could not be deleted yet. */
    readonly supersededSnapshotGroups?: readonly FleetGroup[];
    /** Kept with `keepLast`; the newest of an instance first. */
    readonly earlierSnapshotGroups?: readonly FleetGroup[];
}

/** @param regionId the region from the inputs or, without one there, from the stack's settings. */
export function keptFleetInputs(inputs: FleetInputs, regionId: string): KeptFleetInputs {
    const { resourceUrn, organization, instanceIds, instances, linux, windows } = inputs;
    const { instantAccess, instantAccessRetentionDays, triggers } = inputs;
    return withoutUndefined({
        resourceUrn,
        organization,
        regionId,
        instanceIds,
        instances: instances?.map(withoutTexts),
        linux: linux === undefined ? undefined : withoutContents(linux),
        windows,
        instantAccess,
        instantAccessRetentionDays,
        triggers,
    });
}

function withoutTexts(instance: FleetInstance): FleetInstance {
    const { linux } = instance;
    const kept = omit(instance, "openScripts");
    return linux === undefined ? kept : { ...kept, linux: withoutContents(linux) };
}

/** Returns all instances of which a state holds something, those of its list first. */
export function instancesIn(state: FleetOutputs): string[] {
    return [
        ...new Set([
            ...listedIn(state),
            ...Object.keys(state.snapshots),
            ...Object.keys(state.unfinished ?? {}),
            ...(state.supersededSnapshotGroups ?? []).map(({ instanceId }) => instanceId),
        ]),
    ];
}

/** Returns the instances of the program's list. */
export function listedIn({
    instanceIds,
    instances,
}: Pick<FleetOutputs, "instanceIds" | "instances">): string[] {
    return [...(instanceIds ?? instances?.map(({ instanceId }) => instanceId) ?? [])];
}

/** Returns the invocations that a state holds. */
export function fleetInvokeIds({ snapshots, unfinished = {} }: FleetOutputs): string[] {
    const all = [...Object.values(snapshots), ...Object.values(unfinished)];
    return [...new Set(all.map(({ invokeId }) => invokeId))].filter((invokeId) => invokeId !== undefined);
}

/** Tells whether a state holds nothing in the cloud. */
export function isEmptyFleet({
    snapshots,
    unfinished = {},
    supersededSnapshotGroups: superseded = [],
}: FleetOutputs): boolean {
    return Object.keys(snapshots).length + Object.keys(unfinished).length + superseded.length === 0;
}

/** Returns the parts of a state that the snapshot of one instance makes up. */
export function partsOf(outputs: SnapshotOutputs): {
    readonly snapshot: FleetSnapshot;
    readonly report: FleetReport;
    readonly run: FleetRun;
} {
    const { snapshotGroupId = "", snapshotGroupName = "", status = "", creationTime = "" } = outputs;
    const { description, consistency = "crash", snapshots = [], systemDiskSnapshotId, osType } = outputs;
    const { invokeId, durations, degraded, warnings = [], commandId, runId, isShared } = outputs;
    const { tags, snapshotGroupTags } = outputs;
    const { pluginMessage, preScriptOutput, postScriptOutput, scriptOutput } = outputs;
    return {
        snapshot: withoutUndefined({
            ...{ snapshotGroupId, snapshotGroupName, description, status, creationTime, consistency },
            ...{ snapshots, systemDiskSnapshotId, osType, invokeId, durations, degraded },
            ...{ tags, snapshotGroupTags },
            warnings: warnings.length === 0 ? undefined : warnings,
        }),
        report: withoutUndefined({ pluginMessage, preScriptOutput, postScriptOutput, scriptOutput }),
        run: withoutUndefined({ commandId, runId, isShared }),
    };
}

/** Returns the outputs that are derived from the snapshots. */
export function derivedOutputs(
    snapshots: FleetOutputs["snapshots"],
): Pick<FleetOutputs, "snapshotGroupIdByInstanceId" | "snapshotIdByDiskId" | "consistency"> {
    const all = Object.entries(snapshots);
    return withoutUndefined({
        snapshotGroupIdByInstanceId: Object.fromEntries(
            all.map(([instanceId, { snapshotGroupId }]) => [instanceId, snapshotGroupId]),
        ),
        snapshotIdByDiskId: Object.fromEntries(
            all.flatMap(([, { snapshots: members }]) =>
                members.map(({ sourceDiskId, snapshotId }) => [sourceDiskId, snapshotId]),
            ),
        ),
        consistency: weakestOf(all.map(([, { consistency }]) => consistency)),
    });
}
