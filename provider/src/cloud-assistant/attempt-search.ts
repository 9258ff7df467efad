import type { Tag } from "../ecs/api";
import type { Context } from "../runtime/context";
import { attemptOf, type MadeAttempt } from "./attempt";

/** The attempts whose invocations have all of these tags, the newest first. */
export async function attemptsWith(context: Context, tags: readonly Tag[]): Promise<MadeAttempt[]> {
    const invocations = await context.api.describeInvocations({ tags });
    return invocations
        .map(attemptOf)
        .filter((attempt) => attempt !== undefined)
        .sort((a, b) => b.creationTime.localeCompare(a.creationTime));
}

/** One attempt; undefined when Cloud Assistant does not know it, or it is none of ours. */
export async function attemptBy(context: Context, invokeId: string): Promise<MadeAttempt | undefined> {
    const [invocation] = await context.api.describeInvocations({ invokeId });
    return invocation === undefined ? undefined : attemptOf(invocation);
}
