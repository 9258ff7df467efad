import type { EcsApi, SnapshotGroup, SnapshotGroupFilter, Tag } from "../../../provider/src/cloud/ecs/api";

/** The snapshot groups of a fake cloud, by id. */
export type GroupMap = Map<string, SnapshotGroup>;

/** Returns the answers about snapshot groups that need nothing but the groups. */
export function groupAnswers(
    groups: GroupMap,
): Pick<EcsApi, "describeSnapshotGroups" | "modifySnapshotGroup" | "groupExistence"> {
    return {
        describeSnapshotGroups: (filter) =>
            Promise.resolve([...groups.values()].filter((group) => matches(group, filter))),
        modifySnapshotGroup: (id, change) => {
            editGroup(groups, id, change);
            return Promise.resolve();
        },
        groupExistence: (id) => Promise.resolve(groups.has(id) ? "exists" : "absent"),
    };
}

function matches(group: SnapshotGroup, filter: SnapshotGroupFilter): boolean {
    if ("name" in filter) {
        return group.name === filter.name;
    }
    return "instanceId" in filter
        ? group.instanceId === filter.instanceId
        : filter.snapshotGroupIds.includes(group.snapshotGroupId);
}

/** Changes a group, if it exists. */
export function editGroup(groups: GroupMap, snapshotGroupId: string, change: Partial<SnapshotGroup>): void {
    const group = groups.get(snapshotGroupId);
    if (group !== undefined) {
        groups.set(snapshotGroupId, { ...group, ...change });
    }
}

/** Tags the members with these ids. */
export function tagMembers(groups: GroupMap, ids: readonly string[], tags: readonly Tag[]): void {
    for (const [id, group] of groups) {
        const snapshots = group.snapshots.map((snapshot) =>
            ids.includes(snapshot.snapshotId)
                ? { ...snapshot, tags: withTags(snapshot.tags, tags) }
                : snapshot,
        );
        groups.set(id, { ...group, snapshots });
    }
}

/** Returns tags with some added, or changed if the key exists already. */
export function withTags(tags: readonly Tag[], more: readonly Tag[]): Tag[] {
    const keys = new Set(more.map((tag) => tag.key));
    return [...tags.filter((tag) => !keys.has(tag.key)), ...more];
}
