import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/thrown";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { failed, unfinished, type CreatedGroup, type SnapshotResult } from "../run/snapshot-result";
import { deleteRunGroup } from "./run-group";

/** Cleaning up after a failure must not hold back the failure itself for longer. */
export const cleanupMs = 90_000;

/**
 * Deletes the group that a failed snapshot left. What takes too long is left in the state: the next update, or a destroy,
 * goes on with it.
 */
export async function deleteFailedGroup(
    context: Context,
    left: CreatedGroup,
    error: AppSnapshotError,
    warnings?: readonly string[],
): Promise<SnapshotResult> {
    const { snapshotGroupId, snapshotIds = [], runId } = left;
    const limited = context.until(context.clock.now() + cleanupMs);
    const { detail = "" } = error.details;
    try {
        await deleteRunGroup(limited, { snapshotGroupId, snapshotIds, runId }, { timeoutMs: cleanupMs });
        return failed(
            error.with({
                detail: `${detail} (the snapshot group ${snapshotGroupId} was deleted)`.trim(),
                resources: { snapshotGroupId: undefined },
            }),
        );
    } catch (thrown) {
        const why = asAppSnapshotError(thrown, error.instanceId);
        const both = `${detail} Its group could not be deleted: ${why.message}`.trim();
        return unfinished(
            "failed",
            left,
            error.with({ detail: both, resources: { snapshotGroupId } }),
            warnings,
        );
    }
}
