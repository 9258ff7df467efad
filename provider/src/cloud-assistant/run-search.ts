import type { Tag } from "../ecs/api";
import type { Context } from "../runtime/context";
import { runOf, type SnapshotRun } from "./run";

/** The runs whose invocations have all of these tags, the newest first. */
export async function runsWith(context: Context, tags: readonly Tag[]): Promise<SnapshotRun[]> {
    const invocations = await context.api.describeInvocations({ tags });
    return invocations
        .map(runOf)
        .filter((run) => run !== undefined)
        .sort((a, b) => b.creationTime.localeCompare(a.creationTime));
}

/** One run; undefined when Cloud Assistant does not know it, or it is none of ours. */
export async function runBy(context: Context, invokeId: string): Promise<SnapshotRun | undefined> {
    const [invocation] = await context.api.describeInvocations({ invokeId });
    return invocation === undefined ? undefined : runOf(invocation);
}
