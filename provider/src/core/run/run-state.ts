import type { EcsApi, Tag, TaggedResourceType } from "../../cloud/ecs/api";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { stateTag } from "./run";

type Tagging = Pick<EcsApi, "tagResources">;
type Untagging = Pick<EcsApi, "untagResources">;

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
    await changeExisting(ids, (some) => api.tagResources(type, some, tags));
}

/** Removes tags from those of the resources that exist, in the same way. */
export async function untagExisting(
    api: Untagging,
    type: TaggedResourceType,
    ids: readonly string[],
    keys: readonly string[],
): Promise<void> {
    await changeExisting(ids, (some) => api.untagResources(type, some, keys));
}

async function changeExisting(
    ids: readonly string[],
    change: (ids: readonly string[]) => Promise<void>,
): Promise<void> {
    try {
        await change(ids);
    } catch (thrown) {
        if (!isForgotten(thrown)) {
            throw thrown;
        }
        if (ids.length > 1) {
            for (const id of ids) {
                await changeExisting([id], change);
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
