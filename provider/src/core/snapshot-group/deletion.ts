import { ApiCallError, isConflict } from "../../cloud/ecs/api-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { DeletionProgress } from "../../cloud/ecs/api";
import { proportionalDelay } from "../../runtime/backoff";
import { poll, polling } from "../../runtime/poll";
import { progressLine } from "../../runtime/progress";
import type { Context } from "../../cloud/context";
import { waitUntilGone } from "./group";
import { heldAmong, holderOf, isHeldCode } from "./snapshot-holder";

/** Deletion is asynchronous and usually takes seconds. */
const goneMs = 10 * 60_000;

/** A group that is still being uploaded may refuse to be deleted until that is done. */
const uploadMs = 60 * 60_000;
const uploadDelay = proportionalDelay({ share: 0.2, shortestMs: 2_000, longestMs: 30_000 });

export interface DeletionOptions {
    /**
     * The members that are known. If the API does not tell what became of each, they are deleted one by one: a
     * group may be gone while an image kept one of its snapshots.
     */
    readonly snapshotIds?: readonly string[];
    /**
     * How long to wait in all, in milliseconds. Default: an hour for an upload that is in the way, and ten minutes
     * for the deletion itself.
     */
    readonly within?: number;
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
    { snapshotIds = [], within }: DeletionOptions = {},
): Promise<void> {
    context.log.status(`deleting ${snapshotGroupId}`);
    const start = context.clock.now();
    const progress = await requested(context, { snapshotGroupId, snapshotIds }, start + (within ?? uploadMs));
    const held = failuresIn(progress ?? []);
    if (held.length > 0) {
        throw await heldError(context, snapshotGroupId, held);
    }
    if (progress !== undefined) {
        // Known members are deleted one by one where the API does not tell what became of them.
        const isAccepted = progress.length + snapshotIds.length > 0;
        const deadline = within === undefined ? context.clock.now() + goneMs : start + within;
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
 * Asks for the deletion of a snapshot group, without waiting for it.
 *
 * @returns "gone" when neither the group nor a member of it exists, "later" when it can't be deleted yet.
 * @throws AppSnapshotError SnapshotsHeld when something keeps a member.
 */
export async function requestDeletion(
    context: Context,
    snapshotGroupId: string,
    snapshotIds: readonly string[],
): Promise<"requested" | "later" | "gone"> {
    const answer = await deletionAnswer(context, { snapshotGroupId, snapshotIds });
    if (answer === undefined) {
        await deleteSnapshots(context, snapshotIds, snapshotGroupId);
        return "gone";
    }
    if ("busy" in answer) {
        return "later";
    }
    const held = failuresIn(answer.progress);
    if (held.length > 0) {
        throw await heldError(context, snapshotGroupId, held);
    }
    return "requested";
}

interface Doomed {
    readonly snapshotGroupId: string;
    readonly snapshotIds: readonly string[];
}

/** What keeps members from being deleted. One that is not there is none of it. */
function failuresIn(progress: readonly DeletionProgress[]): DeletionProgress[] {
    return progress.filter(({ success, errorCode }) => !success && !isMissing(errorCode));
}

function isMissing(code: string): boolean {
    return /^InvalidSnapshot(?:Id)?\.NotFound$/.test(code);
}

/** What the API says about each member, or the code by which it says "not yet"; undefined for no such group. */
async function deletionAnswer(
    context: Context,
    doomed: Doomed,
): Promise<{ readonly progress: DeletionProgress[] } | { readonly busy: string } | undefined> {
    try {
        const progress = await context.api.deleteSnapshotGroup(doomed.snapshotGroupId);
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
            return { progress: [await heldItem(context, doomed, thrown)] };
        }
        throw thrown;
    }
}

/** The item that the API would have answered with, had it not refused the call as a whole for one member. */
async function heldItem(
    context: Context,
    { snapshotGroupId, snapshotIds }: Doomed,
    { code = "", description }: ApiCallError,
): Promise<DeletionProgress> {
    const members = snapshotIds.length > 0 ? snapshotIds : await membersOf(context, snapshotGroupId);
    const held = await heldAmong(context, code, members);
    return { success: false, errorCode: code, errorMessage: description, snapshotIds: held };
}

/** A help only, which a caller without the permission has to do without. */
async function membersOf(context: Context, snapshotGroupId: string): Promise<string[]> {
    try {
        const groups = await context.api.describeSnapshotGroups({ snapshotGroupIds: [snapshotGroupId] });
        return groups.flatMap(({ snapshots }) => snapshots.map(({ snapshotId }) => snapshotId));
    } catch {
        return [];
    }
}

/** What the API says about each member; undefined when there is no such group. */
async function requested(
    context: Context,
    doomed: Doomed,
    deadline: number,
): Promise<DeletionProgress[] | undefined> {
    const { snapshotGroupId } = doomed;
    const result = await poll<DeletionProgress[] | undefined>({
        look: async () => {
            const answer = await deletionAnswer(context, doomed);
            return answer !== undefined && "busy" in answer
                ? { done: false, lastSeen: answer.busy }
                : { done: true, value: answer?.progress };
        },
        delay: uploadDelay,
        deadline,
        ...polling(context),
        onWait: (_seen, elapsed) => {
            const what = `it is being uploaded and can't be deleted yet, ${snapshotGroupId}`;
            context.log.status(progressLine("waiting", elapsed, what));
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
 * Deletes snapshots one by one, such as what may be left of a group that is gone itself. They are not looked for
 * first: a list may lag behind, and the deletion of a snapshot that does not exist is no error.
 *
 * @param snapshotGroupId the group that they are, or were, of; for the error.
 * @throws AppSnapshotError SnapshotsHeld when something keeps one of them; the others are deleted.
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
    const why = [item.errorCode, item.errorMessage, await holderOf(context, item)].filter(
        (part) => part !== "",
    );
    return `${item.snapshotIds.join(", ") || "a snapshot"}: ${why.join(", ")}`;
}
