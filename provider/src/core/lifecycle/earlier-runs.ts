import type { Context } from "../../cloud/context";
import { findPersistently } from "../../runtime/absence";
import { isUnrecorded, type SnapshotRun } from "../run/run";
import { findRun, newestFirst, unrecordedRunsOf } from "../run/run-search";
import { type CreateRequest, fingerprintFor, identityOf } from "./create-request";
import type { StateMemory } from "./state-memory";

/** The earlier runs that create has to look at. */
export interface EarlierRuns {
    /** Those that are not closed, and that no state has recorded, and the resumed one; the newest first. */
    readonly runs: readonly SnapshotRun[];
    /** The run that a state holds as running, to be adopted whatever its age. */
    readonly resumed: ResumedRun | undefined;
    /** True if the resource's state is known. The engine does not show it before a forced replacement. */
    readonly isStateKnown: boolean;
}

export interface ResumedRun {
    readonly invokeId: string;
    /** True if it takes the snapshot that the program wants. */
    readonly isWanted: (run: SnapshotRun) => boolean;
}

/** Returns the earlier runs of a resource. */
export async function earlierRuns(
    context: Context,
    { inputs, stack, resource }: CreateRequest,
    memory: StateMemory,
): Promise<EarlierRuns> {
    const predecessor = memory.predecessorOf(inputs.resourceUrn);
    const { pending, invokeId } = predecessor ?? {};
    const resumed = pending?.phase === "running" ? invokeId : undefined;
    const runs = await openRuns(context, { stack, resource }, resumed === undefined ? [] : [resumed]);
    return {
        runs: runs.filter((run) => !memory.isRecorded(run.invokeId)),
        resumed:
            predecessor === undefined || resumed === undefined
                ? undefined
                : {
                      invokeId: resumed,
                      // The resource may have had another name then.
                      isWanted: (run) =>
                          run.fingerprint === fingerprintFor(identityOf(context, predecessor), inputs),
                  },
        isStateKnown: memory.isNewResource(inputs.resourceUrn) || predecessor !== undefined,
    };
}

/**
 * Returns the runs of a resource that are open or handed, and those with these ids, unless they are closed; the newest
 * first.
 */
export async function openRuns(
    context: Context,
    { stack, resource }: Pick<SnapshotRun, "stack" | "resource">,
    invokeIds: readonly string[],
): Promise<SnapshotRun[]> {
    const [unrecorded, ...resumed] = await Promise.all([
        unrecordedRunsOf(context, { stack, resource }),
        ...invokeIds.map((invokeId) => findPersistently(context, () => findRun(context, invokeId))),
    ]);
    const found = unrecorded.filter((run) => run.resource === resource && isUnrecorded(run));
    // A changed tag may become visible late, so the same run may be in both lists.
    const all = new Map(
        [...found, ...resumed.filter((run) => run !== undefined)].map((run) => [run.invokeId, run]),
    );
    return [...all.values()].filter((run) => run.state !== "closed").sort(newestFirst);
}
