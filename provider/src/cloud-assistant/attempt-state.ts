import { ApiCallError } from "../ecs/api-error";
import type { EcsApi } from "../ecs/api";
import { claimTag, stateTag } from "./attempt";

type Tagging = Pick<EcsApi, "tagResources">;

/**
 * Marks attempts whose group is a resource's from now on. Only for what the engine has recorded in its state:
 * afterwards nobody looks for the group any more.
 */
export async function commitAttempts(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await ifRemembered(() => api.tagResources("invocation", invokeIds, [stateTag("committed")]));
}

/** Marks attempts of which nothing is left. */
export async function closeAttempts(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await ifRemembered(() => api.tagResources("invocation", invokeIds, [stateTag("closed")]));
}

/** Makes attempts the resource's that has this claim in its state. */
export async function claimAttempts(
    api: Tagging,
    invokeIds: readonly string[],
    claim: string,
): Promise<void> {
    await api.tagResources("invocation", invokeIds, [claimTag(claim)]);
}

/** An attempt that Cloud Assistant has forgotten needs no mark. */
async function ifRemembered(mark: () => Promise<void>): Promise<void> {
    try {
        await mark();
    } catch (thrown) {
        if (!(thrown instanceof ApiCallError && thrown.code?.endsWith(".NotFound") === true)) {
            throw thrown;
        }
    }
}
