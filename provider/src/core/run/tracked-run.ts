import type { Circumstances } from "../../errors/circumstances";
import type { ScriptOutput } from "../inputs/inputs";
import type { SnapshotSpecification } from "../inputs/specification";
import type { SnapshotRun } from "./run";
import type { InstanceRun } from "./snapshot-result";

/** A run that is followed to its end. */
export interface TrackedRun {
    readonly run: SnapshotRun;
    readonly instances: readonly TrackedInstance[];
    /** When to stop waiting for it, in milliseconds since the epoch. */
    readonly deadline: number;
}

/** One instance of a run, and what was asked for. */
export interface TrackedInstance {
    readonly specification: SnapshotSpecification;
    /** What to do with the scripts' output; undefined where no script was delivered. */
    readonly scriptOutput: ScriptOutput | undefined;
    /** What the remedy of a failure depends on; undefined where that is not known. */
    readonly circumstances: Circumstances | undefined;
    /** The disks that the group has to hold; undefined for a run that was found again. */
    readonly diskIds: readonly string[] | undefined;
}

/** One instance of a run, with the run. */
export interface InstanceOfRun {
    readonly run: SnapshotRun;
    readonly instance: TrackedInstance;
}

export function instanceRunOf(
    run: SnapshotRun,
    { specification: { instanceId }, diskIds }: TrackedInstance,
): InstanceRun {
    const { runId, invokeId, commandId, ownerToken, groupName, osType, diskSetDigest } = run;
    return { instanceId, runId, invokeId, commandId, ownerToken, groupName, osType, diskSetDigest, diskIds };
}
