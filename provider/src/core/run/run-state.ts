import { ApiCallError } from "../../cloud/ecs/api-error";
import type { EcsApi, Tag, TaggedResourceType } from "../../cloud/ecs/api";
import { stateTag } from "./run";

type Tagging = Pick<EcsApi, "tagResources">;

/** Marks runs that a state holds, so that nobody looks for what came of them any more. */
export async function commitRuns(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await tagExisting(api, "invocation", invokeIds, [stateTag("committed")]);
}

/** Marks runs of which nothing is left. */
export async function closeRuns(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await tagExisting(api, "invocation", invokeIds, [stateTag("closed")]);
}

/**
 * Tags those of some resources that exist: in one call; but that is refused as a whole where a single one is missing,
 * and then each has its own.
 */
export async function tagExisting(
    api: Tagging,
    type: TaggedResourceType,
    ids: readonly string[],
    tags: readonly Tag[],
): Promise<void> {
    try {
        await api.tagResources(type, ids, tags);
    } catch (thrown) {
        if (!isForgotten(thrown)) {
            throw thrown;
        }
        if (ids.length > 1) {
            for (const id of ids) {
                await tagExisting(api, type, [id], tags);
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
