import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { phrases } from "../../runtime/text";
import {
    type CreatedGroup,
    failed,
    membersIn,
    type SnapshotResult,
    unfinished,
} from "../run/snapshot-result";
import { deleteRunGroup } from "./run-group";

/** The time limit for cleaning up after a failure, so that its error is not delayed for longer. */
export const cleanupMs = 90_000;

/**
 * Deletes the group of a failed snapshot. If this takes too long, the state keeps it, and the next update or destroy
 * continues.
 */
export async function deleteFailedGroup(
    context: Context,
    left: CreatedGroup,
    error: AppSnapshotError,
    warnings?: readonly string[],
): Promise<SnapshotResult> {
    const { snapshotGroupId, snapshotIds = [] } = left;
    const members = membersIn(left);
    const limited = context.until(context.clock.now() + cleanupMs);
    const { detail = "" } = error.details;
    try {
        await deleteRunGroup(limited, { snapshotGroupId, snapshotIds, members }, { timeoutMs: cleanupMs });
        return failed(
            error.with({
                detail: `${detail} (the snapshot group ${snapshotGroupId} was deleted)`.trim(),
                resources: { snapshotGroupId: undefined },
            }),
        );
    } catch (thrown) {
        const later = asAppSnapshotError(thrown, error.instanceId);
        const both = phrases(detail, `its group could not be deleted: ${later.message}`);
        return unfinished(
            "failed",
            left,
            error.with({ detail: both, problems: [error, later], resources: { snapshotGroupId } }),
            warnings,
        );
    }
}
