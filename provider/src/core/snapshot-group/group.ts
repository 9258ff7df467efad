import type { Context } from "../../cloud/context";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { findPersistently } from "../../runtime/absence";
import { proportionalDelay } from "../../runtime/backoff";
import { polling, type PollResult, type PollState } from "../../runtime/poll";
import { progressLine } from "../../runtime/progress";
import type { WaitFor } from "../inputs/inputs";
import { createGroupPoll, type GroupPoll, groupPollKey, type GroupSight } from "./group-poll";

/** The time for which a new group may be missing from lists, which lag behind. */
export const visibilityMs = 60_000;

/**
 * The time to wait for missing tags and members of a usable group: they may become visible later than the group, and a
 * good snapshot must not be rejected because of that.
 */
const lateDetailsMs = 90_000;

const quickDelay = proportionalDelay({ share: 0.25, shortestMs: 250, longestMs: 5_000 });
/** A deletion takes at least a second. */
const deletionDelay = proportionalDelay({ share: 0.25, shortestMs: 700, longestMs: 5_000 });
const uploadDelay = proportionalDelay({ share: 0.1, shortestMs: 400, longestMs: 30_000 });

/** Returns a group by its id; undefined if no list shows it, which does not mean that it is gone: see `remainsOf`. */
export async function readGroup(
    context: Context,
    snapshotGroupId: string,
): Promise<SnapshotGroup | undefined> {
    return findPersistently(context, async () => {
        const groups = await context.api.describeSnapshotGroups({ snapshotGroupIds: [snapshotGroupId] });
        return groups.find((group) => group.snapshotGroupId === snapshotGroupId);
    });
}

/** Returns those of the snapshots that exist. A single response may be incomplete, so they are read repeatedly. */
export async function existingSnapshots(
    context: Context,
    snapshotIds: readonly string[],
): Promise<readonly string[]> {
    if (snapshotIds.length === 0) {
        return [];
    }
    const found = new Set<string>();
    await findPersistently(context, async () => {
        (await context.api.describeSnapshotIds(snapshotIds)).forEach((snapshotId) => found.add(snapshotId));
        return snapshotIds.every((snapshotId) => found.has(snapshotId)) ? found : undefined;
    });
    return snapshotIds.filter((snapshotId) => found.has(snapshotId));
}

export interface GroupWait {
    readonly waitFor: WaitFor;
    readonly deadline: number;
    /** Returns the missing part of a group that may become visible later; undefined if it is complete. */
    readonly awaitedPart: (group: SnapshotGroup) => string | undefined;
    /** The name that the group probably has, by which those of one run are found together. Default: unknown. */
    readonly groupName?: string;
    /** The group, if it was read right before: then it may be enough. */
    readonly seen?: SnapshotGroup | undefined;
}

/**
 * Waits until a group is usable, or uploaded, and no awaited part is missing; or until it has failed.
 *
 * @throws AppSnapshotError GroupNotFound if it does not appear at all.
 */
export async function waitForGroup(
    context: Context,
    snapshotGroupId: string,
    options: GroupWait,
): Promise<PollResult<SnapshotGroup>> {
    const { api } = context;
    const { groupName, deadline, seen } = options;
    const start = context.clock.now();
    let usableSince: number | undefined;
    let uploaded: number | undefined;
    const question = { api, snapshotGroupId, groupName, deadline };
    const first = seen === undefined ? undefined : judge(seen);
    if (first?.done === true) {
        return first;
    }
    const delay = options.waitFor === "available" ? quickDelay : uploadDelay;
    return groupPoll(context).wait(question, {
        judge,
        delay,
        firstMs: seen === undefined ? 0 : delay(0),
        deadline,
        ...polling(context),
        onWait: (lastSeen, elapsed) => {
            context.log.status(
                uploaded === undefined
                    ? progressLine("waiting", elapsed, `${lastSeen}, ${snapshotGroupId}`)
                    : progressLine(`uploading ${uploaded}%,`, elapsed, snapshotGroupId),
            );
        },
    });

    function judge(group: GroupSight): PollState<SnapshotGroup> {
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
        const awaited = options.awaitedPart(group);
        return awaited === undefined || now - usableSince > lateDetailsMs
            ? { done: true, value: group }
            : { done: false, lastSeen: `${awaited} not visible yet` };
    }
}

/** Tells whether a group is in the awaited state. An accomplished group is available, whatever its members report. */
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

/** Returns the upload percentage of a group's slowest member; undefined if the group is uploaded, or it is unknown. */
function slowestUpload({ status, snapshots }: SnapshotGroup): number | undefined {
    const percents = snapshots.map(({ uploadedPercent }) => uploadedPercent ?? NaN);
    const slowest = Math.min(...percents);
    return status === "accomplished" || !Number.isFinite(slowest) ? undefined : slowest;
}

/**
 * Waits until a group is gone.
 *
 * @param isAccepted true if the deletion of the members is ensured; otherwise the API is asked whether a group that is
 * no longer listed is really gone.
 * @returns false if it still exists at the deadline.
 */
export async function waitUntilGone(
    context: Context,
    snapshotGroupId: string,
    { isAccepted, deadline }: { readonly isAccepted: boolean; readonly deadline: number },
): Promise<boolean> {
    const question = { api: context.api, snapshotGroupId, groupName: undefined, deadline };
    const result = await groupPoll(context).wait(question, {
        judge: async (group: GroupSight): Promise<PollState<undefined>> => {
            if (group !== undefined) {
                return { done: false, lastSeen: `status ${group.status}` };
            }
            return isAccepted || (await context.api.groupExistence(snapshotGroupId)) === "absent"
                ? { done: true, value: undefined }
                : { done: false, lastSeen: "not listed" };
        },
        delay: deletionDelay,
        deadline,
        ...polling(context),
        onWait: (_seen, elapsed) => {
            context.log.status(progressLine("deleting", elapsed, snapshotGroupId));
        },
    });
    return result.done;
}

function groupPoll({ clock, shared }: Context): GroupPoll {
    return shared.get(groupPollKey, () => createGroupPoll(clock));
}
