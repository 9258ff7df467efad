import { ApiCallError } from "../ecs/api-error";
import type { EcsApi } from "../ecs/api";
import { stateTag } from "./run";

type Tagging = Pick<EcsApi, "tagResources">;

/** Marks runs that a state holds, so that nobody looks for what came of them any more. */
export async function commitRuns(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await ifRemembered(() => api.tagResources("invocation", invokeIds, [stateTag("committed")]));
}

/** Marks runs of which nothing is left. */
export async function closeRuns(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await ifRemembered(() => api.tagResources("invocation", invokeIds, [stateTag("closed")]));
}

/** A run that Cloud Assistant has forgotten needs no mark. */
export async function ifRemembered(mark: () => Promise<void>): Promise<void> {
    try {
        await mark();
    } catch (thrown) {
        if (!(thrown instanceof ApiCallError && thrown.code?.endsWith(".NotFound") === true)) {
            throw thrown;
        }
    }
}
