import type { Tag } from "../../cloud/ecs/api";
import type { SnapshotTags } from "../inputs/tags";

/** A change of tags that belong to the program. All others are left alone. */
export interface TagChange {
    readonly set: SnapshotTags;
    /** The keys of tags that the program had and no longer has. */
    readonly remove: readonly string[];
}

/** The tags that belong to the program, as far as they are known, and as it wants them. */
export interface ProgramTags {
    /** Those that were set, or may have been. */
    readonly before: SnapshotTags;
    readonly wanted: SnapshotTags;
}

/**
 * Returns the change that gives some resources the tags that the program wants. Pure.
 *
 * @param present the present tags of each resource.
 */
export function tagChange(present: readonly SnapshotTags[], { before, wanted }: ProgramTags): TagChange {
    return {
        set: Object.fromEntries(
            Object.entries(wanted).filter(
                ([key, value]) => before[key] !== value || present.some((tags) => tags[key] !== value),
            ),
        ),
        remove: droppedKeys({ before, wanted }),
    };
}

/** Returns the keys of the tags that the program no longer has. */
export function droppedKeys({ before, wanted }: ProgramTags): string[] {
    return Object.keys(before).filter((key) => !Object.hasOwn(wanted, key));
}

export function isEmptyTagChange({ set, remove }: TagChange): boolean {
    return Object.keys(set).length + remove.length === 0;
}

/** Returns the tags of a resource after a change. */
export function afterTagChange(tags: SnapshotTags, { set, remove }: TagChange): SnapshotTags {
    return Object.fromEntries(Object.entries({ ...tags, ...set }).filter(([key]) => !remove.includes(key)));
}

/**
 * Returns the program's tags as a state records them once they are set: undefined where there are none.
 *
 * @param takesGroup false if the cloud does not take tags of the group.
 */
export function recordedTags(
    wanted: SnapshotTags,
    takesGroup: boolean,
): { readonly tags: SnapshotTags | undefined; readonly snapshotGroupTags: SnapshotTags | undefined } {
    const tags = Object.keys(wanted).length === 0 ? undefined : wanted;
    return { tags, snapshotGroupTags: takesGroup ? tags : undefined };
}

/** Returns tags of the API by their keys. */
export function tagsByKey(tags: readonly Tag[]): SnapshotTags {
    return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** Returns tags as the API takes them. */
export function tagList(tags: SnapshotTags): Tag[] {
    return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
