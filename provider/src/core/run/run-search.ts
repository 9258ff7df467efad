import type { Context } from "../../cloud/context";
import type { InvocationFilter, Tag } from "../../cloud/ecs/api";
import {
    resourceTag,
    runOf,
    type RunState,
    type SnapshotRun,
    stackTag,
    stateTag,
    unrecordedStates,
} from "./run";

/**
 * Returns the runs with this tag that are in one of these states, the newest first. The request filters by state too,
 * because a tag filter of the API covers 1,000 resources, and a stack may have more runs in a month.
 */
export async function runsInStates(
    context: Context,
    tag: Tag,
    states: readonly RunState[],
): Promise<SnapshotRun[]> {
    return searched(context, states, (state) => ({ tags: [tag, stateTag(state)] }));
}

async function searched(
    context: Context,
    states: readonly RunState[],
    filterOf: (state: RunState) => InvocationFilter,
): Promise<SnapshotRun[]> {
    const invocations = await Promise.all(
        states.map((state) => context.api.describeInvocations(filterOf(state))),
    );
    const runs = invocations
        .flat()
        .map(runOf)
        .filter((run) => run !== undefined);
    // A changed tag may become visible late, so the same run may be in two lists.
    return [...new Map(runs.map((run) => [run.invokeId, run])).values()].sort(newestFirst);
}

/** Returns the runs with this tag that are not known to be recorded. */
export function unrecordedRuns(context: Context, tag: Tag): Promise<SnapshotRun[]> {
    return runsInStates(context, tag, unrecordedStates);
}

/**
 * Returns the runs of a resource that are not known to be recorded. The resources of a stack that search at nearly the
 * same time share lists of the stack's runs: each run has the tags of both.
 */
export function unrecordedRunsOf(
    context: Context,
    { stack, resource }: Pick<SnapshotRun, "stack" | "resource">,
): Promise<SnapshotRun[]> {
    return searched(context, unrecordedStates, (state) => ({
        tags: [resourceTag(resource), stateTag(state)],
        among: [stackTag(stack), stateTag(state)],
    }));
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
