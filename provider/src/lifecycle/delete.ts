import type { MadeAttempt } from "../cloud-assistant/attempt";
import { attemptBy } from "../cloud-assistant/attempt-search";
import { closeAttempts } from "../cloud-assistant/attempt-state";
import { afterTimeoutMilliseconds, waitForInvocation } from "../cloud-assistant/invocation";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import { present } from "../polling/presence";
import { parsePluginOutput } from "../plugin/output";
import type { Context } from "../runtime/context";
import { deleteGroup } from "../snapshot-group/deletion";
import { findOwnGroup } from "../snapshot-group/own-group";
import { leftoverMilliseconds } from "./attempt-run";
import { instanceLocks } from "./instance-lock";
import type { Pending, SnapshotOutputs } from "./outputs";
import { withdrawLeftOver } from "./temporary-role";
import { asAppSnapshotError } from "./thrown";

/** Deletes the snapshot group with its snapshots and waits until it is gone. What is gone already is done. */
export async function remove(context: Context, id: string, state: SnapshotOutputs): Promise<void> {
    try {
        const attempt = await attemptBehind(context, state);
        if (attempt !== undefined && attempt.claim !== state.claim) {
            // An update that was interrupted made a new resource of what this one holds.
            context.log.warn(
                `${id} is left alone: another resource took invocation ${attempt.invokeId} up. ` +
                    "If there is none in the stack, `npx app-snapshot orphans` finds what it left.",
            );
            return;
        }
        if (state.pending?.phase === "running") {
            await removeRunning(context, state, state.pending, attempt);
        } else {
            const known = state.snapshots?.map((snapshot) => snapshot.snapshotId);
            await deleteGroup(context, id, { snapshotIds: known ?? state.pending?.snapshotIds ?? [] });
        }
        if (attempt?.detachRole !== undefined) {
            const { instanceId, stack } = attempt;
            await instanceLocks.run(instanceId, () => withdrawLeftOver(context, instanceId, stack));
        }
        // Last of all: nobody looks at a closed attempt again.
        if (attempt?.state === "open") {
            await closeAttempts(context.api, [attempt.invokeId]);
        }
    } catch (thrown) {
        throw asAppSnapshotError(thrown, state.instanceId);
    }
}

/** The attempt that a resource came from; undefined when Cloud Assistant has forgotten it. */
async function attemptBehind(context: Context, state: SnapshotOutputs): Promise<MadeAttempt | undefined> {
    const { invokeId, claim } = state;
    return invokeId === undefined || claim === undefined
        ? undefined
        : present(context, () => attemptBy(context, invokeId));
}

/**
 * Cleans up after a snapshot whose command may still run. It is not stopped: that could leave a file system
 * frozen. Instead its end is awaited, and what came of it deleted.
 */
async function removeRunning(
    context: Context,
    state: SnapshotOutputs,
    pending: Pending,
    attempt: MadeAttempt | undefined,
): Promise<void> {
    if (state.instanceId === undefined) {
        throw new AppSnapshotError(ownErrors.UnreadableState, { resources: { invokeId: pending.invokeId } });
    }
    if (attempt?.state === "closed") {
        return;
    }
    const { attemptId, groupName, disks } = attempt ?? pending;
    const hint = attempt === undefined ? undefined : await awaitReport(context, attempt);
    const { group } = await findOwnGroup(
        context,
        { attemptId, groupName, disks, instanceId: state.instanceId },
        { hint, patience: leftoverMilliseconds },
    );
    if (group !== undefined) {
        const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
        await deleteGroup(context, group.snapshotGroupId, { snapshotIds });
    }
}

/** Waits for the end of an attempt; the group that its output names, if it does. */
async function awaitReport(context: Context, attempt: MadeAttempt): Promise<string | undefined> {
    const { invokeId, instanceId, timeoutSeconds } = attempt;
    const deadline = context.clock.now() + timeoutSeconds * 1000 + afterTimeoutMilliseconds;
    const waited = await waitForInvocation(context, invokeId, [instanceId], deadline);
    const result = waited.done ? waited.value.get(instanceId) : undefined;
    if (result === undefined) {
        throw new AppSnapshotError(ownErrors.StillInProgress, { instanceId, resources: { invokeId } });
    }
    return parsePluginOutput(result.output).snapshotGroupId;
}
