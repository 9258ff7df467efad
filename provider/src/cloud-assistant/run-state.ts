import { ApiCallError } from "../ecs/api-error";
import type { EcsApi } from "../ecs/api";
import { stateTag, type RunState } from "./run";

type Tagging = Pick<EcsApi, "tagResources">;

/** Marks runs that a state holds, so that nobody looks for what came of them any more. */
export async function commitRuns(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await markAll(api, invokeIds, "committed");
}

/** Marks runs of which nothing is left. */
export async function closeRuns(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await markAll(api, invokeIds, "closed");
}

/** In one call; but that is refused as a whole where a single run is forgotten, and then each run has its own. */
async function markAll(api: Tagging, invokeIds: readonly string[], state: RunState): Promise<void> {
    try {
        await api.tagResources("invocation", invokeIds, [stateTag(state)]);
    } catch (thrown) {
        if (!isForgotten(thrown)) {
            throw thrown;
        }
        if (invokeIds.length > 1) {
            for (const invokeId of invokeIds) {
                await markAll(api, [invokeId], state);
            }
        }
    }
}

/** A run that Cloud Assistant has forgotten needs no mark. */
export async function ifRemembered(mark: () => Promise<void>): Promise<void> {
    try {
        await mark();
    } catch (thrown) {
        if (!isForgotten(thrown)) {
            throw thrown;
        }
    }
}

/** Not every "not found" is the run's: a region or a type of resources that the API does not know says nothing of it. */
const forgotten: ReadonlySet<string | undefined> = new Set([
    "InvalidResourceId.NotFound",
    "InvalidInvokeId.NotFound",
]);

function isForgotten(thrown: unknown): boolean {
    return thrown instanceof ApiCallError && forgotten.has(thrown.code);
}
