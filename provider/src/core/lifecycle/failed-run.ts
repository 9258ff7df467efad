import type { Context } from "../../cloud/context";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { phrases } from "../../runtime/text";
import type { OnDegraded } from "../inputs/inputs";
import { membersOf, type SnapshotRun } from "../run/run";
import { failed, type SnapshotResult, unfinished } from "../run/snapshot-result";
import { type InstanceOfRun, instanceRunOf } from "../run/tracked-run";
import { findOwnGroup, unverifiedGroupId } from "../snapshot-group/own-group";
import { remainsOf, unlistableReason } from "../snapshot-group/remains";
import { isTimeOver } from "./assert-no-group";
import { cleanupMs, deleteFailedGroup } from "./delete-failed-group";
import type { FailedEnd } from "./run-end";
import { deleteMembersLeft, errorIfPostponed } from "./run-group";

/**
 * The time limit of the search for a failed run's group. If it appears later, the next update finds it, because the run
 * stays open.
 */
export const leftoverMs = 10_000;

/** The treatment of a failed run's group: the same as of one with violations, or cleared away. */
export type OnLeftover = OnDegraded | "clear";

/**
 * Deletes the group that a failed run left of one instance, or keeps it in the state.
 *
 * @param onLeftover "clear" for a run of an earlier update.
 */
export async function afterFailure(
    context: Context,
    { run, instance }: InstanceOfRun,
    end: FailedEnd,
    onLeftover: OnLeftover,
): Promise<SnapshotResult> {
    const { instanceId } = instance.specification;
    const instanceRun = instanceRunOf(run, instance);
    const { error } = end;
    const limited = context.until(context.clock.now() + cleanupMs);
    try {
        const { group, unlistedGroupId } = await findLeftover(limited, { run, instance }, end);
        if (group === undefined) {
            const doubt =
                (await absenceDoubt(limited, run, { ...end, unlistedGroupId }, onLeftover)) ??
                (onLeftover === "clear"
                    ? (await errorIfPostponed(() => deleteMembersLeft(limited, membersOf(run, instanceId))))
                          ?.message
                    : undefined);
            // Left open, so that the next update looks for its group again.
            return doubt === undefined
                ? failed(error)
                : failed(error.with({ detail: phrases(error.details.detail, doubt) }), instanceRun);
        }
        const { snapshotGroupId } = group;
        const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
        const left = { ...instanceRun, snapshotGroupId, snapshotIds };
        return onLeftover === "keep"
            ? // The output may have named another group.
              unfinished("failed", left, error.with({ resources: { snapshotGroupId } }))
            : await deleteFailedGroup(context, left, error);
    } catch (thrown) {
        // The failure itself matters more than the later error.
        const later = asAppSnapshotError(thrown, instanceId);
        const detail = phrases(error.details.detail, `after that: ${later.message}`);
        return unfinished("running", instanceRun, error.with({ detail, problems: [error, later] }));
    }
}

/**
 * Returns the reason why a failed run may have a group, now or later, although none was found; undefined if it has
 * none. A missing entry in a list is not enough to conclude that it has none.
 */
async function absenceDoubt(
    context: Context,
    run: SnapshotRun,
    end: FailedEnd,
    onLeftover: OnLeftover,
): Promise<string | undefined> {
    if (!end.groupMayExist) {
        return undefined;
    }
    if (onLeftover !== "clear" || mayStillAppear(context, run, end)) {
        return "it has no snapshot group so far";
    }
    return end.unlistedGroupId === undefined ? unlistableReason(context) : unlistedGroupDoubt(context, end);
}

/** Returns the reason why the group that a run named may exist although no list shows it; undefined if it is gone. */
async function unlistedGroupDoubt(
    context: Context,
    { unlistedGroupId }: Pick<FailedEnd, "unlistedGroupId">,
): Promise<string | undefined> {
    if (unlistedGroupId === undefined) {
        return undefined;
    }
    const remains = await remainsOf(context, { snapshotGroupId: unlistedGroupId, snapshotIds: [] });
    return remains.kind === "unknown"
        ? `it is unknown whether its snapshot group ${unlistedGroupId} is gone: ${remains.reason}`
        : undefined;
}

/**
 * Returns the error of a run that may have created the wanted group although no list shows it, so that another run
 * could create a second one; undefined if it has no such group.
 */
export async function hiddenGroupError(
    context: Context,
    end: FailedEnd,
): Promise<AppSnapshotError | undefined> {
    const doubt = await unlistedGroupDoubt(context, end);
    return doubt === undefined
        ? undefined
        : end.error.with({ detail: phrases(end.error.details.detail, doubt) });
}

/**
 * Tells whether a group may still appear, because the plugin may have outlived its invocation. It had until the time
 * limit of the command, by the cloud's clock, and its group may become visible late.
 */
function mayStillAppear({ api }: Context, run: SnapshotRun, { wasSearched }: FailedEnd): boolean {
    return wasSearched !== true && !isTimeOver(run, api.answeredAt());
}

/** Tells whether a run may have a group: because of the way it ended, or because its output mentions one. */
export function mayHaveGroup({ groupMayExist, error }: FailedEnd): boolean {
    return groupMayExist || error.resources.snapshotGroupId !== undefined;
}

/** Returns the group that a failed run left, or the id of one that it named and that no list shows. */
async function findLeftover(
    context: Context,
    { run, instance }: InstanceOfRun,
    end: FailedEnd,
): Promise<{ readonly group?: SnapshotGroup | undefined; readonly unlistedGroupId?: string | undefined }> {
    // The group of a run that succeeded is not cleaned up if it only appears late.
    if (!mayHaveGroup(end) || end.wasSearched === true) {
        return { unlistedGroupId: end.unlistedGroupId };
    }
    const hint = end.error.resources.snapshotGroupId;
    const search = await findOwnGroup(context, instanceRunOf(run, instance), { hint, timeoutMs: leftoverMs });
    return { group: search.group, unlistedGroupId: unverifiedGroupId(search, hint) };
}
