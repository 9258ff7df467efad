import type { EcsApi, Tag, TaggedResourceType } from "../../cloud/ecs/api";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { stateTag } from "./run";

type Tagging = Pick<EcsApi, "tagResources">;

/** Tags runs that a state holds as committed, so that no search finds them. */
export async function commitRuns(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await tagExisting(api, "invocation", invokeIds, [stateTag("committed")]);
}

/** Tags runs as closed: nothing of them is left. */
export async function closeRuns(api: Tagging, invokeIds: readonly string[]): Promise<void> {
    await tagExisting(api, "invocation", invokeIds, [stateTag("closed")]);
}

/**
 * Tags those of the resources that exist. One call tags them all; if it is refused because one is missing, each is
 * tagged by a call of its own.
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

/** Calls `tag`, and ignores that Cloud Assistant has forgotten the run: it needs no tag. */
export async function ignoringForgotten(tag: () => Promise<void>): Promise<void> {
    try {
        await tag();
    } catch (thrown) {
        if (!isForgotten(thrown)) {
            throw thrown;
        }
    }
}

/** The "not found" codes of a run; others mean an unknown region or resource type. */
const forgottenCodes: ReadonlySet<string | undefined> = new Set([
    "InvalidResourceId.NotFound",
    "InvalidInvokeId.NotFound",
]);

function isForgotten(thrown: unknown): boolean {
    return thrown instanceof ApiCallError && forgottenCodes.has(thrown.code);
}
