import { closeRuns } from "../cloud-assistant/run-state";
import type { SnapshotGroup } from "../ecs/api";
import type { OnDegraded } from "../inputs/inputs";
import { phrases } from "../plugin/words";
import type { Context } from "../runtime/context";
import { doubtfulIn, findOwnGroup } from "../snapshot-group/own-group";
import { doubtOfUnnamed, remainsOf } from "../snapshot-group/remains";
import { isTimeOver } from "./nothing-left";
import { progressOf, stillRunning, type FailedEnd, type Running } from "./plugin-run";
import { deleteMembersLeft, postponed } from "./run-group";
import { cleanupMilliseconds, failureWithoutGroup } from "./settle";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot } from "./unfinished";

/**
 * How long a group is looked for that a failed run may have left. If it shows even later, the next run finds
 * it: the run stays open.
 */
export const leftoverMilliseconds = 10_000;

/** What becomes of what a failed run left: as the program says of one that falls short, or cleared away. */
export type OnLeftover = OnDegraded | "clear";

/**
 * Removes what a failed run left behind and closes it, or keeps it in the state.
 *
 * @param onLeftover "clear" for a run of an earlier run: its time is over, whatever it might still make.
 * @returns the error to throw, and whether the run stays open for whoever comes next.
 */
export async function afterFailure(
    context: Context,
    running: Running,
    end: FailedEnd,
    onLeftover: OnLeftover,
): Promise<{ readonly error: Error; readonly staysOpen: boolean }> {
    const { specification, run } = running;
    const { error } = end;
    const hurried = context.until(context.clock.now() + cleanupMilliseconds);
    try {
        const { group, unlistedGroupId } = await leftBy(hurried, running, end);
        if (group === undefined) {
            const named = { ...end, unlistedGroupId };
            const doubt = await doubtOfAbsence(hurried, running, named, onLeftover);
            if (doubt !== undefined) {
                // Left open, so that the next run looks once more for what came of it.
                return {
                    error: error.with({ detail: phrases(error.details.detail, doubt) }),
                    staysOpen: true,
                };
            }
            const held =
                onLeftover === "clear"
                    ? await postponed(() => deleteMembersLeft(hurried, run.runId))
                    : undefined;
            if (held !== undefined) {
                return {
                    error: error.with({ detail: phrases(error.details.detail, held.message) }),
                    staysOpen: true,
                };
            }
            await closeRuns(hurried.api, [run.invokeId]);
            return { error, staysOpen: false };
        }
        const { snapshotGroupId } = group;
        const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
        const leftover = { ...progressOf(running), snapshotGroupId, snapshotIds };
        return {
            error:
                onLeftover === "keep"
                    ? new UnfinishedSnapshot(
                          leftover,
                          "failed",
                          error.with({ resources: { snapshotGroupId } }),
                      )
                    : await failureWithoutGroup(context, leftover, error),
            staysOpen: false,
        };
    } catch (thrown) {
        // The failure itself matters more than what went wrong after it.
        const why = asAppSnapshotError(thrown, specification.instanceId);
        const detail = phrases(error.details.detail, `after that: ${why.message}`);
        return { error: stillRunning(running, error.with({ detail })), staysOpen: false };
    }
}

/**
 * Why it can't be said that there is no group of a failed run, nor will be one, though none is found; undefined when
 * it can. Nothing is given up because no list shows it.
 */
async function doubtOfAbsence(
    context: Context,
    running: Running,
    end: FailedEnd,
    onLeftover: OnLeftover,
): Promise<string | undefined> {
    if (!end.groupMayExist) {
        return undefined;
    }
    if (onLeftover !== "clear" || mayStillCome(context, running, end)) {
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
 * A run that succeeded may have made what is asked for, though no list shows it: another one could be a second one.
 *
 * @throws AppSnapshotError the failure, unless there is nothing of the kind.
 */
export async function throwUnlessGone(context: Context, end: FailedEnd): Promise<void> {
    const doubt = await doubtOfUnlisted(context, end);
    if (doubt !== undefined) {
        throw end.error.with({ detail: phrases(end.error.details.detail, doubt) });
    }
}

/**
 * Whether the plugin may have outlived its invocation, and make a group still. It had until the time limit of the
 * command, by the cloud's clock, and its group may show late.
 */
function mayStillCome({ api }: Context, { run }: Running, { wasLookedFor }: FailedEnd): boolean {
    return wasLookedFor !== true && !isTimeOver(run, api.answeredAt());
}

/** Whether a group has to be looked for: there may be one by the way it ended, or its output mentions one. */
export function mayHaveGroup({ groupMayExist, error }: FailedEnd): boolean {
    return groupMayExist || error.resources.snapshotGroupId !== undefined;
}

/** The group that a failed run left, or the one that it named and that no list shows. */
async function leftBy(
    context: Context,
    { run }: Running,
    end: FailedEnd,
): Promise<{ readonly group?: SnapshotGroup | undefined; readonly unlistedGroupId?: string | undefined }> {
    // What a success made is not cleaned up because it shows late.
    if (!mayHaveGroup(end) || end.wasLookedFor === true) {
        return { unlistedGroupId: end.unlistedGroupId };
    }
    const hint = end.error.resources.snapshotGroupId;
    const search = await findOwnGroup(context, run, { hint, patience: leftoverMilliseconds });
    return { group: search.group, unlistedGroupId: doubtfulIn(search, hint) };
}
