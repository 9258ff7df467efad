import { verdictOf } from "../run/invocation";
import type { SnapshotRun } from "../run/run";
import { latestEnd } from "../run/run-progress";
import type { InvocationResult } from "../../cloud/ecs/api";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { Context } from "../../cloud/context";
import { visibilityMs } from "../snapshot-group/group";
import { assertGone } from "../snapshot-group/remains";

/** A run that is over, and of which no group is seen. */
export interface RunWithoutGroup {
    /** Undefined when Cloud Assistant has forgotten it, as for its result. */
    readonly run: SnapshotRun | undefined;
    readonly instanceId: string;
    readonly result: InvocationResult | undefined;
    /** See `unverifiedGroupId`. */
    readonly unverifiedGroup: string | undefined;
}

/**
 * Makes sure that no group came, or may come, of a run: what is not seen is not given up. Whether lists show what there
 * is, whoever looks for members of its group that are left finds out (`allMembersLeft`).
 *
 * @throws AppSnapshotError AbsenceNotProved, or StillInProgress where the plugin may have outlived its command.
 */
export async function assertNoGroup(
    context: Context,
    { run, instanceId, result, unverifiedGroup }: RunWithoutGroup,
): Promise<void> {
    const verdict = result === undefined ? undefined : verdictOf(result);
    if (verdict?.state === "failed" && !verdict.groupMayExist) {
        return;
    }
    if (unverifiedGroup !== undefined) {
        await assertGone(context, unverifiedGroup);
        return;
    }
    if (run !== undefined && verdict?.state === "failed" && verdict.error.exitCode === undefined) {
        assertTimeOver(run, instanceId, context.api.answeredAt());
    }
}

/** A command that did not end by itself may have left the plugin at work: until its time limit, by the cloud's clock. */
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

/** Whether no group of a run can show any more that is not there yet, by the cloud's clock. */
export function isTimeOver(run: SnapshotRun, now: number | undefined): boolean {
    return now !== undefined && now >= latestAppearance(run);
}

/** The plugin had until the time limit of its command, and a group may show late. */
function latestAppearance(run: SnapshotRun): number {
    return latestEnd(run) + visibilityMs;
}
