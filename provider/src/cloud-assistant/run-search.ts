import type { Tag } from "../ecs/api";
import type { Context } from "../runtime/context";
import { runOf, stateTag, unsettledStates, type SnapshotRun } from "./run";

/** The runs whose invocations have all of these tags, the newest first. */
export async function runsWith(context: Context, tags: readonly Tag[]): Promise<SnapshotRun[]> {
    const invocations = await context.api.describeInvocations({ tags });
    return invocations
        .map(runOf)
        .filter((run) => run !== undefined)
        .sort((a, b) => b.creationTime.localeCompare(a.creationTime));
}

/** The runs with this tag of which nobody is known to have recorded what came of them. */
export async function unsettledRuns(context: Context, tag: Tag): Promise<SnapshotRun[]> {
    const runs = await Promise.all(unsettledStates.map((state) => runsWith(context, [tag, stateTag(state)])));
    return runs.flat();
}

/** One run; undefined when Cloud Assistant does not know it, or it is none of ours. */
export async function runBy(context: Context, invokeId: string): Promise<SnapshotRun | undefined> {
    const [invocation] = await context.api.describeInvocations({ invokeId });
    return invocation === undefined ? undefined : runOf(invocation);
}
