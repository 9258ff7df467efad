import type { Context } from "../../cloud/context";
import type { InvocationResult } from "../../cloud/ecs/api";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { verdictOf } from "../run/invocation";
import type { SnapshotRun } from "../run/run";
import { latestEnd } from "../run/run-progress";
import { visibilityMs } from "../snapshot-group/group";
import { assertGone } from "../snapshot-group/remains";

/** A run that has ended, and of which no list shows a group. */
export interface RunWithoutGroup {
    /** The run, unless Cloud Assistant has forgotten it. */
    readonly run: SnapshotRun | undefined;
    readonly instanceId: string;
    /** The result, unless Cloud Assistant has forgotten it. */
    readonly result: InvocationResult | undefined;
    /** See `unverifiedGroupId`. */
    readonly unverified: string | undefined;
}

/**
 * Makes sure that a run has no group and won't have one: a missing entry in a list is not enough. `allMembersLeft`,
 * which searches its members, checks that the lists are complete.
 *
 * @throws AppSnapshotError AbsenceNotProved, or StillInProgress if the plugin may have outlived its command.
 */
export async function assertNoGroup(
    context: Context,
    { run, instanceId, result, unverified }: RunWithoutGroup,
): Promise<void> {
    const verdict = result === undefined ? undefined : verdictOf(result);
    if (verdict?.state === "failed" && !verdict.groupMayExist) {
        return;
    }
    if (unverified !== undefined) {
        await assertGone(context, unverified);
        return;
    }
    if (run !== undefined && verdict?.state === "failed" && verdict.error.exitCode === undefined) {
        assertTimeOver(run, instanceId, context.api.answeredAt());
    }
}

/** Makes sure that the plugin has ended: if its command did not end by itself, it may run until the time limit. */
function assertTimeOver(run: SnapshotRun, instanceId: string, now: number | undefined): void {
    if (isTimeOver(run, now)) {
        return;
    }
    const until = latestAppearance(run);
    const { invokeId } = run;
    throw new AppSnapshotError(ownErrors.StillInProgress, {
        instanceId,
        detail: `the command did not end by itself, so the plugin may still create a snapshot group until ${new Date(until).toISOString()}`,
        resources: { invokeId },
    });
}

/** Tells whether it is too late for a group of a run to appear, by the cloud's clock. */
export function isTimeOver(run: SnapshotRun, now: number | undefined): boolean {
    return now !== undefined && now >= latestAppearance(run);
}

/** Returns the latest time by which a group may appear: it may become visible late after the command's time limit. */
function latestAppearance(run: SnapshotRun): number {
    return latestEnd(run) + visibilityMs;
}
