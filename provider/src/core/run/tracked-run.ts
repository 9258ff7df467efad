import type { Circumstances } from "../../errors/circumstances";
import type { ScriptOutput } from "../inputs/inputs";
import type { SnapshotSpecification } from "../inputs/specification";
import { isShared, type SnapshotRun } from "./run";
import type { InstanceRun } from "./snapshot-result";

/** A run that is awaited. */
export interface TrackedRun {
    readonly run: SnapshotRun;
    readonly instances: readonly TrackedInstance[];
    /** The end of the wait, in milliseconds since the epoch. */
    readonly deadline: number;
}

/** One instance of a run, and the request for it. */
export interface TrackedInstance {
    readonly specification: SnapshotSpecification;
    /** The handling of the scripts' output; undefined if no script was delivered. */
    readonly scriptOutput: ScriptOutput | undefined;
    /** The circumstances on which the remedy of a failure depends; undefined if unknown. */
    readonly circumstances: Circumstances | undefined;
    /** The disks that the group must contain; undefined if only their digest is known. */
    readonly diskIds: readonly string[] | undefined;
    /** See `diskSetDigestOf`. */
    readonly diskSetDigest: string;
}

/** One instance of a run, together with the run. */
export interface InstanceOfRun {
    readonly run: SnapshotRun;
    readonly instance: TrackedInstance;
}

export function instanceRunOf(
    run: SnapshotRun,
    { specification: { instanceId }, diskIds, diskSetDigest }: TrackedInstance,
): InstanceRun {
    const { runId, invokeId, commandId, ownerToken, groupName, osType } = run;
    return {
        ...{ instanceId, runId, invokeId, commandId, ownerToken, groupName, osType, diskSetDigest, diskIds },
        ...(isShared(run) ? { isShared: true } : {}),
    };
}
