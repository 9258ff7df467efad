import { resourceTag } from "../cloud-assistant/attempt";
import type { SnapshotGroup } from "../ecs/api";
import type { Context } from "../runtime/context";
import { deleteGroup } from "../snapshot-group/deletion";
import { asAppSnapshotError } from "./thrown";

/**
 * Deletes the snapshot groups that the resource took before, beyond the `count` newest, if that is possible by
 * the deadline. Nothing that goes wrong
 * here fails the snapshot that was just taken.
 *
 * @returns what to warn of.
 */
export async function keepLast(
    context: Context,
    resource: string,
    current: SnapshotGroup,
    { count, deadline }: { readonly count: number; readonly deadline: number },
): Promise<string[]> {
    try {
        // The mark is on the snapshots: groups themselves can't be tagged by the documented API.
        const snapshotIds = current.snapshots.map((snapshot) => snapshot.snapshotId);
        await context.api.tagResources("snapshot", snapshotIds, [resourceTag(resource)]);
        const groups = await context.api.describeSnapshotGroups({ instanceId: current.instanceId });
        const warnings: string[] = [];
        for (const group of outdated(groups, resource, current.snapshotGroupId, count)) {
            warnings.push(...(await deleteOld(context, group, deadline)));
        }
        return warnings;
    } catch (thrown) {
        return [`Older snapshot groups could not be looked for: ${asAppSnapshotError(thrown).message}`];
    }
}

/**
 * Which of an instance's groups are too many; a pure decision. Only groups whose every snapshot bears the
 * resource's mark count, and the current one is always kept.
 */
export function outdated(
    groups: readonly SnapshotGroup[],
    resource: string,
    currentId: string,
    count: number,
): SnapshotGroup[] {
    const { key, value } = resourceTag(resource);
    return groups
        .filter((group) => group.snapshotGroupId !== currentId && group.snapshots.length > 0)
        .filter((group) =>
            group.snapshots.every((snapshot) =>
                snapshot.tags.some((tag) => tag.key === key && tag.value === value),
            ),
        )
        .sort((a, b) => b.creationTime.localeCompare(a.creationTime))
        .slice(count - 1);
}

async function deleteOld(
    context: Context,
    { snapshotGroupId, creationTime, snapshots }: SnapshotGroup,
    uploadDeadline: number,
): Promise<string[]> {
    try {
        const snapshotIds = snapshots.map((snapshot) => snapshot.snapshotId);
        await deleteGroup(context, snapshotGroupId, { snapshotIds, uploadDeadline });
        context.log.info(`deleted ${snapshotGroupId} of ${creationTime}, which keepLast does not keep`);
        return [];
    } catch (thrown) {
        return [
            `The older snapshot group ${snapshotGroupId} could not be deleted: ${asAppSnapshotError(thrown).message}`,
        ];
    }
}
