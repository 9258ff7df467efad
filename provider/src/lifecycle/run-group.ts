import { runTag } from "../cloud-assistant/run";
import { tagExisting } from "../cloud-assistant/run-state";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { Context } from "../runtime/context";
import { deleteGroup, deleteSnapshots, type DeletionOptions } from "../snapshot-group/deletion";

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
    options: Pick<DeletionOptions, "within"> = {},
): Promise<void> {
    if (runId !== undefined && snapshotIds.length > 0) {
        await tagExisting(context.api, "snapshot", snapshotIds, [runTag(runId)]);
    }
    await deleteGroup(context, snapshotGroupId, { ...options, snapshotIds });
}

/** The error of a deletion that an image or a disk stands in the way of; undefined when it was done. */
export async function heldBySomething(deletion: () => Promise<void>): Promise<AppSnapshotError | undefined> {
    try {
        await deletion();
        return undefined;
    } catch (thrown) {
        if (thrown instanceof AppSnapshotError && thrown.code === ownErrors.SnapshotsHeld.code) {
            return thrown;
        }
        throw thrown;
    }
}

/** The members of a run's group that outlived it. */
export async function membersLeft(context: Context, runId: string | undefined): Promise<string[]> {
    return runId === undefined ? [] : context.api.describeSnapshotIds({ tags: [runTag(runId)] });
}

/** Deletes them. */
export async function deleteMembersLeft(context: Context, runId: string | undefined): Promise<void> {
    await deleteSnapshots(context, await membersLeft(context, runId));
}
