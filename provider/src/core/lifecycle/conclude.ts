import type { Context } from "../../cloud/context";
import type { SnapshotRun } from "../run/run";
import { type RunResults, type SnapshotResult, unfinished } from "../run/snapshot-result";
import { instanceRunOf, type TrackedInstance, type TrackedRun } from "../run/tracked-run";
import { afterFailure, type OnLeftover } from "./failed-run";
import { finalize, type FinalizeOptions } from "./finalize";
import type { RunEnd } from "./run-end";

export interface ConcludeOptions extends Pick<FinalizeOptions, "warnings" | "isAdopted"> {
    /** The treatment of a group with violations. Default: it is deleted. */
    readonly onViolation?: FinalizeOptions["onViolation"];
    /** The treatment of a failed run's group. Default: the program's `onDegraded`. */
    readonly onLeftover?: OnLeftover;
}

/** Turns the end of a run on one instance into a result: finalizes its group, or cleans up after a failure. */
export async function conclude(
    context: Context,
    { run, deadline }: TrackedRun,
    instance: TrackedInstance,
    end: RunEnd,
    { warnings, isAdopted = false, onViolation = "delete", onLeftover }: ConcludeOptions,
): Promise<SnapshotResult> {
    const { specification } = instance;
    switch (end.state) {
        case "running":
            return runningResult(run, instance, end);
        case "failed":
            return afterFailure(context, { run, instance }, end, onLeftover ?? specification.onDegraded);
        case "succeeded": {
            const { snapshotGroupId, saysFilesystemOnly, report } = end;
            const group = { ...instanceRunOf(run, instance), snapshotGroupId, saysFilesystemOnly, report };
            return finalize(context, group, {
                ...{ specification, warnings, onViolation, isAdopted, deadline },
                seen: end.group,
            });
        }
    }
}

/** Returns the results of the instances on which the run is not known to have ended. */
export function runningResults(
    { run, instances }: TrackedRun,
    ends: ReadonlyMap<string, RunEnd>,
): RunResults {
    return new Map(
        instances.flatMap((instance) => {
            const { instanceId } = instance.specification;
            const end = ends.get(instanceId);
            return end?.state === "running" ? [[instanceId, runningResult(run, instance, end)]] : [];
        }),
    );
}

function runningResult(
    run: SnapshotRun,
    instance: TrackedInstance,
    { reason }: Extract<RunEnd, { readonly state: "running" }>,
): SnapshotResult {
    return unfinished("running", instanceRunOf(run, instance), reason);
}

/** Tells whether nothing of a run is left, given its results. */
export function isGone(results: RunResults): boolean {
    return [...results.values()].every((result) => result.state === "failed" && result.openRun === undefined);
}
