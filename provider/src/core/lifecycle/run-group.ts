import type { Context } from "../../cloud/context";
import { ApiCallError, isRefusal } from "../../cloud/ecs/api-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { type RunMembers, searchTags } from "../run/run";
import { tagExisting } from "../run/run-state";
import { deleteGroup, deleteSnapshots, type DeletionOptions } from "../snapshot-group/deletion";
import { assertListable } from "../snapshot-group/remains";

/** The group of a run, as its deletion needs it. */
export interface RunGroup {
    readonly snapshotGroupId: string;
    readonly snapshotIds: readonly string[];
    readonly members: RunMembers;
}

/**
 * Deletes the group of a run that no state holds. The members are tagged first: one that an image or a disk holds may
 * outlive the group, and could not be found otherwise.
 *
 * @throws AppSnapshotError like `deleteGroup`.
 */
export async function deleteRunGroup(
    context: Context,
    { snapshotGroupId, snapshotIds, members }: RunGroup,
    options: Pick<DeletionOptions, "timeoutMs"> = {},
): Promise<void> {
    const tags = searchTags(members);
    if (tags !== undefined && snapshotIds.length > 0) {
        await tagExisting(context.api, "snapshot", snapshotIds, tags);
    }
    await deleteGroup(context, snapshotGroupId, { ...options, snapshotIds });
}

/**
 * Attempts a deletion; returns the error if it can be done later: because a snapshot is held, is being uploaded or is
 * not listed, or because the call was refused.
 */
export async function errorIfPostponed(deletion: () => Promise<void>): Promise<AppSnapshotError | undefined> {
    try {
        await deletion();
        return undefined;
    } catch (thrown) {
        if (thrown instanceof AppSnapshotError && postponableCodes.has(thrown.code)) {
            return thrown;
        }
        if (thrown instanceof ApiCallError && isRefusal(thrown.code ?? "")) {
            return thrown.toAppSnapshotError();
        }
        throw thrown;
    }
}

const postponableCodes: ReadonlySet<string> = new Set([
    ownErrors.SnapshotsHeld.code,
    ownErrors.DeletionNotFinished.code,
    ownErrors.AbsenceNotProved.code,
]);

/** Returns the members of a run's group that outlived it. */
export async function membersLeft({ api }: Context, members: RunMembers): Promise<string[]> {
    const tags = searchTags(members);
    return tags === undefined ? [] : api.describeSnapshotIds({ tags });
}

/**
 * Returns the members of a run's group that outlived it, after a check that there are no hidden ones.
 *
 * @throws AppSnapshotError AbsenceNotProved if none is listed, but the caller may not see all.
 */
export async function allMembersLeft(context: Context, members: RunMembers): Promise<string[]> {
    const left = await membersLeft(context, members);
    if (left.length === 0) {
        await assertListable(context);
    }
    return left;
}

/**
 * Deletes the members of a run's group that outlived it.
 *
 * @throws AppSnapshotError AbsenceNotProved if none is listed, but the caller may not see all.
 */
export async function deleteMembersLeft(context: Context, members: RunMembers): Promise<void> {
    await deleteSnapshots(context, await allMembersLeft(context, members));
}
