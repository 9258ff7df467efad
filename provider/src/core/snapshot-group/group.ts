import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import type { WaitFor } from "../inputs/inputs";
import { proportionalDelay } from "../../runtime/backoff";
import { poll, polling, type PollState, type PollResult } from "../../runtime/poll";
import { findPersistently } from "../../runtime/presence";
import { progressLine } from "../../runtime/progress";
import type { Context } from "../../cloud/context";

/** Lists of groups lag behind: a group may be missing from them for a moment after its creation. */
export const visibilityMs = 60_000;

/**
 * Tags and members may show later than the group. For so long what is missing is waited for, from the time when the
 * group can be used: a good snapshot must not be given up because its proof comes late.
 */
const proofMs = 90_000;

const quickDelay = proportionalDelay({ share: 0.25, shortestMs: 250, longestMs: 5_000 });
const uploadDelay = proportionalDelay({ share: 0.1, shortestMs: 400, longestMs: 30_000 });

/** One group by its id; undefined when no list shows it, which proves nothing: see `remainsOf`. */
export async function readGroup(
    context: Context,
    snapshotGroupId: string,
): Promise<SnapshotGroup | undefined> {
    return findPersistently(context, () => lookUp(context, snapshotGroupId));
}

/** Those of the snapshots that exist still. A single answer that lacks some of them is no proof. */
export async function existingSnapshots(
    context: Context,
    snapshotIds: readonly string[],
): Promise<readonly string[]> {
    if (snapshotIds.length === 0) {
        return [];
    }
    const lastSeen = new Set<string>();
    await findPersistently(context, async () => {
        (await context.api.describeSnapshotIds(snapshotIds)).forEach((snapshotId) =>
            lastSeen.add(snapshotId),
        );
        return snapshotIds.every((snapshotId) => lastSeen.has(snapshotId)) ? lastSeen : undefined;
    });
    return snapshotIds.filter((snapshotId) => lastSeen.has(snapshotId));
}

export interface GroupWait {
    readonly waitFor: WaitFor;
    readonly deadline: number;
    /** What a group lacks that may show yet, in a word or two; undefined when nothing. */
    readonly lacks: (group: SnapshotGroup) => string | undefined;
}

/**
 * Waits until a group can be used, or is uploaded, and nothing is missing in it that may show yet; or until it has
 * failed.
 *
 * @throws AppSnapshotError GroupNotFound when it does not show up at all.
 */
export async function waitForGroup(
    context: Context,
    snapshotGroupId: string,
    options: GroupWait,
): Promise<PollResult<SnapshotGroup>> {
    const start = context.clock.now();
    let usableSince: number | undefined;
    let uploaded: number | undefined;
    return poll({
        look: async (): Promise<PollState<SnapshotGroup>> => {
            const group = await lookUp(context, snapshotGroupId);
            const now = context.clock.now();
            if (group === undefined) {
                if (now - start > visibilityMs) {
                    throw new AppSnapshotError(ownErrors.GroupNotFound, { resources: { snapshotGroupId } });
                }
                return { done: false, lastSeen: "not visible yet" };
            }
            if (group.status === "failed") {
                return { done: true, value: group };
            }
            uploaded = options.waitFor === "accomplished" ? slowestUpload(group) : undefined;
            if (!isUsable(group, options.waitFor)) {
                return { done: false, lastSeen: `status ${group.status}` };
            }
            usableSince ??= now;
            const lacking = options.lacks(group);
            return lacking === undefined || now - usableSince > proofMs
                ? { done: true, value: group }
                : { done: false, lastSeen: `${lacking} not visible yet` };
        },
        delay: options.waitFor === "available" ? quickDelay : uploadDelay,
        deadline: options.deadline,
        ...polling(context),
        onWait: (lastSeen, elapsed) => {
            context.log.status(
                uploaded === undefined
                    ? progressLine("waiting", elapsed, `${lastSeen}, ${snapshotGroupId}`)
                    : progressLine(`uploading ${uploaded}%,`, elapsed, snapshotGroupId),
            );
        },
    });
}

/** Whether a group is as far as the caller wants it. An accomplished one is available, whatever its members say. */
export function isUsable(group: SnapshotGroup, waitFor: WaitFor): boolean {
    if (group.status === "accomplished") {
        return true;
    }
    return (
        waitFor === "available" &&
        group.snapshots.length > 0 &&
        group.snapshots.every((snapshot) => snapshot.available)
    );
}

/** How far the slowest member of a group is that is not uploaded yet; undefined where a member does not tell. */
function slowestUpload({ status, snapshots }: SnapshotGroup): number | undefined {
    const percents = snapshots.map(({ uploadedPercent }) => uploadedPercent ?? NaN);
    const slowest = Math.min(...percents);
    return status === "accomplished" || !Number.isFinite(slowest) ? undefined : slowest;
}

/**
 * Waits until a group is gone.
 *
 * @param isAccepted whether the API tells the deletion of each member; else it is asked whether a group that is not
 * listed any more is really gone.
 */
export async function waitUntilGone(
    context: Context,
    snapshotGroupId: string,
    { isAccepted, deadline }: { readonly isAccepted: boolean; readonly deadline: number },
): Promise<boolean> {
    const result = await poll({
        look: async () => {
            const group = await lookUp(context, snapshotGroupId);
            if (group !== undefined) {
                return { done: false, lastSeen: `status ${group.status}` };
            }
            return isAccepted || (await context.api.groupExistence(snapshotGroupId)) === "absent"
                ? { done: true, value: undefined }
                : { done: false, lastSeen: "not listed" };
        },
        delay: quickDelay,
        deadline,
        ...polling(context),
        onWait: (_seen, elapsed) => {
            context.log.status(progressLine("deleting", elapsed, snapshotGroupId));
        },
    });
    return result.done;
}

async function lookUp(context: Context, snapshotGroupId: string): Promise<SnapshotGroup | undefined> {
    const groups = await context.api.describeSnapshotGroups({ snapshotGroupIds: [snapshotGroupId] });
    return groups.find((group) => group.snapshotGroupId === snapshotGroupId);
}
