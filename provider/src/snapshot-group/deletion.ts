import { ApiCallError, isConflict } from "../ecs/api-error";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { DeletionProgress } from "../ecs/api";
import { proportionalDelay } from "../polling/backoff";
import { poll, polling } from "../polling/poll";
import type { Context } from "../runtime/context";
import { waitUntilGone } from "./group";
import { holderOf } from "./holder";

/** Deletion is asynchronous and usually takes seconds. */
const goneMilliseconds = 10 * 60_000;

/** A group that is still being uploaded may refuse to be deleted until that is done. */
const uploadMilliseconds = 60 * 60_000;
const uploadDelay = proportionalDelay({ share: 0.2, shortest: 2_000, longest: 30_000 });

export interface DeletionOptions {
    /**
     * The members that are known. If the API does not tell what became of each, they are deleted one by one: a
     * group may be gone while an image kept one of its snapshots.
     */
    readonly snapshotIds?: readonly string[];
    /** Until when to wait for an upload that is in the way, in epoch milliseconds. Default: an hour from now. */
    readonly uploadDeadline?: number;
}

/**
 * Deletes a snapshot group with its snapshots and waits until it is gone. A group that does not exist is a group
 * deleted.
 *
 * @throws AppSnapshotError SnapshotsHeld when something keeps a member, DeletionNotFinished when it takes too long.
 */
export async function deleteGroup(
    context: Context,
    snapshotGroupId: string,
    { snapshotIds = [], uploadDeadline = context.clock.now() + uploadMilliseconds }: DeletionOptions = {},
): Promise<void> {
    context.log.status(`deleting ${snapshotGroupId}`);
    const progress = await requested(context, snapshotGroupId, uploadDeadline);
    const held = (progress ?? []).filter((item) => !item.success);
    if (held.length > 0) {
        throw await heldError(context, snapshotGroupId, held);
    }
    if (
        progress !== undefined &&
        !(await waitUntilGone(context, snapshotGroupId, context.clock.now() + goneMilliseconds))
    ) {
        throw new AppSnapshotError(ownErrors.DeletionNotFinished, { resources: { snapshotGroupId } });
    }
    if ((progress ?? []).length === 0 && snapshotIds.length > 0) {
        await deleteLeft(context, snapshotGroupId, snapshotIds);
    }
    context.log.status(`deleted ${snapshotGroupId}`);
}

/** What the API says about each member; undefined when there is no such group. */
async function requested(
    context: Context,
    snapshotGroupId: string,
    deadline: number,
): Promise<DeletionProgress[] | undefined> {
    const result = await poll<DeletionProgress[] | undefined>({
        look: async () => {
            try {
                const progress = await context.api.deleteSnapshotGroup(snapshotGroupId);
                const busy = progress.filter((item) => !item.success && isConflict(item.errorCode));
                return busy.length === 0
                    ? { done: true, value: progress }
                    : { done: false, seen: busy[0]?.errorCode ?? "" };
            } catch (thrown) {
                if (!(thrown instanceof ApiCallError) || thrown.code === undefined) {
                    throw thrown;
                }
                if (/^InvalidSnapshotGroup(Id)?\.NotFound$/.test(thrown.code)) {
                    return { done: true, value: undefined };
                }
                if (isConflict(thrown.code)) {
                    return { done: false, seen: thrown.code };
                }
                throw thrown;
            }
        },
        delay: uploadDelay,
        deadline,
        ...polling(context),
        onWait: (_seen, elapsed) => {
            const seconds = Math.round(elapsed / 1000);
            context.log.status(
                `${snapshotGroupId} is being uploaded and can't be deleted yet (${seconds} s)`,
            );
        },
    });
    if (!result.done) {
        throw new AppSnapshotError(ownErrors.DeletionNotFinished, {
            detail: `it could not be deleted while it is being uploaded: ${result.seen}`,
            resources: { snapshotGroupId },
        });
    }
    return result.value;
}

/**
 * Deletes what may be left of a group that is gone itself. It is not asked for first: a list may lag behind, and
 * the deletion of a snapshot that does not exist is no error.
 */
async function deleteLeft(
    context: Context,
    snapshotGroupId: string,
    snapshotIds: readonly string[],
): Promise<void> {
    const held: DeletionProgress[] = [];
    for (const snapshotId of snapshotIds) {
        try {
            await context.api.deleteSnapshot(snapshotId);
        } catch (thrown) {
            if (!(thrown instanceof ApiCallError) || thrown.code === undefined) {
                throw thrown;
            }
            if (thrown.code.endsWith(".NotFound")) {
                continue;
            }
            held.push({
                success: false,
                errorCode: thrown.code,
                errorMessage: thrown.description,
                snapshotIds: [snapshotId],
            });
        }
    }
    if (held.length > 0) {
        throw await heldError(context, snapshotGroupId, held);
    }
}

async function heldError(
    context: Context,
    snapshotGroupId: string,
    held: readonly DeletionProgress[],
): Promise<AppSnapshotError> {
    const lines = await Promise.all(held.map((item) => describeHeld(context, item)));
    return new AppSnapshotError(ownErrors.SnapshotsHeld, {
        detail: lines.join("; "),
        resources: { snapshotGroupId, snapshotIds: held.flatMap((item) => item.snapshotIds) },
    });
}

async function describeHeld(context: Context, item: DeletionProgress): Promise<string> {
    const why = [item.errorCode, item.errorMessage, await holderOf(context, item)].filter(
        (part) => part !== "",
    );
    return `${item.snapshotIds.join(", ") || "a snapshot"}: ${why.join(", ")}`;
}
