import type { Context } from "../../cloud/context";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { withdrawLeftOver, withTemporaryRole } from "../role/temporary-role";
import { ownerTag, stateTag, type RunState, type SnapshotRun } from "../run/run";
import { runBy } from "../run/run-search";
import { closeRuns } from "../run/run-state";
import type { RunResults, SnapshotResult } from "../run/snapshot-result";
import type { TrackedInstance, TrackedRun } from "../run/tracked-run";
import { conclude, openResults } from "./conclude";
import { trackedRun, type CreateRequest } from "./create-request";
import { cleared, leftAlone, temporaryRoleOf } from "./found-run";
import { handOver } from "./hand-over";
import { cleanupMs } from "./left-group";
import { endsOf, type FailedEnd, type RunEnd } from "./run-end";
import { deleteRunGroup, postponed } from "./run-group";

/** What became of runs that were to be cleared away. */
export interface Clearing {
    /** What was left after all, to be named. */
    readonly left: readonly string[];
    /** What of one has to be kept in the state; the others were not looked at then. Empty where nothing has to be. */
    readonly results: RunResults;
}

/**
 * Clears runs away, one after the other, with their groups: what was never handed to an engine nobody holds.
 *
 * @param notBefore until when a change of a tag may be seen late, by the clock: none is cleared before that.
 */
export async function clearRuns(
    context: Context,
    request: CreateRequest,
    runs: readonly SnapshotRun[],
    notBefore: number,
): Promise<Clearing> {
    const { ownerToken } = request;
    const left: string[] = [];
    for (const run of runs) {
        const { invokeId } = run;
        context.log.info(`clearing away an earlier run: invocation ${invokeId}`);
        const tracked = trackedRun(context, request, { ...run, ownerToken });
        // Of another instance than the one that is locked, a snapshot may be on its way that needs the role.
        const isLocked = run.instanceIds.includes(request.specification.instanceId);
        const role = isLocked ? temporaryRoleOf(run) : undefined;
        const results = await handOver(
            context,
            await withTemporaryRole(context, role, () => clear(context, tracked, { left, notBefore })),
            {
                invokeId,
                tags: [ownerTag(ownerToken), stateTag("handed")],
                previousOwner: run.ownerToken,
                isHeld: false,
            },
        );
        if (results.size > 0) {
            return { left, results };
        }
        if (!isLocked && run.detachRole !== undefined) {
            for (const instanceId of run.instanceIds) {
                await withdrawLeftOver(context, instanceId, run.stack);
            }
        }
    }
    warnAll(context.log, left);
    return { left, results: new Map() };
}

/** Clears one run away; the results are what has to be kept in the state. */
async function clear(
    context: Context,
    tracked: TrackedRun,
    { left, notBefore }: { readonly left: string[]; readonly notBefore: number },
): Promise<RunResults> {
    const { run, instances } = tracked;
    const ends = await endsOf(context, tracked);
    const open = openResults(tracked, ends);
    if (open.size > 0) {
        return open;
    }
    await context.clock.sleep(Math.max(0, notBefore - context.clock.now()), context.signal);
    const now = await runBy(context, run.invokeId);
    if (now !== undefined && now.state !== ("open" satisfies RunState)) {
        // That it was handed over is seen late.
        left.push(leftAlone({ run: now, facts: { ...cleared, state: now.state } }));
        return new Map();
    }
    const kept = new Map<string, SnapshotResult>();
    let isGone = true;
    for (const instance of instances) {
        const { instanceId } = instance.specification;
        const end = ends.get(instanceId);
        const { result, remains } =
            end?.state === "succeeded"
                ? { result: undefined, remains: await heldGroup(context, run, end) }
                : end?.state === "failed"
                  ? await clearFailed(context, tracked, instance, end)
                  : { result: undefined, remains: undefined };
        if (result !== undefined) {
            kept.set(instanceId, result);
        } else if (remains !== undefined) {
            isGone = false;
            left.push(leftAlone({ run, facts: { ...cleared, state: run.state } }, remains));
        }
    }
    if (kept.size === 0 && isGone) {
        await closeRuns(context.api, [run.invokeId]);
    }
    return kept;
}

/** Deletes the group of a run that succeeded; returns why it can't be deleted yet. */
function heldGroup(
    context: Context,
    { runId }: SnapshotRun,
    { snapshotGroupId, snapshotIds }: Extract<RunEnd, { state: "succeeded" }>,
): Promise<AppSnapshotError | undefined> {
    return postponed(() =>
        deleteRunGroup(context, { snapshotGroupId, snapshotIds, runId }, { within: cleanupMs }),
    );
}

/**
 * Clears a failed run away on one instance.
 *
 * @returns its result where that has to be kept in the state, or why there may be a snapshot of it after all.
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
    if (result.staysOpen) {
        return { result: undefined, remains: result.error };
    }
    context.log.info(`cleared away, because it had failed: ${result.error.message}`);
    return { result: undefined, remains: undefined };
}
