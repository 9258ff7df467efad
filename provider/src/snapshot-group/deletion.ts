import { ApiCallError } from "../ecs/api-error";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { DeletionProgress } from "../ecs/api";
import type { Context } from "../runtime/context";
import { waitUntilGone } from "./group";

/** Deletion is asynchronous and usually takes seconds. */
const goneMilliseconds = 10 * 60_000;

/**
 * Deletes a snapshot group with its snapshots and waits until it is gone. A group that does not exist is a group
 * deleted.
 *
 * @throws AppSnapshotError SnapshotsHeld when something keeps a member, DeletionNotFinished when it takes too long.
 */
export async function deleteGroup(context: Context, snapshotGroupId: string): Promise<void> {
    context.log.status(`deleting ${snapshotGroupId}`);
    let progress: DeletionProgress[];
    try {
        progress = await context.api.deleteSnapshotGroup(snapshotGroupId);
    } catch (thrown) {
        if (isNotFound(thrown)) {
            return;
        }
        throw thrown;
    }
    const held = progress.filter((item) => !item.success);
    if (held.length > 0) {
        throw new AppSnapshotError(ownErrors.SnapshotsHeld, {
            detail: held.map(describeHeld).join("; "),
            resources: { snapshotGroupId, snapshotIds: held.flatMap((item) => item.snapshotIds) },
        });
    }
    if (!(await waitUntilGone(context, snapshotGroupId, context.clock.now() + goneMilliseconds))) {
        throw new AppSnapshotError(ownErrors.DeletionNotFinished, { resources: { snapshotGroupId } });
    }
    context.log.status(`deleted ${snapshotGroupId}`);
}

/** Why the API keeps a snapshot, by the code of its item. */
const holders: Readonly<Record<string, string>> = {
    SnapshotCreatedImage: "an image was made from it; delete the image first",
    SnapshotCreatedDisk: "a disk was made from it; delete the disk first",
};

function describeHeld(item: DeletionProgress): string {
    const why = [item.errorCode, item.errorMessage, holders[item.errorCode] ?? ""].filter(
        (part) => part !== "",
    );
    return `${item.snapshotIds.join(", ") || "a snapshot"}: ${why.join(", ")}`;
}

function isNotFound(thrown: unknown): boolean {
    return thrown instanceof ApiCallError && /^InvalidSnapshotGroup(Id)?\.NotFound$/.test(thrown.code ?? "");
}
