import { runTag } from "../run/run";
import { tagExisting } from "../run/run-state";
import { ApiCallError, isRefusal } from "../../cloud/ecs/api-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { Context } from "../../cloud/context";
import { deleteGroup, deleteSnapshots, type DeletionOptions } from "../snapshot-group/deletion";
import { assertListable } from "../snapshot-group/remains";

/** The group of a run, as far as its deletion needs it. */
export interface RunGroup {
    readonly snapshotGroupId: string;
    readonly snapshotIds: readonly string[];
    /** See `PlannedRun.runId`; undefined where it is not known any more. */
    readonly runId: string | undefined;
}

/**
 * Deletes the group of a run that no state holds, or may hold only if this goes wrong. The members are marked first:
 * one that an image or a disk holds may outlive the group, and nothing else would tell of it then.
 *
 * @throws AppSnapshotError as `deleteGroup`.
 */
export async function deleteRunGroup(
    context: Context,
    { snapshotGroupId, snapshotIds, runId }: RunGroup,
    options: Pick<DeletionOptions, "timeoutMs"> = {},
): Promise<void> {
    if (runId !== undefined && snapshotIds.length > 0) {
        await tagExisting(context.api, "snapshot", snapshotIds, [runTag(runId)]);
    }
    await deleteGroup(context, snapshotGroupId, { ...options, snapshotIds });
}

/**
 * Why a deletion was not done that can be done later: something holds a snapshot, it is being uploaded, refused, or
 * not to be seen.
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

/** The members of a run's group that outlived it. */
export async function membersLeft(context: Context, runId: string | undefined): Promise<string[]> {
    return runId === undefined ? [] : context.api.describeSnapshotIds({ tags: [runTag(runId)] });
}

/**
 * The same where there being none has to be true.
 *
 * @throws AppSnapshotError AbsenceNotProved where there are none that the caller may see.
 */
export async function allMembersLeft(context: Context, runId: string | undefined): Promise<string[]> {
    const left = await membersLeft(context, runId);
    if (left.length === 0) {
        await assertListable(context);
    }
    return left;
}

/**
 * Deletes them.
 *
 * @throws AppSnapshotError AbsenceNotProved where there are none that the caller may see.
 */
export async function deleteMembersLeft(context: Context, runId: string | undefined): Promise<void> {
    await deleteSnapshots(context, await allMembersLeft(context, runId));
}
