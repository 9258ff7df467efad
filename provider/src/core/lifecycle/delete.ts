import type { Context } from "../../cloud/context";
import type { InvocationResult } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { ScriptOutput } from "../inputs/inputs";
import { parsePluginOutput } from "../plugin/output";
import { withdrawAbandonedRole } from "../role/temporary-role";
import { verdictOf } from "../run/invocation";
import {
    isShared,
    isUnrecorded,
    membersOf,
    resourceOf,
    type RunMembers,
    type SnapshotRun,
    unknownInstance,
} from "../run/run";
import { afterTimeoutMs, waitForRun } from "../run/run-progress";
import { scriptOutputIn } from "../run/run-report";
import { closeRuns } from "../run/run-state";
import { membersIn } from "../run/snapshot-result";
import { deleteGroup } from "../snapshot-group/deletion";
import { visibilityMs } from "../snapshot-group/group";
import { findOwnGroup, unverifiedGroupId } from "../snapshot-group/own-group";
import { assertNoGroup } from "./assert-no-group";
import { identityOf } from "./create-request";
import { leftoverMs } from "./failed-run";
import { withInstanceLock } from "./instance-lock";
import type { Pending, SnapshotOutputs } from "./outputs";
import { findOwnRun, isOwner, ownershipIn } from "./ownership";
import { searchTimeoutMs } from "./run-end";
import { deleteMembersLeft, deleteRunGroup } from "./run-group";
import { StateMemory } from "./state-memory";
import { warnIfUrgent } from "./warn-if-urgent";

/**
 * Deletes the snapshot group with its snapshots and waits until it is gone. A group that is already gone counts as
 * deleted; one that another resource adopted is left alone.
 *
 * @param memory the known states of the stack.
 */
export async function remove(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    memory: StateMemory = new StateMemory(),
): Promise<void> {
    await removeUnlessAdopted(context, id, state, memory);
    // Only after success: a group that could not be deleted stays in the state.
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
        // A run that may still be running is known only by its invocation, so wait until lists show that.
        const timeoutMs = state.pending?.phase === "running" ? visibilityMs : 0;
        const run = await findOwnRun(context, state, timeoutMs);
        const isRemoved = await removeOwn(context, id, state, run, memory);
        // Last, because a closed run is never examined again.
        if (isRemoved && run !== undefined && isUnrecorded(run)) {
            await closeRuns(context.api, [run.invokeId]);
        }
    } catch (thrown) {
        throw asAppSnapshotError(thrown, state.instanceId);
    }
}

/**
 * Deletes what a state holds, unless another resource adopted it.
 *
 * @param run the run, unless Cloud Assistant has forgotten it.
 * @returns false if it is left alone.
 */
export async function removeOwn(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    run: SnapshotRun | undefined,
    memory: StateMemory,
): Promise<boolean> {
    const isOwn = await isOwner(context, ownershipIn(id, state), run);
    if (!isOwn && isOfSuccessor(context, state, run)) {
        context.log.info(`left alone: the replacement of this resource has adopted ${id}`);
        return false;
    }
    if (!isOwn || isHeldByAnother(state, memory)) {
        context.log.warn(
            `${id} is left alone: another resource adopted invocation ${state.invokeId ?? ""}. ` +
                "If the stack has no such resource, `npx app-snapshot orphans` finds what is left.",
        );
        return false;
    }
    await deleteSnapshot(context, id, state, run);
    if (run?.detachRole !== undefined) {
        const { instanceIds, stack } = run;
        for (const instanceId of instanceIds) {
            await withInstanceLock(context, instanceId, () =>
                withdrawAbandonedRole(context, instanceId, stack),
            );
        }
    }
    return true;
}

/** Deletes what a state holds: a group, or a run that may still create one. */
async function deleteSnapshot(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    run: SnapshotRun | undefined,
): Promise<void> {
    if (state.pending?.phase === "running") {
        await removeRunning(context, state, state.pending, run);
    } else {
        const known = state.snapshots?.map((snapshot) => snapshot.snapshotId);
        await deleteGroup(context, id, { snapshotIds: known ?? state.pending?.snapshotIds ?? [] });
    }
}

/** Tells whether the run belongs to a resource of the same URN, as after an interrupted update and the next one. */
function isOfSuccessor(context: Context, state: SnapshotOutputs, run: SnapshotRun | undefined): boolean {
    return run?.resource === resourceOf(identityOf(context, state));
}

/** Tells whether this process made another resource the owner, even if the changed tag is not visible yet. */
export function isAdopted({ invokeId, ownerToken }: SnapshotOutputs, memory: StateMemory): boolean {
    const adopter = invokeId === undefined ? undefined : memory.adopterOf(invokeId);
    return adopter !== undefined && adopter !== ownerToken;
}

/** Tells whether two states hold the run. Its tag may become visible late, so its owner is unclear: delete nothing. */
function isHeldByAnother({ invokeId, ownerToken }: SnapshotOutputs, memory: StateMemory): boolean {
    return (
        invokeId !== undefined &&
        ownerToken !== undefined &&
        memory.adopterOf(invokeId) === undefined &&
        memory.isHeldByAnother(invokeId, ownerToken)
    );
}

/**
 * Cleans up after a run whose command may still be running. Stopping it could leave a file system frozen, so its end is
 * awaited, and its group deleted.
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
    // A run that could not be cleared away may be on an instance that the program named before.
    const instanceIds = run?.instanceIds.filter((listed) => listed !== unknownInstance) ?? [];
    const instanceId = instanceIds.includes(state.instanceId)
        ? state.instanceId
        : (instanceIds[0] ?? state.instanceId);
    if (run?.state === "closed") {
        return;
    }
    const members = run === undefined ? membersInState(state, instanceId) : membersOf(run, instanceId);
    const { runId } = members;
    const { groupName } = run ?? pending;
    // The tag of a run with several instances identifies the disks of all of them.
    const { diskSetDigest } = run === undefined || isShared(run) ? pending : run;
    const scriptOutput = scriptOutputIn(state);
    const result =
        run === undefined
            ? await unlistedResult(context, pending.invokeId, instanceId)
            : await awaitResult(context, run, instanceId, scriptOutput);
    const hint = result === undefined ? undefined : parsePluginOutput(result.output).snapshotGroupId;
    const timeoutMs = Math.max(leftoverMs, searchTimeoutMs(result, context.api.answeredAt()));
    const origin = { runId, groupName, diskSetDigest, instanceId };
    const search = await findOwnGroup(context, origin, { hint, timeoutMs });
    if (search.group !== undefined) {
        const { snapshotGroupId, snapshots } = search.group;
        const snapshotIds = snapshots.map((snapshot) => snapshot.snapshotId);
        await deleteRunGroup(context, { snapshotGroupId, snapshotIds, members });
        return;
    }
    await assertNoGroup(context, { run, instanceId, result, unverified: unverifiedGroupId(search, hint) });
    await deleteMembersLeft(context, members);
}

function membersInState({ runId, isShared = false }: SnapshotOutputs, instanceId: string): RunMembers {
    return membersIn({ runId, isShared, instanceId });
}

/** Waits for the end of a run; returns its result, undefined if Cloud Assistant has forgotten it. */
async function awaitResult(
    context: Context,
    run: SnapshotRun,
    instanceId: string,
    scriptOutput: ScriptOutput | undefined,
): Promise<InvocationResult | undefined> {
    const { invokeId, timeoutSeconds } = run;
    const deadline = context.clock.now() + timeoutSeconds * 1000 + afterTimeoutMs;
    const waited = await waitForRun(context, run, [instanceId], deadline);
    const progress = waited.get(instanceId) ?? { state: "forgotten" };
    switch (progress.state) {
        case "running":
            throw new AppSnapshotError(ownErrors.StillInProgress, {
                instanceId,
                detail: `last seen: ${progress.lastSeen}`,
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

/** Returns the result of a run that Cloud Assistant does not list; undefined if it has forgotten that as well. */
async function unlistedResult(
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
