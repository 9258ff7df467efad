import type { Context } from "../../cloud/context";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { withdrawAbandonedRole, withTemporaryRole } from "../role/temporary-role";
import { membersOf, ownerTag, type RunMembers, type RunState, type SnapshotRun, stateTag } from "../run/run";
import { findRun } from "../run/run-search";
import type { RunResults, SnapshotResult } from "../run/snapshot-result";
import type { TrackedInstance, TrackedRun } from "../run/tracked-run";
import { conclude, isGone, runningResults } from "./conclude";
import { type CreateRequest, trackedRun } from "./create-request";
import { cleanupMs } from "./delete-failed-group";
import type { Handing } from "./hand-over";
import type { RunClosing } from "./run-closing";
import { awaitEnds, type FailedEnd, type RunEnd } from "./run-end";
import { deleteRunGroup, errorIfPostponed } from "./run-group";
import { clearableFacts, describeLeftAlone, temporaryRoleOf } from "./treatment";

/** The outcome of clearing runs away. */
export interface Clearing {
    /** A warning for each run that was left alone after all. */
    readonly leftAlone: readonly string[];
    /** The results of a run that the state must record; the following runs were not examined then. Otherwise empty. */
    readonly results: RunResults;
    /** The way to hand these over; undefined if there are none. */
    readonly handing: Handing | undefined;
}

export interface ClearOptions {
    readonly closing: RunClosing;
    /** The time, by the clock, from which a changed tag is visible: no run is cleared before it. */
    readonly notBefore: number;
}

/**
 * Clears runs away with their groups, one after the other. They were never handed to an engine, so no state holds them.
 */
export async function clearRuns(
    context: Context,
    request: CreateRequest,
    runs: readonly SnapshotRun[],
    options: ClearOptions,
): Promise<Clearing> {
    const { ownerToken } = request;
    const leftAlone: string[] = [];
    for (const run of runs) {
        const { invokeId } = run;
        context.log.info(`clearing away an earlier run: invocation ${invokeId}`);
        const tracked = trackedRun(context, request, { ...run, ownerToken });
        // On an instance that is not locked, another snapshot may be using the role.
        const isLocked = run.instanceIds.includes(request.specification.instanceId);
        const role = isLocked ? temporaryRoleOf(run) : undefined;
        const results = await withTemporaryRole(context, role, () =>
            clear(context, tracked, leftAlone, options),
        );
        if (results.size > 0) {
            const tags = [ownerTag(ownerToken), stateTag("handed")];
            const handing = { invokeId, tags, previousOwner: run.ownerToken, isHeld: false };
            return { leftAlone, results, handing };
        }
        if (!isLocked && run.detachRole !== undefined) {
            for (const instanceId of run.instanceIds) {
                await withdrawAbandonedRole(context, instanceId, run.stack);
            }
        }
    }
    warnAll(context.log, leftAlone);
    return { leftAlone, results: new Map(), handing: undefined };
}

/** Clears one run away; returns the results that the state must record. */
async function clear(
    context: Context,
    tracked: TrackedRun,
    leftAlone: string[],
    { closing, notBefore }: ClearOptions,
): Promise<RunResults> {
    const { run, instances } = tracked;
    const ends = await awaitEnds(context, tracked);
    const running = runningResults(tracked, ends);
    if (running.size > 0) {
        return running;
    }
    await context.clock.sleep(Math.max(0, notBefore - context.clock.now()), context.signal);
    const now = await findRun(context, run.invokeId);
    if (now !== undefined && now.state !== ("open" satisfies RunState)) {
        // Its tag became visible late: it was handed over.
        leftAlone.push(describeLeftAlone({ run: now, facts: { ...clearableFacts, state: now.state } }));
        return new Map();
    }
    const results = new Map<string, SnapshotResult>();
    let isCleared = true;
    for (const instance of instances) {
        const { instanceId } = instance.specification;
        const end = ends.get(instanceId);
        const { result, remains } =
            end?.state === "succeeded"
                ? {
                      result: undefined,
                      remains: await deleteSucceeded(context, membersOf(run, instanceId), end),
                  }
                : end?.state === "failed"
                  ? await clearFailed(context, tracked, instance, end)
                  : { result: undefined, remains: undefined };
        if (result !== undefined) {
            results.set(instanceId, result);
        } else if (remains !== undefined) {
            isCleared = false;
            leftAlone.push(
                describeLeftAlone({ run, facts: { ...clearableFacts, state: run.state } }, remains),
            );
        }
    }
    if (isCleared && isGone(results)) {
        await closing.noteGone(context, run);
    }
    return results;
}

/** Deletes the group of a run that succeeded; returns the error if it can't be deleted yet. */
function deleteSucceeded(
    context: Context,
    members: RunMembers,
    { snapshotGroupId, snapshotIds }: Extract<RunEnd, { readonly state: "succeeded" }>,
): Promise<AppSnapshotError | undefined> {
    return errorIfPostponed(() =>
        deleteRunGroup(context, { snapshotGroupId, snapshotIds, members }, { timeoutMs: cleanupMs }),
    );
}

/**
 * Clears a failed run away on one instance.
 *
 * @returns its result if the state must record that, or the reason why it may have a snapshot after all.
 */
export async function clearFailed(
    context: Context,
    tracked: TrackedRun,
    instance: TrackedInstance,
    end: FailedEnd,
): Promise<{
    readonly result: SnapshotResult | undefined;
    readonly remains: AppSnapshotError | undefined;
}> {
    const result = await conclude(context, tracked, instance, end, { warnings: [], onLeftover: "clear" });
    if (result.state !== "failed") {
        return { result, remains: undefined };
    }
    if (result.openRun !== undefined) {
        return { result: undefined, remains: result.error };
    }
    context.log.info(`cleared away, because it had failed: ${result.error.message}`);
    return { result: undefined, remains: undefined };
}
