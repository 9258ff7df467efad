import type { Tag } from "../../cloud/ecs/api";
import type { Context } from "../../cloud/context";
import { runOf, stateTag, unrecordedStates, type RunState, type SnapshotRun } from "./run";

/** The runs whose invocations have all of these tags. */
async function runsWith(context: Context, tags: readonly Tag[]): Promise<SnapshotRun[]> {
    const invocations = await context.api.describeInvocations({ tags });
    return invocations.map(runOf).filter((run) => run !== undefined);
}

/**
 * The runs with this tag that are in one of these states, the newest first. They are asked for by their states too: a
 * tag filter of the API covers 1,000 resources, and a stack may have made more in a month.
 */
export async function runsIn(
    context: Context,
    tag: Tag,
    states: readonly RunState[],
): Promise<SnapshotRun[]> {
    const runs = await Promise.all(states.map((state) => runsWith(context, [tag, stateTag(state)])));
    // A change of a tag may be seen late: the same run may be in two lists.
    return [...new Map(runs.flat().map((run) => [run.invokeId, run])).values()].sort(newestFirst);
}

/** The runs with this tag of which nobody is known to have recorded what came of them. */
export function unrecordedRuns(context: Context, tag: Tag): Promise<SnapshotRun[]> {
    return runsIn(context, tag, unrecordedStates);
}

function newestFirst(a: SnapshotRun, b: SnapshotRun): number {
    return b.creationTime.localeCompare(a.creationTime);
}

/** One run; undefined when Cloud Assistant does not know it, or it is none of ours. */
export async function runBy(context: Context, invokeId: string): Promise<SnapshotRun | undefined> {
    const [invocation] = await context.api.describeInvocations({ invokeId });
    return invocation === undefined ? undefined : runOf(invocation);
}
