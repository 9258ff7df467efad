import { isUnsettled, resourceOf, type SnapshotRun } from "../cloud-assistant/run";
import { closeRuns } from "../cloud-assistant/run-state";
import { verdictOf } from "../cloud-assistant/invocation";
import { afterTimeoutMilliseconds, waitForRun } from "../cloud-assistant/run-progress";
import type { InvocationResult } from "../ecs/api";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { ScriptOutput } from "../inputs/inputs";
import { parsePluginOutput } from "../plugin/output";
import { StateMemory } from "../recording/state-memory";
import type { Context } from "../runtime/context";
import { deleteGroup } from "../snapshot-group/deletion";
import { visibilityMilliseconds } from "../snapshot-group/group";
import { doubtfulIn, findOwnGroup } from "../snapshot-group/own-group";
import { identityOf } from "./order";
import { isOwner, ownershipIn, runBehind } from "./ownership";
import { leftoverMilliseconds } from "./failed-run";
import { needNoGroup } from "./nothing-left";
import { patienceFor } from "./plugin-run";
import { scriptOutputIn } from "./evidence";
import { withInstance } from "./instance-lock";
import type { Pending, SnapshotOutputs } from "./outputs";
import { deleteMembersLeft, deleteRunGroup } from "./run-group";
import { withdrawLeftOver } from "./temporary-role";
import { asAppSnapshotError } from "./thrown";
import { warnIfUrgent } from "./urgency";

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
            context.log.info(`left alone: the replacement of this resource has adopted ${id}`);
            return;
        }
        // Of one that may run still nothing else tells.
        const patience = state.pending?.phase === "running" ? visibilityMilliseconds : 0;
        const run = await runBehind(context, state, patience);
        const isOwn = await isOwner(context, ownershipIn(id, state), run);
        if (!isOwn && isOfSuccessor(context, state, run)) {
            context.log.info(`left alone: the replacement of this resource has adopted ${id}`);
            return;
        }
        if (!isOwn || isHeldByAnother(state, memory)) {
            context.log.warn(
                `${id} is left alone: another resource adopted invocation ${state.invokeId ?? ""}. ` +
                    "If the stack has no such resource, `npx app-snapshot orphans` finds what is left.",
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
            await withInstance(context, instanceId, () => withdrawLeftOver(context, instanceId, stack));
        }
        // Last of all: nobody looks at a closed run again.
        if (run !== undefined && isUnsettled(run)) {
            await closeRuns(context.api, [run.invokeId]);
        }
    } catch (thrown) {
        throw asAppSnapshotError(thrown, state.instanceId);
    }
}

/** Whether the run is one of the resource's own name still, as after an update that was interrupted and made up for. */
function isOfSuccessor(context: Context, state: SnapshotOutputs, run: SnapshotRun | undefined): boolean {
    return run?.resource === resourceOf(identityOf(context, state));
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
    const { instanceId } = state;
    if (instanceId === undefined) {
        throw new AppSnapshotError(ownErrors.UnreadableState, { resources: { invokeId: pending.invokeId } });
    }
    if (run?.state === "closed") {
        return;
    }
    const { runId } = run ?? state;
    const { groupName, disks } = run ?? pending;
    const scriptOutput = scriptOutputIn(state);
    const result =
        run === undefined
            ? await resultLeft(context, pending.invokeId, instanceId)
            : await resultOf(context, run, scriptOutput);
    const hint = result === undefined ? undefined : parsePluginOutput(result.output).snapshotGroupId;
    const patience = Math.max(leftoverMilliseconds, patienceFor(result, context.api.answeredAt()));
    const origin = { runId, groupName, disks, instanceId };
    const search = await findOwnGroup(context, origin, { hint, patience });
    if (search.group !== undefined) {
        const { snapshotGroupId, snapshots } = search.group;
        const snapshotIds = snapshots.map((snapshot) => snapshot.snapshotId);
        await deleteRunGroup(context, { snapshotGroupId, snapshotIds, runId });
        return;
    }
    await needNoGroup(context, { run, result, doubtful: doubtfulIn(search, hint) });
    await deleteMembersLeft(context, runId);
}

/** Waits for the end of a run; what Cloud Assistant tells of it, undefined when it has forgotten that. */
async function resultOf(
    context: Context,
    run: SnapshotRun,
    scriptOutput: ScriptOutput | undefined,
): Promise<InvocationResult | undefined> {
    const { invokeId, instanceId, timeoutSeconds } = run;
    const deadline = context.clock.now() + timeoutSeconds * 1000 + afterTimeoutMilliseconds;
    const progress = await waitForRun(context, run, deadline);
    switch (progress.state) {
        case "running":
            throw new AppSnapshotError(ownErrors.StillInProgress, {
                instanceId,
                detail: `last seen: ${progress.seen}`,
                resources: { invokeId },
            });
        case "forgotten":
            return undefined;
        case "ended": {
            const verdict = verdictOf(progress.result, scriptOutput);
            if (verdict.state === "failed") {
                warnIfUrgent(context.log, verdict.error);
            }
            return progress.result;
        }
    }
}

/** What Cloud Assistant tells of a run that it does not list; undefined when it has forgotten that as well. */
async function resultLeft(
    { api }: Context,
    invokeId: string,
    instanceId: string,
): Promise<InvocationResult | undefined> {
    const results = await api.describeInvocationResults(invokeId);
    const result = results.find((candidate) => candidate.instanceId === instanceId);
    if (result !== undefined && verdictOf(result).state === "running") {
        throw new AppSnapshotError(ownErrors.StillInProgress, { instanceId, resources: { invokeId } });
    }
    return result;
}
