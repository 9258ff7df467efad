import { isUnsettled, type SnapshotRun } from "../cloud-assistant/run";
import { closeRuns } from "../cloud-assistant/run-state";
import { afterTimeoutMilliseconds, waitForInvocation } from "../cloud-assistant/invocation";
import type { InvocationResult } from "../ecs/api";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import { parsePluginOutput } from "../plugin/output";
import { StateMemory } from "../recording/state-memory";
import type { Context } from "../runtime/context";
import { deleteGroup } from "../snapshot-group/deletion";
import { findOwnGroup } from "../snapshot-group/own-group";
import { isOwner, ownershipIn, runBehind } from "./ownership";
import { leftoverMilliseconds, patienceFor } from "./plugin-run";
import { instanceLocks } from "./instance-lock";
import type { Pending, SnapshotOutputs } from "./outputs";
import { withdrawLeftOver } from "./temporary-role";
import { asAppSnapshotError } from "./thrown";

/**
 * Deletes the snapshot group with its snapshots and waits until it is gone. What is gone already is done; what
 * another resource adopted is left to that one.
 *
 * @param memory what is known of the stack's state.
 */
export async function remove(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    memory: StateMemory = new StateMemory(),
): Promise<void> {
    await removeUnlessAdopted(context, id, state, memory);
    // What could not be deleted stays in the state.
    memory.forget(state);
}

async function removeUnlessAdopted(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    memory: StateMemory,
): Promise<void> {
    try {
        if (isAdopted(state, memory)) {
            context.log.info(`${id} is left alone: the resource that succeeds this one has adopted it.`);
            return;
        }
        const run = await runBehind(context, state);
        if (!(await isOwner(context, ownershipIn(id, state), run)) || isHeldByAnother(state, memory)) {
            // An update that was interrupted made a new resource of what this one holds.
            context.log.warn(
                `${id} is left alone: another resource adopted invocation ${state.invokeId ?? ""}. ` +
                    "If there is none in the stack, `npx app-snapshot orphans` finds what it left.",
            );
            return;
        }
        if (state.pending?.phase === "running") {
            await removeRunning(context, state, state.pending, run);
        } else {
            const known = state.snapshots?.map((snapshot) => snapshot.snapshotId);
            await deleteGroup(context, id, { snapshotIds: known ?? state.pending?.snapshotIds ?? [] });
        }
        if (run?.detachRole !== undefined) {
            const { instanceId, stack } = run;
            await instanceLocks.run(instanceId, () => withdrawLeftOver(context, instanceId, stack));
        }
        // Last of all: nobody looks at a closed run again.
        if (run !== undefined && isUnsettled(run)) {
            await closeRuns(context.api, [run.invokeId]);
        }
    } catch (thrown) {
        throw asAppSnapshotError(thrown, state.instanceId);
    }
}

/** What this process itself adopted, it knows without a tag, which may be seen late. */
function isAdopted({ invokeId, ownerToken }: SnapshotOutputs, memory: StateMemory): boolean {
    const adopter = invokeId === undefined ? undefined : memory.adopterOf(invokeId);
    return adopter !== undefined && adopter !== ownerToken;
}

/** Where two states hold a run, and the tag is seen late, it can't be told whose it is. Then nothing is deleted. */
function isHeldByAnother({ invokeId, ownerToken }: SnapshotOutputs, memory: StateMemory): boolean {
    return (
        invokeId !== undefined &&
        ownerToken !== undefined &&
        memory.adopterOf(invokeId) === undefined &&
        memory.isHeldByAnother(invokeId, ownerToken)
    );
}

/**
 * Cleans up after a snapshot whose command may still run. It is not stopped: that could leave a file system
 * frozen. Instead its end is awaited, and what came of it deleted.
 */
async function removeRunning(
    context: Context,
    state: SnapshotOutputs,
    pending: Pending,
    run: SnapshotRun | undefined,
): Promise<void> {
    if (state.instanceId === undefined) {
        throw new AppSnapshotError(ownErrors.UnreadableState, { resources: { invokeId: pending.invokeId } });
    }
    if (run?.state === "closed") {
        return;
    }
    const { runId } = run ?? state;
    const { groupName, disks } = run ?? pending;
    const result = run === undefined ? undefined : await awaitReport(context, run);
    const hint = result === undefined ? undefined : parsePluginOutput(result.output).snapshotGroupId;
    const patience = Math.max(
        leftoverMilliseconds,
        result === undefined ? 0 : patienceFor(result, context.clock.now()),
    );
    const { group } = await findOwnGroup(
        context,
        { runId, groupName, disks, instanceId: state.instanceId },
        { hint, patience },
    );
    if (group !== undefined) {
        const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
        await deleteGroup(context, group.snapshotGroupId, { snapshotIds });
    }
}

/** Waits for the end of a run; what Cloud Assistant tells of it. */
async function awaitReport(context: Context, run: SnapshotRun): Promise<InvocationResult> {
    const { invokeId, instanceId, timeoutSeconds } = run;
    const deadline = context.clock.now() + timeoutSeconds * 1000 + afterTimeoutMilliseconds;
    const waited = await waitForInvocation(context, invokeId, [instanceId], deadline);
    const result = waited.done ? waited.value.get(instanceId) : undefined;
    if (result === undefined) {
        throw new AppSnapshotError(ownErrors.StillInProgress, { instanceId, resources: { invokeId } });
    }
    return result;
}
