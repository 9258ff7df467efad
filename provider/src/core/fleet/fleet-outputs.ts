import type { FleetInputs } from "../inputs/fleet-inputs";
import type { ScriptOutput } from "../inputs/inputs";
import type { OperatingSystem } from "../inputs/specification";
import type { SnapshotOutput } from "../lifecycle/outputs";
import type { Durations } from "../run/run-report";
import type { Consistency } from "../snapshot-group/consistency";

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
    /** The member snapshots, one for each disk, with the same properties as those of `AppConsistentSnapshot`. */
    readonly snapshots: readonly SnapshotOutput[];
    /** The id of the member snapshot of the system disk; undefined if that disk was excluded. */
    readonly systemDiskSnapshotId?: string;
    /** `linux` or `windows`. */
    readonly osType?: OperatingSystem;
    /** The Cloud Assistant invocation that took the snapshot, `t-…`. Several instances may share it. */
    readonly invokeId?: string;
    /** The command of that invocation, `c-…`. */
    readonly commandId?: string;
    /** The durations of the command and its steps, with the same properties as those of `AppConsistentSnapshot`. */
    readonly durations?: Durations;
    /** True if the snapshot was kept although it does not meet the requirements. */
    readonly degraded?: boolean;
    /** Warnings about the snapshot. */
    readonly warnings?: readonly string[];
}

/** The reason why an instance of a fleet has no new snapshot. */
export interface FleetFailure {
    /** The code of the error; docs/errors.md lists them. */
    readonly code: string;
    /** The message of the error. */
    readonly message: string;
    /** The remedy. */
    readonly remedy: string;
    /** The Cloud Assistant invocation that failed, `t-…`, if there was one. */
    readonly invokeId?: string;
    /** The snapshot group that exists nevertheless, `ssg-…`. */
    readonly snapshotGroupId?: string;
}

/** The messages of the plugin, and the output of the scripts, on one instance of a fleet. */
export interface FleetReport {
    /** The plugin's last message, at most 1,000 characters. */
    readonly pluginMessage?: string;
    /** The end of the pre-script's output, at most 1,500 bytes. */
    readonly preScriptOutput?: string;
    /** The end of the post-script's output, likewise. */
    readonly postScriptOutput?: string;
    /** The handling of the scripts' output, `show` or `secret`. */
    readonly scriptOutput?: ScriptOutput;
}

/** Everything that the state keeps of a fleet. It never contains `undefined`. */
export interface FleetOutputs extends Pick<
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
> {
    /** The fleet's own id, which is also the resource's. */
    readonly fleetId: string;
    readonly regionId: string;
    /** The token by which the fleet recognizes its runs. */
    readonly ownerToken: string;
    /** Identifies the outputs of one create or update, for the acknowledgement that the engine recorded them. */
    readonly recordingId?: string;
    readonly snapshots: Readonly<Record<string, FleetSnapshot>>;
    readonly failures: Readonly<Record<string, FleetFailure>>;
    readonly reports: Readonly<Record<string, FleetReport>>;
    readonly snapshotGroupIdByInstanceId: Readonly<Record<string, string>>;
    readonly snapshotIdByDiskId: Readonly<Record<string, string>>;
    readonly consistency?: Consistency;
    readonly warnings?: readonly string[];
    readonly unfinished?: Readonly<Record<string, object>>;
    readonly earlierSnapshotGroups?: readonly object[];
}

/** Returns the invocations whose snapshots the state holds. */
export function fleetInvokeIds({ snapshots }: Pick<FleetOutputs, "snapshots">): string[] {
    const invokeIds = Object.values(snapshots).map(({ invokeId }) => invokeId);
    return [...new Set(invokeIds.filter((invokeId) => invokeId !== undefined))];
}
