import { ownerTag, stateTag, type RunState, type SnapshotRun } from "../cloud-assistant/run";
import { runBy } from "../cloud-assistant/run-search";
import { closeRuns } from "../cloud-assistant/run-state";
import type { AppSnapshotError } from "../errors/app-snapshot-error";
import type { Context } from "../runtime/context";
import { warnAll } from "../runtime/logger";
import { cleared, leftAlone, temporaryRoleOf } from "./found-run";
import { handOver } from "./hand-over";
import { runningOf, type Order } from "./order";
import { afterFailure } from "./failed-run";
import { endOf, type FailedEnd, type Running } from "./plugin-run";
import { deleteRunGroup, postponed } from "./run-group";
import { cleanupMilliseconds } from "./settle";
import { withdrawLeftOver, withTemporaryRole } from "./temporary-role";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot } from "./unfinished";

/**
 * Clears runs away, one after the other, with all that came of them: what was never handed to an engine nobody holds.
 *
 * @param notBefore until when a change of a tag may be seen late, by the clock: none is cleared before that.
 * @returns what was left after all, to be named.
 * @throws UnfinishedSnapshot when something of one has to be kept in the state.
 */
export async function clearRuns(
    context: Context,
    order: Order,
    runs: readonly SnapshotRun[],
    notBefore: number,
): Promise<string[]> {
    const { ownerToken } = order;
    const left: string[] = [];
    for (const run of runs) {
        context.log.info(`clearing away an earlier run: invocation ${run.invokeId}`);
        const running = runningOf(context, order, { ...run, ownerToken }, undefined);
        const handing = {
            invokeId: run.invokeId,
            tags: [ownerTag(ownerToken), stateTag("handed")],
            previousOwner: run.ownerToken,
            isHeld: false,
        };
        // Of another instance than the one that is locked, a snapshot may be on its way that needs the role.
        const isLocked = run.instanceId === order.specification.instanceId;
        const role = isLocked ? temporaryRoleOf(run) : undefined;
        await handOver(context, handing, () =>
            withTemporaryRole(context, role, () => clear(context, running, { left, notBefore })),
        );
        if (!isLocked && run.detachRole !== undefined) {
            await withdrawLeftOver(context, run.instanceId, run.stack);
        }
    }
    warnAll(context.log, left);
    return left;
}

async function clear(
    context: Context,
    running: Running,
    { left, notBefore }: { readonly left: string[]; readonly notBefore: number },
): Promise<undefined> {
    const { run } = running;
    const end = await endOf(context, running);
    await context.clock.sleep(Math.max(0, notBefore - context.clock.now()), context.signal);
    const now = await runBy(context, run.invokeId);
    if (now !== undefined && now.state !== ("open" satisfies RunState)) {
        // That it was handed over is seen late.
        left.push(leftAlone({ run: now, facts: { ...cleared, state: now.state } }));
        return undefined;
    }
    if (!end.ok) {
        const { error, staysOpen } = await clearFailed(context, running, end);
        if (staysOpen) {
            left.push(leftAlone({ run, facts: { ...cleared, state: run.state } }, error));
        }
        return undefined;
    }
    const { snapshotGroupId, snapshotIds } = end;
    const held = await postponed(() =>
        deleteRunGroup(
            context,
            { snapshotGroupId, snapshotIds, runId: run.runId },
            { within: cleanupMilliseconds },
        ),
    );
    if (held === undefined) {
        await closeRuns(context.api, [run.invokeId]);
    } else {
        left.push(leftAlone({ run, facts: { ...cleared, state: run.state } }, held));
    }
    return undefined;
}

/**
 * Clears a failed run away.
 *
 * @throws UnfinishedSnapshot when something of it has to be kept in the state.
 */
export async function clearFailed(
    context: Context,
    running: Running,
    end: FailedEnd,
): Promise<{ readonly error: AppSnapshotError; readonly staysOpen: boolean }> {
    const { error, staysOpen } = await afterFailure(context, running, end, "clear");
    if (error instanceof UnfinishedSnapshot) {
        throw error;
    }
    if (!staysOpen) {
        context.log.info(`cleared away, because it had failed: ${error.message}`);
    }
    return { error: asAppSnapshotError(error), staysOpen };
}
