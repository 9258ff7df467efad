import type { MadeAttempt } from "../cloud-assistant/attempt";
import { closeAttempts } from "../cloud-assistant/attempt-state";
import type { Context } from "../runtime/context";
import { readGroup } from "../snapshot-group/group";
import { deleteGroup } from "../snapshot-group/deletion";
import { afterFailure, endOf, openAttempts, type AttemptEnd, type Running } from "./attempt-run";
import { runningOf, settleEnd, type Order } from "./order";
import type { SnapshotOutputs } from "./outputs";
import { withTemporaryRole } from "./temporary-role";
import { UnfinishedSnapshot } from "./unfinished";

/**
 * Takes up what an earlier run for the same resource began and nobody finished: its snapshot if it is the one
 * that is wanted now; otherwise it is cleared away, so that it neither gets lost nor freezes the instance at the
 * same time as a new one.
 *
 * @returns undefined when a new snapshot has to be taken.
 */
export async function takeUp(context: Context, order: Order): Promise<SnapshotOutputs | undefined> {
    let taken: SnapshotOutputs | undefined;
    for (const attempt of await openAttempts(context, order.resource)) {
        const running = runningOf(context, order, attempt, undefined);
        const wanted = attempt.marker === order.marker && taken === undefined;
        const outputs = await withTemporaryRole(context, attempt.instanceId, attempt.detachRole, () =>
            finishFound(context, running, wanted),
        );
        taken ??= outputs;
    }
    return taken;
}

async function finishFound(
    context: Context,
    running: Running,
    wanted: boolean,
): Promise<SnapshotOutputs | undefined> {
    const { attempt } = running;
    context.log.info(
        wanted
            ? `taking up invocation ${attempt.invokeId}, which an earlier run began`
            : `clearing invocation ${attempt.invokeId} away, which an earlier run began for other inputs`,
    );
    const end = await endOf(context, running);
    if (!end.ok) {
        return clearFailed(context, running, end);
    }
    const group = await readGroup(context, end.snapshotGroupId);
    if (wanted && group !== undefined) {
        return settleEnd(context, running, end, [attempt.invokeId], [foundAgain(attempt)]);
    }
    await deleteGroup(context, end.snapshotGroupId);
    await close(context, attempt);
    return undefined;
}

async function clearFailed(
    context: Context,
    running: Running,
    end: Extract<AttemptEnd, { ok: false }>,
): Promise<undefined> {
    const error = await afterFailure(context, running, end, [running.attempt.invokeId], "clear");
    if (error instanceof UnfinishedSnapshot) {
        throw error;
    }
    context.log.info(`it had failed and is cleared away: ${error.message}`);
    return undefined;
}

function close(context: Context, attempt: MadeAttempt): Promise<void> {
    return closeAttempts(context, [attempt.invokeId]);
}

/** Whoever runs a pipeline again has to know that its snapshot is not of this run. */
function foundAgain(attempt: MadeAttempt): string {
    return `Begun at ${attempt.creationTime} by an earlier run that did not finish, and taken up by this one.`;
}
