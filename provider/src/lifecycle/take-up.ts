import type { MadeAttempt } from "../cloud-assistant/attempt";
import { claimAttempts, closeAttempts, commitAttempts } from "../cloud-assistant/attempt-state";
import type { Context } from "../runtime/context";
import { deleteGroup } from "../snapshot-group/deletion";
import { afterFailure, endOf, openAttempts, type AttemptEnd, type Running } from "./attempt-run";
import { runningOf, settleEnd, type Order } from "./order";
import type { SnapshotOutputs } from "./outputs";
import { withTemporaryRole, type TemporaryRole } from "./temporary-role";
import { asAppSnapshotError } from "./thrown";
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
        await tryToCommit(
            context,
            held.map((attempt) => attempt.invokeId),
        );
    }
    const unrecorded = open
        .filter((attempt) => !recorded.has(attempt.invokeId))
        .map((attempt) => ({ ...attempt, claim: order.claim }));
    return claiming(context, order, () => wantedOf(context, order, unrecorded));
}

async function wantedOf(
    context: Context,
    order: Order,
    unrecorded: readonly MadeAttempt[],
): Promise<SnapshotOutputs | undefined> {
    const wanted = unrecorded.find((attempt) => attempt.marker === order.marker);
    const others = unrecorded.filter((attempt) => attempt !== wanted);
    if (wanted === undefined) {
        await clearAll(context, order, others);
        return undefined;
    }
    context.log.info(`taking up invocation ${wanted.invokeId}, which an earlier run began`);
    const running = runningOf(context, order, wanted, undefined);
    return withTemporaryRole(context, temporaryRoleOf(wanted), async () => {
        const end = await endOf(context, running);
        // After its end, because clearing may detach a role that it needs; and before it is settled, because
        // nobody looks for a recorded one if clearing then fails.
        await clearAll(context, order, others);
        return finishWanted(context, running, end);
    });
}

/**
 * Makes the attempt the resource's that the engine is about to record, and no sooner: as long as nobody records
 * it, whoever has it in the state must be able to delete it.
 */
async function claiming(
    context: Context,
    order: Order,
    task: () => Promise<SnapshotOutputs | undefined>,
): Promise<SnapshotOutputs | undefined> {
    const claim = async (invokeId: string | undefined): Promise<void> => {
        if (invokeId !== undefined) {
            try {
                await claimAttempts(context.api, [invokeId], order.claim);
            } catch (thrown) {
                // It is not recorded, and open: the next run takes it up.
                throw asAppSnapshotError(thrown, order.specification.instanceId).with({
                    resources: { invokeId },
                });
            }
        }
    };
    try {
        const outputs = await task();
        await claim(outputs?.invokeId);
        return outputs;
    } catch (thrown) {
        if (thrown instanceof UnfinishedSnapshot) {
            await claim(thrown.outputs.invokeId);
        }
        throw thrown;
    }
}

/** A mark that can't be made changes nothing: the state is known to hold these snapshots. */
async function tryToCommit(context: Context, invokeIds: readonly string[]): Promise<void> {
    try {
        await commitAttempts(context.api, invokeIds);
    } catch (thrown) {
        context.log.debug(`could not commit ${invokeIds.join(", ")}: ${asAppSnapshotError(thrown).message}`);
    }
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
    return settleEnd(context, running, end, [foundAgain(attempt)]);
}

async function clearAll(context: Context, order: Order, attempts: readonly MadeAttempt[]): Promise<void> {
    for (const attempt of attempts) {
        context.log.info(`clearing invocation ${attempt.invokeId} away, which an earlier run began`);
        const running = runningOf(context, order, attempt, undefined);
        await withTemporaryRole(context, temporaryRoleOf(attempt), () => clear(context, running));
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

function temporaryRoleOf({ instanceId, detachRole, stack }: MadeAttempt): TemporaryRole | undefined {
    return detachRole === undefined ? undefined : { instanceId, ramRoleName: detachRole, stack };
}

/** Whoever runs a pipeline again has to know that its snapshot is not of this run. */
function foundAgain(attempt: MadeAttempt): string {
    return `Begun at ${attempt.creationTime} by an earlier run that did not finish, and taken up by this one.`;
}
