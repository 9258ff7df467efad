import type { MadeAttempt } from "../cloud-assistant/attempt";
import { claimAttempts, closeAttempts, commitAttempts } from "../cloud-assistant/attempt-state";
import type { Context } from "../runtime/context";
import { readGroup } from "../snapshot-group/group";
import { deleteGroup } from "../snapshot-group/deletion";
import { afterFailure, endOf, openAttempts, type AttemptEnd, type Running } from "./attempt-run";
import { runningOf, settleEnd, type Order } from "./order";
import type { SnapshotOutputs } from "./outputs";
import { withTemporaryRole } from "./temporary-role";
import { UnfinishedSnapshot } from "./unfinished";

/**
 * Takes up what an earlier run for the same resource began and nobody recorded: its snapshot if it is the one
 * that is wanted now; otherwise it is cleared away, so that it neither gets lost nor freezes the instance at the
 * same time as a new one.
 *
 * @param recorded the invocations of snapshots that the stack's state is known to hold. The engine has recorded
 * them, whether or not they could be committed: they are neither taken up nor cleared away.
 * @returns undefined when a new snapshot has to be taken.
 */
export async function takeUp(
    context: Context,
    order: Order,
    recorded: ReadonlySet<string>,
): Promise<SnapshotOutputs | undefined> {
    const open = await openAttempts(context, order.resource);
    const held = open.filter((attempt) => recorded.has(attempt.invokeId));
    if (held.length > 0) {
        await commitAttempts(
            context.api,
            held.map((attempt) => attempt.invokeId),
        );
    }
    const unrecorded = await claimed(
        context,
        order,
        open.filter((attempt) => !recorded.has(attempt.invokeId)),
    );
    const wanted = unrecorded.find((attempt) => attempt.marker === order.marker);
    const others = unrecorded.filter((attempt) => attempt !== wanted);
    if (wanted === undefined) {
        await clearAll(context, order, others);
        return undefined;
    }
    context.log.info(`taking up invocation ${wanted.invokeId}, which an earlier run began`);
    const running = runningOf(context, order, wanted, undefined);
    return withTemporaryRole(context, wanted.instanceId, wanted.detachRole, async () => {
        const end = await endOf(context, running);
        // After its end, because clearing may detach a role that it needs; and before it is settled, because
        // nobody looks for a recorded one if clearing then fails.
        await clearAll(context, order, others);
        return finishWanted(context, running, end);
    });
}

/** Makes attempts those of the resource that is being created, before anything is done with them. */
async function claimed(
    context: Context,
    order: Order,
    attempts: readonly MadeAttempt[],
): Promise<MadeAttempt[]> {
    if (attempts.length > 0) {
        await claimAttempts(
            context.api,
            attempts.map((attempt) => attempt.invokeId),
            order.claim,
        );
    }
    return attempts.map((attempt) => ({ ...attempt, claim: order.claim }));
}

async function finishWanted(
    context: Context,
    running: Running,
    end: AttemptEnd,
): Promise<SnapshotOutputs | undefined> {
    const { attempt } = running;
    if (!end.ok) {
        return clearFailed(context, running, end);
    }
    if ((await readGroup(context, end.snapshotGroupId)) === undefined) {
        context.log.info(`its snapshot group ${end.snapshotGroupId} does not exist any more`);
        await closeAttempts(context.api, [attempt.invokeId]);
        return undefined;
    }
    return settleEnd(context, running, end, [foundAgain(attempt)]);
}

async function clearAll(context: Context, order: Order, attempts: readonly MadeAttempt[]): Promise<void> {
    for (const attempt of attempts) {
        context.log.info(`clearing invocation ${attempt.invokeId} away, which an earlier run began`);
        const running = runningOf(context, order, attempt, undefined);
        await withTemporaryRole(context, attempt.instanceId, attempt.detachRole, () =>
            clear(context, running),
        );
    }
}

async function clear(context: Context, running: Running): Promise<undefined> {
    const end = await endOf(context, running);
    if (!end.ok) {
        return clearFailed(context, running, end);
    }
    await deleteGroup(context, end.snapshotGroupId);
    await closeAttempts(context.api, [running.attempt.invokeId]);
    return undefined;
}

async function clearFailed(
    context: Context,
    running: Running,
    end: Extract<AttemptEnd, { ok: false }>,
): Promise<undefined> {
    const error = await afterFailure(context, running, end, "clear");
    if (error instanceof UnfinishedSnapshot) {
        throw error;
    }
    context.log.info(`it had failed and is cleared away: ${error.message}`);
    return undefined;
}

/** Whoever runs a pipeline again has to know that its snapshot is not of this run. */
function foundAgain(attempt: MadeAttempt): string {
    return `Begun at ${attempt.creationTime} by an earlier run that did not finish, and taken up by this one.`;
}
