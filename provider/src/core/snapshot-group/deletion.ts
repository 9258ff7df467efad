import type { Context } from "../../cloud/context";
import type { DeletionProgress } from "../../cloud/ecs/api";
import { ApiCallError, isConflict } from "../../cloud/ecs/api-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { proportionalDelay } from "../../runtime/backoff";
import { poll, polling } from "../../runtime/poll";
import { progressLine } from "../../runtime/progress";
import { waitUntilGone } from "./group";
import { heldSnapshots, holderAdvice, isHeldCode } from "./snapshot-holder";

/** The time limit for the deletion itself, which is asynchronous and usually takes seconds. */
const deletionTimeoutMs = 10 * 60_000;

/** The time limit for the end of an upload, until which the deletion of a group may be refused. */
const uploadTimeoutMs = 60 * 60_000;
const uploadDelay = proportionalDelay({ share: 0.2, shortestMs: 2_000, longestMs: 30_000 });

export interface DeletionOptions {
    /**
     * The known members. If the API reports no result for each, they are deleted one by one: a group may be gone
     * although an image holds one of its snapshots.
     */
    readonly snapshotIds?: readonly string[];
    /** The time limit of both steps. Default: an hour for the upload, and ten minutes for the deletion itself. */
    readonly timeoutMs?: number;
}

/**
 * Deletes a snapshot group with its snapshots and waits until it is gone. One that does not exist counts as deleted.
 *
 * @throws AppSnapshotError SnapshotsHeld if something holds a member, DeletionNotFinished if it takes too long.
 */
export async function deleteGroup(
    context: Context,
    snapshotGroupId: string,
    { snapshotIds = [], timeoutMs }: DeletionOptions = {},
): Promise<void> {
    context.log.status(`deleting ${snapshotGroupId}`);
    const start = context.clock.now();
    const progress = await requestUntilAccepted(
        context,
        { snapshotGroupId, snapshotIds },
        start + (timeoutMs ?? uploadTimeoutMs),
    );
    const held = failuresIn(progress ?? []);
    if (held.length > 0) {
        throw await heldError(context, snapshotGroupId, held);
    }
    if (progress !== undefined) {
        // Without results from the API, known members are deleted one by one.
        const isAccepted = progress.length + snapshotIds.length > 0;
        const deadline =
            timeoutMs === undefined ? context.clock.now() + deletionTimeoutMs : start + timeoutMs;
        if (!(await waitUntilGone(context, snapshotGroupId, { isAccepted, deadline }))) {
            throw new AppSnapshotError(ownErrors.DeletionNotFinished, { resources: { snapshotGroupId } });
        }
    }
    if ((progress ?? []).length === 0 && snapshotIds.length > 0) {
        await deleteSnapshots(context, snapshotIds, snapshotGroupId);
    }
    context.log.status(`deleted ${snapshotGroupId}`);
}

/**
 * Requests the deletion of a snapshot group, without waiting for it.
 *
 * @returns "gone" if neither the group nor a member of it exists, "later" if it can't be deleted yet.
 * @throws AppSnapshotError SnapshotsHeld if something holds a member.
 */
export async function requestDeletion(
    context: Context,
    snapshotGroupId: string,
    snapshotIds: readonly string[],
): Promise<"requested" | "later" | "gone"> {
    const response = await tryDeletion(context, { snapshotGroupId, snapshotIds });
    if (response === undefined) {
        await deleteSnapshots(context, snapshotIds, snapshotGroupId);
        return "gone";
    }
    if ("busy" in response) {
        return "later";
    }
    const held = failuresIn(response.progress);
    if (held.length > 0) {
        throw await heldError(context, snapshotGroupId, held);
    }
    return "requested";
}

interface GroupToDelete {
    readonly snapshotGroupId: string;
    readonly snapshotIds: readonly string[];
}

/** Returns the failed deletions; a missing member is not one. */
function failuresIn(progress: readonly DeletionProgress[]): DeletionProgress[] {
    return progress.filter(({ success, errorCode }) => !success && !isMissing(errorCode));
}

function isMissing(code: string): boolean {
    return /^InvalidSnapshot(?:Id)?\.NotFound$/.test(code);
}

/** Requests the deletion once; returns the result of each member, or the code for "not yet"; undefined for no group. */
async function tryDeletion(
    context: Context,
    group: GroupToDelete,
): Promise<{ readonly progress: DeletionProgress[] } | { readonly busy: string } | undefined> {
    try {
        const progress = await context.api.deleteSnapshotGroup(group.snapshotGroupId);
        const busy = progress.find((item) => !item.success && isConflict(item.errorCode));
        return busy === undefined ? { progress } : { busy: busy.errorCode };
    } catch (thrown) {
        if (!(thrown instanceof ApiCallError) || thrown.code === undefined) {
            throw thrown;
        }
        if (/^InvalidSnapshotGroup(Id)?\.NotFound$/.test(thrown.code)) {
            return undefined;
        }
        if (isConflict(thrown.code)) {
            return { busy: thrown.code };
        }
        if (isHeldCode(thrown.code)) {
            return { progress: [await heldItem(context, group, thrown)] };
        }
        throw thrown;
    }
}

/** Returns the item for a member that is held, where the API refused the whole call because of it. */
async function heldItem(
    context: Context,
    { snapshotGroupId, snapshotIds }: GroupToDelete,
    { code = "", description }: ApiCallError,
): Promise<DeletionProgress> {
    const members = snapshotIds.length > 0 ? snapshotIds : await membersOf(context, snapshotGroupId);
    const held = await heldSnapshots(context, code, members);
    return { success: false, errorCode: code, errorMessage: description, snapshotIds: held };
}

/** Returns the members of a group; none for a caller without the permission, because they only improve an error. */
async function membersOf(context: Context, snapshotGroupId: string): Promise<string[]> {
    try {
        const groups = await context.api.describeSnapshotGroups({ snapshotGroupIds: [snapshotGroupId] });
        return groups.flatMap(({ snapshots }) => snapshots.map(({ snapshotId }) => snapshotId));
    } catch {
        return [];
    }
}

/** Repeats the request until it is not too early; returns the result of each member, undefined for no group. */
async function requestUntilAccepted(
    context: Context,
    doomed: GroupToDelete,
    deadline: number,
): Promise<DeletionProgress[] | undefined> {
    const { snapshotGroupId } = doomed;
    const result = await poll<DeletionProgress[] | undefined>({
        look: async () => {
            const answer = await tryDeletion(context, doomed);
            return answer !== undefined && "busy" in answer
                ? { done: false, lastSeen: answer.busy }
                : { done: true, value: answer?.progress };
        },
        delay: uploadDelay,
        deadline,
        ...polling(context),
        onWait: (_seen, elapsed) => {
            const detail = `it is being uploaded and can't be deleted yet, ${snapshotGroupId}`;
            context.log.status(progressLine("waiting", elapsed, detail));
        },
    });
    if (!result.done) {
        throw new AppSnapshotError(ownErrors.DeletionNotFinished, {
            detail: `it could not be deleted while it was being uploaded: ${result.lastSeen}`,
            resources: { snapshotGroupId },
        });
    }
    return result.value;
}

/**
 * Deletes snapshots one by one, such as members that may be left of a deleted group. They are not read first, because a
 * list may lag behind, and deleting a snapshot that does not exist is no error.
 *
 * @param snapshotGroupId their group, which may be gone; for the error.
 * @throws AppSnapshotError SnapshotsHeld if something holds one of them; the others are deleted.
 */
export async function deleteSnapshots(
    context: Context,
    snapshotIds: readonly string[],
    snapshotGroupId?: string,
): Promise<void> {
    const held: DeletionProgress[] = [];
    for (const snapshotId of snapshotIds) {
        try {
            await context.api.deleteSnapshot(snapshotId);
        } catch (thrown) {
            if (!(thrown instanceof ApiCallError) || thrown.code === undefined) {
                throw thrown;
            }
            if (isMissing(thrown.code)) {
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
    snapshotGroupId: string | undefined,
    held: readonly DeletionProgress[],
): Promise<AppSnapshotError> {
    const lines = await Promise.all(held.map((item) => describeHeld(context, item)));
    return new AppSnapshotError(ownErrors.SnapshotsHeld, {
        detail: lines.join("; "),
        resources: { snapshotGroupId, snapshotIds: held.flatMap((item) => item.snapshotIds) },
    });
}

async function describeHeld(context: Context, item: DeletionProgress): Promise<string> {
    const reason = [item.errorCode, item.errorMessage, await holderAdvice(context, item)].filter(
        (part) => part !== "",
    );
    return `${item.snapshotIds.join(", ") || "a snapshot"}: ${reason.join(", ")}`;
}
