import { ApiCallError } from "../ecs/api-error";
import type { Context } from "../runtime/context";
import { stateTag } from "./attempt";

/**
 * Marks attempts whose group is a resource's from now on. Whoever calls this must be sure that the engine is
 * there to record the resource: afterwards nobody looks for the group any more.
 */
export async function commitAttempts(context: Context, invokeIds: readonly string[]): Promise<void> {
    await context.confirmEngineIsThere();
    await context.api.tagResources("invocation", invokeIds, [stateTag("committed")]);
}

/** Marks attempts of which nothing is left. One that Cloud Assistant has forgotten needs no mark. */
export async function closeAttempts(context: Context, invokeIds: readonly string[]): Promise<void> {
    try {
        await context.api.tagResources("invocation", invokeIds, [stateTag("closed")]);
    } catch (thrown) {
        if (!(thrown instanceof ApiCallError && thrown.code?.endsWith(".NotFound") === true)) {
            throw thrown;
        }
    }
}
