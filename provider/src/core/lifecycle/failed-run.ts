import type { Context } from "../../cloud/context";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/thrown";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { phrases } from "../../runtime/text";
import type { OnDegraded } from "../inputs/inputs";
import type { SnapshotRun } from "../run/run";
import { failed, unfinished, type SnapshotResult } from "../run/snapshot-result";
import { instanceRunOf, type InstanceOfRun } from "../run/tracked-run";
import { doubtfulIn, findOwnGroup, originOf } from "../snapshot-group/own-group";
import { doubtOfUnnamed, remainsOf } from "../snapshot-group/remains";
import { cleanupMs, deleteLeftGroup } from "./left-group";
import { isTimeOver } from "./nothing-left";
import type { FailedEnd } from "./run-end";
import { deleteMembersLeft, postponed } from "./run-group";

/**
 * How long a group is looked for that a failed run may have left. If it shows even later, the next run finds
 * it: the run stays open.
 */
export const leftoverMs = 10_000;

/** What becomes of what a failed run left: as the program says of one that falls short, or cleared away. */
export type OnLeftover = OnDegraded | "clear";

/**
 * Removes what a failed run left behind on one instance, or keeps it in the state.
 *
 * @param onLeftover "clear" for a run of an earlier update: its time is over, whatever it might still make.
 */
export async function afterFailure(
    context: Context,
    { run, instance }: InstanceOfRun,
    end: FailedEnd,
    onLeftover: OnLeftover,
): Promise<SnapshotResult> {
    const { instanceId } = instance.specification;
    const part = instanceRunOf(run, instance);
    const { error } = end;
    const hurried = context.until(context.clock.now() + cleanupMs);
    try {
        const { group, unlistedGroupId } = await leftBy(hurried, run, instanceId, end);
        if (group === undefined) {
            const doubt =
                (await doubtOfAbsence(hurried, run, { ...end, unlistedGroupId }, onLeftover)) ??
                (onLeftover === "clear"
                    ? (await postponed(() => deleteMembersLeft(hurried, run.runId)))?.message
                    : undefined);
            // Left open, so that the next run looks once more for its group.
            return doubt === undefined
                ? failed(error)
                : failed(error.with({ detail: phrases(error.details.detail, doubt) }), true);
        }
        const { snapshotGroupId } = group;
        const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
        const left = { ...part, snapshotGroupId, snapshotIds };
        return onLeftover === "keep"
            ? unfinished("failed", left, error)
            : await deleteLeftGroup(context, left, error);
    } catch (thrown) {
        // The failure itself matters more than what went wrong after it.
        const why = asAppSnapshotError(thrown, instanceId);
        const detail = phrases(error.details.detail, `after that: ${why.message}`);
        return unfinished("running", part, error.with({ detail }));
    }
}

/**
 * Why it can't be said that there is no group of a failed run, nor will be one, though none is found; undefined when
 * it can. Nothing is given up because no list shows it.
 */
async function doubtOfAbsence(
    context: Context,
    run: SnapshotRun,
    end: FailedEnd,
    onLeftover: OnLeftover,
): Promise<string | undefined> {
    if (!end.groupMayExist) {
        return undefined;
    }
    if (onLeftover !== "clear" || mayStillCome(context, run, end)) {
        return "it has no snapshot group so far";
    }
    return end.unlistedGroupId === undefined ? doubtOfUnnamed(context) : doubtOfUnlisted(context, end);
}

/** The same of the group that a run named, and that no list shows. */
async function doubtOfUnlisted(
    context: Context,
    { unlistedGroupId }: Pick<FailedEnd, "unlistedGroupId">,
): Promise<string | undefined> {
    if (unlistedGroupId === undefined) {
        return undefined;
    }
    const remains = await remainsOf(context, { snapshotGroupId: unlistedGroupId, snapshotIds: [] });
    return remains.kind === "unknown"
        ? `it is unknown whether its snapshot group ${unlistedGroupId} is gone: ${remains.why}`
        : undefined;
}

/**
 * Returns the failure of a run that succeeded and may have made what is asked for, though no list shows it: another one
 * could be a second one. Undefined when there is nothing of the kind.
 */
export async function doubtfulFailure(
    context: Context,
    end: FailedEnd,
): Promise<AppSnapshotError | undefined> {
    const doubt = await doubtOfUnlisted(context, end);
    return doubt === undefined
        ? undefined
        : end.error.with({ detail: phrases(end.error.details.detail, doubt) });
}

/**
 * Whether the plugin may have outlived its invocation, and make a group still. It had until the time limit of the
 * command, by the cloud's clock, and its group may show late.
 */
function mayStillCome({ api }: Context, run: SnapshotRun, { wasLookedFor }: FailedEnd): boolean {
    return wasLookedFor !== true && !isTimeOver(run, api.answeredAt());
}

/** Whether a group has to be looked for: there may be one by the way it ended, or its output mentions one. */
export function mayHaveGroup({ groupMayExist, error }: FailedEnd): boolean {
    return groupMayExist || error.resources.snapshotGroupId !== undefined;
}

/** The group that a failed run left, or the one that it named and that no list shows. */
async function leftBy(
    context: Context,
    run: SnapshotRun,
    instanceId: string,
    end: FailedEnd,
): Promise<{ readonly group?: SnapshotGroup | undefined; readonly unlistedGroupId?: string | undefined }> {
    // What a success made is not cleaned up because it shows late.
    if (!mayHaveGroup(end) || end.wasLookedFor === true) {
        return { unlistedGroupId: end.unlistedGroupId };
    }
    const hint = end.error.resources.snapshotGroupId;
    const search = await findOwnGroup(context, originOf(run, instanceId), { hint, patience: leftoverMs });
    return { group: search.group, unlistedGroupId: doubtfulIn(search, hint) };
}
