import type { Context } from "../../cloud/context";
import type { Tag } from "../../cloud/ecs/api";
import { runOf, type RunState, type SnapshotRun, stateTag, unrecordedStates } from "./run";

/** Returns the runs whose invocations have all of these tags. */
async function runsTagged(context: Context, tags: readonly Tag[]): Promise<SnapshotRun[]> {
    const invocations = await context.api.describeInvocations({ tags });
    return invocations.map(runOf).filter((run) => run !== undefined);
}

/**
 * Returns the runs with this tag that are in one of these states, the newest first. The request filters by state too,
 * because a tag filter of the API covers 1,000 resources, and a stack may have more runs in a month.
 */
export async function runsInStates(
    context: Context,
    tag: Tag,
    states: readonly RunState[],
): Promise<SnapshotRun[]> {
    const runs = await Promise.all(states.map((state) => runsTagged(context, [tag, stateTag(state)])));
    // A changed tag may become visible late, so the same run may be in two lists.
    return [...new Map(runs.flat().map((run) => [run.invokeId, run])).values()].sort(newestFirst);
}

/** Returns the runs with this tag that are not known to be recorded. */
export function unrecordedRuns(context: Context, tag: Tag): Promise<SnapshotRun[]> {
    return runsInStates(context, tag, unrecordedStates);
}

/** Compares two runs, to sort the newest first. */
export function newestFirst(a: SnapshotRun, b: SnapshotRun): number {
    return b.creationTime.localeCompare(a.creationTime);
}

/** Returns a run; undefined if Cloud Assistant does not know it, or this package did not start it. */
export async function findRun(context: Context, invokeId: string): Promise<SnapshotRun | undefined> {
    const [invocation] = await context.api.describeInvocations({ invokeId });
    return invocation === undefined ? undefined : runOf(invocation);
}
