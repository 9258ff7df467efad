import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { mapConcurrently } from "../../runtime/map-concurrently";
import { isAdopted, removeOwn } from "../lifecycle/delete";
import type { SnapshotOutputs } from "../lifecycle/outputs";
import { findOwnRun } from "../lifecycle/ownership";
import type { StateMemory } from "../lifecycle/state-memory";
import { isUnrecorded, partOf, type SnapshotRun } from "../run/run";
import { closeRuns } from "../run/run-state";
import { visibilityMs } from "../snapshot-group/group";
import { deletionError } from "./fleet-error";
import { FleetMemory } from "./fleet-memory";
import { type FleetGroup, type FleetOutputs, instancesIn } from "./fleet-outputs";
import { parallelInstances } from "./fleet-retention";
import { FleetState } from "./fleet-state";

/**
 * Deletes all snapshots of a fleet, and waits until they are gone. Those that are already gone count as deleted; those
 * that another resource adopted are left alone.
 *
 * @param memory the known states of the stack.
 * @throws AppSnapshotError that names each instance whose snapshots could not be deleted. The others are deleted.
 */
export async function removeFleet(
    context: Context,
    _id: string,
    state: FleetOutputs,
    memory: FleetMemory = new FleetMemory(),
): Promise<void> {
    const instanceIds = instancesIn(state);
    const { errors, runs } = await removeInstances(context, state, instanceIds, memory.states);
    if (errors.size > 0) {
        throw deletionError(errors, instanceIds.length);
    }
    // Nothing is left of a run if the state accounts for all of its instances. Last, because a closed run is never
    // examined again.
    const accounted = new Set(instanceIds);
    const unrecorded = runs.filter(
        (run) =>
            run.ownerToken === state.ownerToken &&
            isUnrecorded(run) &&
            run.allInstanceIds.every((instanceId) => accounted.has(instanceId)),
    );
    if (unrecorded.length > 0) {
        await closeRuns(
            context.api,
            unrecorded.map(({ invokeId }) => invokeId),
        );
    }
    memory.forget(state);
}

/** The outcome of removing instances from a fleet. */
export interface Removals {
    /** The errors, by instance. */
    readonly errors: ReadonlyMap<string, AppSnapshotError>;
    /** The runs of which everything was removed that the state holds, unless Cloud Assistant has forgotten them. */
    readonly runs: readonly SnapshotRun[];
}

/** Deletes everything that a fleet's state holds of some instances. */
export async function removeInstances(
    context: Context,
    state: FleetOutputs,
    instanceIds: readonly string[],
    memory: StateMemory,
): Promise<Removals> {
    const fleet = new FleetState(state);
    const held = instanceIds.flatMap((instanceId) => heldOf(fleet, instanceId));
    const runs = await runsOf(context, held);
    const errors = new Map<string, AppSnapshotError>();
    const leftAlone = new Set<string | undefined>();
    let ended = 0;
    await mapConcurrently(held, parallelInstances, async ({ instanceId, id, view }) => {
        try {
            if (isAdopted(view, memory)) {
                sayLeftAlone(context, { instanceId, id, view }, memory);
                leftAlone.add(view.invokeId);
                return;
            }
            const run = runOrThrow(runs.get(view.invokeId ?? ""));
            const part = run === undefined ? undefined : partOf(run, instanceId);
            if (!(await removeOwn(context, id, view, part, memory))) {
                leftAlone.add(view.invokeId);
            }
        } catch (thrown) {
            errors.set(instanceId, asAppSnapshotError(thrown, instanceId));
        } finally {
            ended += 1;
            const failures = errors.size === 0 ? "" : `, ${errors.size} failed`;
            context.log.status(
                `deleting: ${ended - errors.size} of ${held.length} snapshot groups done${failures}`,
            );
        }
    });
    const found = [...runs.values()].map((lookUp) => ("run" in lookUp ? lookUp.run : undefined));
    return {
        errors,
        runs: found.filter((run) => run !== undefined).filter(({ invokeId }) => !leftAlone.has(invokeId)),
    };
}

/**
 * Says that something is left to the resource that has adopted its run. That one may have adopted only the parts on
 * other instances, and its owner is unclear then: it is named, because no state has it any more.
 */
function sayLeftAlone(context: Context, { instanceId, id, view }: Held, memory: StateMemory): void {
    const { invokeId = "" } = view;
    if (memory.isLeftByAdopter(invokeId, instanceId)) {
        context.log.warn(
            `${id} of ${instanceId} is left alone: another resource has adopted its run, invocation ${invokeId}, but not this part of it. ` +
                "No state holds it any more: delete it yourself if you don't need it.",
        );
    } else {
        context.log.info(`left alone: another resource has adopted ${id}`);
    }
}

function runOrThrow(lookUp: RunLookUp = { run: undefined }): SnapshotRun | undefined {
    if ("thrown" in lookUp) {
        throw lookUp.thrown;
    }
    return lookUp.run;
}

/** Something that a state holds of an instance, as the state of a single resource would hold it. */
interface Held {
    readonly instanceId: string;
    /** The group's id, or the invocation's if there is no group yet. */
    readonly id: string;
    readonly view: SnapshotOutputs;
}

function heldOf(state: FleetState, instanceId: string): Held[] {
    const views = [
        state.finished(instanceId),
        state.unfinished(instanceId),
        ...state.superseded(instanceId),
    ].filter((view) => view !== undefined);
    return views.flatMap((view) => {
        const id = view.snapshotGroupId ?? view.invokeId;
        return id === undefined ? [] : [{ instanceId, id, view }];
    });
}

/** A run, unless Cloud Assistant has forgotten it; or the reason why it is not known. */
type RunLookUp = { readonly run: SnapshotRun | undefined } | { readonly thrown: unknown };

/** Looks up each run once. Never throws: what fails is an error of the instances of that run. */
async function runsOf(context: Context, held: readonly Held[]): Promise<ReadonlyMap<string, RunLookUp>> {
    const byRun = new Map<string, SnapshotOutputs>();
    for (const { view } of held) {
        const known = byRun.get(view.invokeId ?? "");
        if (view.invokeId !== undefined && known?.pending?.phase !== "running") {
            byRun.set(view.invokeId, view);
        }
    }
    const lookUp = async (view: SnapshotOutputs): Promise<RunLookUp> => {
        // A run that may still be running is known only by its invocation, so wait until lists show that.
        const timeoutMs = view.pending?.phase === "running" ? visibilityMs : 0;
        try {
            return { run: await findOwnRun(context, view, timeoutMs) };
        } catch (thrown) {
            return { thrown };
        }
    };
    return new Map(
        await mapConcurrently(
            [...byRun],
            parallelInstances,
            async ([invokeId, view]) => [invokeId, await lookUp(view)] as const,
        ),
    );
}

/** Deletes groups that newer ones of their instances replaced. A problem is a warning: the group stays in the state. */
export async function deleteReplaced(
    context: Context,
    { outputs }: FleetState,
    groups: readonly FleetGroup[],
    memory: StateMemory,
): Promise<{ readonly left: readonly FleetGroup[]; readonly warnings: readonly string[] }> {
    const state = new FleetState({ ...outputs, supersededSnapshotGroups: groups });
    const left: FleetGroup[] = [];
    const warnings: string[] = [];
    await mapConcurrently(groups, parallelInstances, async (group) => {
        const { instanceId, snapshotGroupId } = group;
        const view = state
            .superseded(instanceId)
            .find((superseded) => superseded.snapshotGroupId === snapshotGroupId);
        try {
            if (view !== undefined && !isAdopted(view, memory)) {
                const run = await findOwnRun(context, view);
                const part = run === undefined ? undefined : partOf(run, instanceId);
                await removeOwn(context, snapshotGroupId, view, part, memory);
            }
        } catch (thrown) {
            left.push(group);
            const { message } = asAppSnapshotError(thrown, instanceId);
            warnings.push(`The replaced snapshot group ${snapshotGroupId} could not be deleted: ${message}`);
        }
    });
    return { left, warnings };
}
