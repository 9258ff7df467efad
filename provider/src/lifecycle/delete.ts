import { attemptOf, type MadeAttempt } from "../cloud-assistant/attempt";
import { closeAttempts } from "../cloud-assistant/attempt-state";
import { verdictOf, waitForInvocation } from "../cloud-assistant/invocation";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import { parsePluginOutput } from "../plugin/output";
import type { Context } from "../runtime/context";
import { warnAll } from "../runtime/logger";
import { detachRole } from "../role/role";
import { deleteGroup } from "../snapshot-group/deletion";
import { leftoverMilliseconds } from "./attempt-run";
import { findGroup } from "../snapshot-group/group";
import type { Pending, SnapshotOutputs } from "./outputs";
import { asAppSnapshotError } from "./thrown";

/** By then Cloud Assistant has told the end of a command whose time limit has passed. */
const afterTimeoutSeconds = 300;

/** Deletes the snapshot group with its snapshots and waits until it is gone. What is gone already is done. */
export async function remove(context: Context, id: string, state: SnapshotOutputs): Promise<void> {
    try {
        if (state.pending?.phase === "running") {
            await removeRunning(context, state, state.pending);
            return;
        }
        await deleteGroup(context, id);
        if (state.pending !== undefined) {
            await closeAttempts(context, [state.pending.invokeId]);
        }
    } catch (thrown) {
        throw asAppSnapshotError(thrown, state.instanceId);
    }
}

/**
 * Cleans up after a snapshot whose command may still run. It is not stopped: that could leave a file system
 * frozen. Instead its end is awaited, and what came of it deleted.
 */
async function removeRunning(context: Context, state: SnapshotOutputs, pending: Pending): Promise<void> {
    const { invokeId } = pending;
    const attempt = (await context.api.describeInvocations({ invokeId })).map(attemptOf)[0];
    // Taken up by the resource that replaces this one: the group is that one's now.
    if (attempt?.finished !== undefined) {
        return;
    }
    const { instanceId } = state;
    if (instanceId === undefined) {
        throw new AppSnapshotError(ownErrors.UnreadableState, { resources: { invokeId } });
    }
    const groupName = attempt?.groupName ?? pending.groupName;
    const reported = attempt === undefined ? undefined : await awaitGroupId(context, attempt);
    const snapshotGroupId =
        reported ?? (await findGroup(context, groupName, leftoverMilliseconds))?.snapshotGroupId;
    if (snapshotGroupId !== undefined) {
        await deleteGroup(context, snapshotGroupId);
    }
    if (attempt?.detachRole !== undefined) {
        warnAll(context.log, await detachRole(context, [instanceId], attempt.detachRole));
    }
    // Last of all: nobody looks at a closed attempt again.
    if (attempt !== undefined) {
        await closeAttempts(context, [invokeId]);
    }
}

/**
 * Waits for the end of an attempt; the group that it reports, if it does. The output of a failed one may mention
 * any group, so its own is to be found by its name.
 */
async function awaitGroupId(context: Context, attempt: MadeAttempt): Promise<string | undefined> {
    const { invokeId, instanceId, timeoutSeconds } = attempt;
    const deadline = context.clock.now() + (timeoutSeconds + afterTimeoutSeconds) * 1000;
    const waited = await waitForInvocation(context, invokeId, [instanceId], deadline);
    const result = waited.done ? waited.value.get(instanceId) : undefined;
    if (result === undefined) {
        throw new AppSnapshotError(ownErrors.StillInProgress, { instanceId, resources: { invokeId } });
    }
    return verdictOf(result).state === "failed"
        ? undefined
        : parsePluginOutput(result.output).snapshotGroupId;
}
