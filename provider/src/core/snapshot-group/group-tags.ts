import type { Context } from "../../cloud/context";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { chunks } from "../../runtime/chunks";
import type { SharedKey } from "../../runtime/shared";
import type { SnapshotTags } from "../inputs/tags";
import { isEmptyTagChange, type TagChange, tagList } from "./tag-change";

/** A group whose members, and itself where the cloud allows that, have the program's tags. */
export interface TaggedGroup {
    readonly snapshotGroupId: string;
    readonly snapshotIds: readonly string[];
    /** The program's tags that the group itself has; undefined if it is not known to take any. */
    readonly snapshotGroupTags: SnapshotTags | undefined;
}

/** The most keys in a request. */
const mostKeys = 20;

/** Codes for a group whose other tags prevent more. The cloud that answers so takes tags of groups. */
const preventedByOtherTags: ReadonlySet<string | undefined> = new Set([
    "QuotaExceed.Tags",
    "OperationDenied.QuotaExceed",
    "TagKey.Duplication",
]);

/** Finds out whether the cloud takes tags of groups, which no documentation promises. */
class GroupTagging {
    private isRefused = false;
    /** The first attempt. All others wait for it, because a refusal of many would be repeated for each of them. */
    private first: Promise<unknown> | undefined;

    /** Tags a group, unless another one was refused. @returns false if the cloud refuses. */
    async attempt({ log }: Context, snapshotGroupId: string, tag: () => Promise<void>): Promise<boolean> {
        const attempt = this.afterFirst(log, snapshotGroupId, tag);
        this.first ??= attempt.catch(() => undefined);
        return attempt;
    }

    private async afterFirst(
        log: Context["log"],
        snapshotGroupId: string,
        tag: () => Promise<void>,
    ): Promise<boolean> {
        await this.first;
        if (this.isRefused) {
            return false;
        }
        try {
            await tag();
            return true;
        } catch (thrown) {
            if (
                !(thrown instanceof ApiCallError) ||
                thrown.retryClass !== "never" ||
                preventedByOtherTags.has(thrown.code)
            ) {
                throw thrown;
            }
            // The members have them, and they are what costs, policies and searches look at.
            this.isRefused = true;
            log.debug(`${snapshotGroupId} itself is not tagged: ${thrown.message}`);
            return false;
        }
    }
}

const groupTagging: SharedKey<GroupTagging> = { name: "tagging of snapshot groups" };

/**
 * Changes the program's tags on the members of a group, and on the group itself. That it refuses them is an error only
 * if it has some.
 *
 * @param wanted all tags that the program wants.
 * @returns false if the cloud does not take tags of the group.
 */
export async function changeTags(
    context: Context,
    { snapshotGroupId, snapshotIds, snapshotGroupTags }: TaggedGroup,
    change: TagChange,
    wanted: SnapshotTags,
): Promise<boolean> {
    await changeTagsOf(context, "snapshot", snapshotIds, change);
    const tagGroup = (ofGroup: TagChange): Promise<void> =>
        changeTagsOf(context, "snapshotgroup", [snapshotGroupId], ofGroup);
    if (snapshotGroupTags !== undefined) {
        await tagGroup(change);
        return true;
    }
    // It may lack tags that have not changed.
    return context.shared
        .get(groupTagging, () => new GroupTagging())
        .attempt(context, snapshotGroupId, () => tagGroup({ ...change, set: wanted }));
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
