import type { Context } from "../../cloud/context";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { chunks } from "../../runtime/chunks";
import type { SharedKey } from "../../runtime/shared";
import { isEmptyTagChange, type TagChange, tagList } from "./tag-change";

/** A group whose members, and itself where the cloud allows that, have the program's tags. */
export interface TaggedGroup {
    readonly snapshotGroupId: string;
    readonly snapshotIds: readonly string[];
}

/** The most keys in a request. */
const mostKeys = 20;

/** Knowledge about tags of groups, which no documentation promises. */
class GroupTagging {
    /** True once the cloud has refused to tag a group. Then no other one is tried. */
    isRefused = false;
}

const groupTagging: SharedKey<GroupTagging> = { name: "tagging of snapshot groups" };

/**
 * Changes the program's tags on the members of a group, and on the group itself.
 *
 * @returns false if the cloud does not take tags of the group.
 */
export async function changeTags(
    context: Context,
    { snapshotGroupId, snapshotIds }: TaggedGroup,
    change: TagChange,
): Promise<boolean> {
    await changeTagsOf(context, "snapshot", snapshotIds, change);
    // No documentation promises tags of groups, so a refusal is no error.
    const tagging = context.shared.get(groupTagging, () => new GroupTagging());
    if (tagging.isRefused) {
        return false;
    }
    try {
        await changeTagsOf(context, "snapshotgroup", [snapshotGroupId], change);
        return true;
    } catch (thrown) {
        if (!(thrown instanceof ApiCallError) || thrown.retryClass !== "never") {
            throw thrown;
        }
        // The members have them, and they are what costs, policies and searches look at.
        tagging.isRefused = true;
        context.log.debug(`${snapshotGroupId} itself is not tagged: ${thrown.message}`);
        return false;
    }
}

async function changeTagsOf(
    { api }: Context,
    type: "snapshot" | "snapshotgroup",
    ids: readonly string[],
    change: TagChange,
): Promise<void> {
    const { set, remove } = change;
    if (ids.length === 0 || isEmptyTagChange(change)) {
        return;
    }
    // First what goes: a resource may have only so many tags, and none that differ in the case of their keys only.
    for (const keys of chunks(remove, mostKeys)) {
        await api.untagResources(type, ids, keys);
    }
    if (Object.keys(set).length > 0) {
        await api.tagResources(type, ids, tagList(set));
    }
}
