import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { mapConcurrently } from "../../runtime/map-concurrently";
import type { FleetInputs } from "../inputs/fleet-inputs";
import type { EarlierRuns } from "../lifecycle/adopt";
import { type CreateRequest, identityOf } from "../lifecycle/create-request";
import { isAdopted, removeOwn } from "../lifecycle/delete";
import type { SnapshotOutputs } from "../lifecycle/outputs";
import type { StateMemory } from "../lifecycle/state-memory";
import { finalizeHeld, rename } from "../lifecycle/update";
import { ownerTag, type SnapshotRun, stateTag } from "../run/run";
import { deleteReplaced, removeInstances } from "./delete";
import { deletionError, fleetError, problemsOf, UnfinishedFleet } from "./fleet-error";
import { type InstanceWork, taking } from "./fleet-lives";
import { FleetMemory } from "./fleet-memory";
import { type FleetOutputs, FleetState, keptFleetInputs } from "./fleet-outputs";
import { FleetParts } from "./fleet-parts";
import { type FleetPlan, planOf } from "./fleet-plan";
import { type FleetRequest, fleetRequest, memberFingerprint } from "./fleet-request";
import { deleteFleetExcess, finishedWithHistory, ownHistory, parallelInstances } from "./fleet-retention";
import { clearOthers, earlierRunsOf, type FleetRuns, fleetRuns } from "./fleet-runs";
import { logFleetSuccess } from "./log-fleet-success";
import { takeFleet } from "./take-fleet";

/**
 * Brings a fleet in line with its program: takes the missing snapshots, finishes unfinished ones, changes names and
 * descriptions, and, once all that has succeeded, deletes the snapshots of instances that the program no longer names.
 *
 * @returns all outputs, because the engine removes missing ones from the state.
 * @throws UnfinishedFleet if the fleet is not in line with its program.
 */
export async function updateFleet(
    context: Context,
    id: string,
    state: FleetOutputs,
    inputs: FleetInputs,
    memory: FleetMemory = new FleetMemory(),
): Promise<FleetOutputs> {
    const { states } = memory;
    const held = new FleetState(state);
    const fleet = fleetRequest(context, inputs, { fleetId: id, ownerToken: state.ownerToken });
    const plan = planOf(
        held,
        fleet.instances.map((request) => request.inputs),
    );
    const runs = await runsToContinue(context, fleet, { plan, held }, states);
    const left = await clearOthers(context, fleet, runs, states);
    const works = worksOf(context, fleet, { plan, held, inputs }, runs, states);
    const taken = await takeFleet(context, fleet, works, { memory: states, hasState: true, others: left });
    const { results, others, errors } = taken;
    const finished = await finishedWithHistory(context, fleet, results, ownHistory(fleet, held));
    const parts = new FleetParts(state);
    parts.addAll(fleet, context.regionId, { results, others, errors, finished });
    const problems = new Map([
        ...problemsOf([results, others], errors),
        ...(await renameAll(context, fleet, { plan, held }, parts)),
    ]);
    const warnings = [...taken.warnings];
    let undeleted: ReadonlyMap<string, AppSnapshotError> = new Map();
    if (problems.size === 0 && inputs.retainOnDelete === false) {
        warnings.push(...(await deleteReplacedGroups(context, held, parts, states)));
        undeleted = await removeUnnamed(context, { plan, state }, parts, states);
    } else if (problems.size === 0) {
        warnings.push(...retainOld(context, { inputs, plan, state }, parts));
    }
    const outputs: FleetOutputs = {
        ...keptFleetInputs(inputs, state.regionId),
        ...{ fleetId: id, ownerToken: state.ownerToken, recordingId: context.newId() },
        ...parts.outputs(),
        warnings,
    };
    if (problems.size > 0) {
        throw new UnfinishedFleet(id, outputs, fleetError(problems, fleet));
    }
    if (undeleted.size > 0) {
        throw new UnfinishedFleet(id, outputs, deletionError(undeleted, plan.remove.length));
    }
    const excess = await deleteFleetExcess(
        context,
        outputs,
        inputs.keepLast,
        (instanceId) => !finished.has(instanceId),
    );
    warnAll(context.log, excess.warnings);
    logFleetSuccess(context.log, outputs);
    return outputs.earlierSnapshotGroups === undefined
        ? outputs
        : { ...outputs, earlierSnapshotGroups: excess.left };
}

interface Planned {
    readonly plan: FleetPlan;
    readonly held: FleetState;
}

/** Searches for the earlier runs of the instances of which a snapshot is taken. */
async function runsToContinue(
    context: Context,
    fleet: FleetRequest,
    { plan, held }: Planned,
    memory: StateMemory,
): Promise<FleetRuns> {
    const resumed = new Map<string, string>();
    for (const instanceId of plan.take) {
        const { pending, invokeId } = held.unfinished(instanceId) ?? {};
        if (pending?.phase === "running" && invokeId !== undefined) {
            resumed.set(instanceId, invokeId);
        }
    }
    return plan.take.length === 0
        ? { runs: [], resumed, isStateKnown: true }
        : fleetRuns(context, fleet, memory, { resumed, isStateKnown: true });
}

function worksOf(
    context: Context,
    { instances }: FleetRequest,
    { plan, held, inputs }: Planned & { readonly inputs: FleetInputs },
    runs: FleetRuns,
    memory: StateMemory,
): InstanceWork[] {
    const take = new Set(plan.take);
    const finish = new Set(plan.finish);
    // The fleet may have had another name when its runs were started.
    const identity = identityOf(context, held.outputs);
    const isWanted = (run: SnapshotRun, request: CreateRequest): boolean =>
        run.fingerprint === memberFingerprint(identity, request.inputs) ||
        run.fingerprint === request.fingerprint;
    return instances.flatMap((request): InstanceWork[] => {
        const { instanceId } = request.specification;
        const unfinished = finish.has(instanceId) ? held.unfinished(instanceId) : undefined;
        if (unfinished !== undefined) {
            return [finishing(request, unfinished)];
        }
        if (!take.has(instanceId)) {
            return [];
        }
        const earlier = earlierRunsOf(instanceId, runs, memory);
        const resumed = earlier.runs.find(({ invokeId }) => invokeId === earlier.resumed?.invokeId);
        const state = held.unfinished(instanceId);
        return resumed === undefined || state === undefined || isWanted(resumed, request)
            ? [taking(request, earlier)]
            : [retaking(request, { state, run: resumed, inputs }, earlier)];
    });
}

/**
 * Returns the work that takes a snapshot instead of one that the state holds as running, but that was started for
 * another program: with other options or scripts. As with a replaced resource, that one is removed.
 */
function retaking(
    request: CreateRequest,
    {
        state,
        run,
        inputs: { retainOnDelete },
    }: { readonly state: SnapshotOutputs; readonly run: SnapshotRun; readonly inputs: FleetInputs },
    earlier: EarlierRuns,
): InstanceWork {
    const { invokeId } = run;
    const others = earlier.runs.filter((other) => other.invokeId !== invokeId);
    const { run: takeNew } = taking(request, { ...earlier, runs: others, resumed: undefined });
    return {
        request,
        isUnderWay: true,
        earlier: others,
        run: async (context, services) => {
            if (retainOnDelete !== false) {
                const { instanceId } = request.specification;
                context.log.warn(
                    `An unfinished snapshot of ${instanceId} is retained: invocation ${invokeId}.`,
                );
            } else if (
                !isAdopted(state, services.memory) &&
                (await removeOwn(context, invokeId, state, run, services.memory))
            ) {
                await services.closing.noteGone(context, run);
            }
            return takeNew(context, services);
        },
    };
}

/** Returns the work that finalizes the group that the state holds. */
function finishing(request: CreateRequest, state: SnapshotOutputs): InstanceWork {
    const { specification, inputs, ownerToken } = request;
    return {
        request,
        isUnderWay: true,
        earlier: [],
        run: async (context) => {
            const { pending, snapshotGroupId = "" } = state;
            if (pending === undefined) {
                throw new Error("There is nothing to finish.");
            }
            const result = await finalizeHeld(context, snapshotGroupId, { state, pending }, inputs);
            const { invokeId, previousOwner = ownerToken } = pending;
            const tags = [ownerTag(ownerToken), stateTag("handed")];
            return {
                results: new Map([[specification.instanceId, result]]),
                handings: [{ invokeId, tags, previousOwner, isHeld: false }],
            };
        },
    };
}

/** Changes the names and descriptions that differ from the program; returns the errors. */
async function renameAll(
    context: Context,
    { instances }: FleetRequest,
    { plan, held }: Planned,
    parts: FleetParts,
): Promise<ReadonlyMap<string, AppSnapshotError>> {
    const errors = new Map<string, AppSnapshotError>();
    const wanted = new Set(plan.rename);
    const requests = instances.filter(({ inputs }) => wanted.has(inputs.instanceId));
    await mapConcurrently(requests, parallelInstances, async ({ inputs }) => {
        const { instanceId } = inputs;
        const before = held.finished(instanceId);
        if (before?.snapshotGroupId === undefined) {
            return;
        }
        try {
            parts.setSnapshot(instanceId, await rename(context, before.snapshotGroupId, before, inputs));
        } catch (thrown) {
            const error = asAppSnapshotError(thrown, instanceId);
            errors.set(instanceId, error);
            parts.fail(instanceId, error);
        }
    });
    return errors;
}

/** Deletes the groups that newer ones of their instances replaced; returns the warnings about those that remain. */
async function deleteReplacedGroups(
    context: Context,
    held: FleetState,
    parts: FleetParts,
    memory: StateMemory,
): Promise<string[]> {
    const { left, warnings } = await deleteReplaced(context, held, parts.superseded, memory);
    parts.superseded = [...left];
    warnAll(context.log, warnings);
    return [...warnings];
}

/** Deletes the snapshots of instances that the program no longer names; returns the errors. */
async function removeUnnamed(
    context: Context,
    { plan, state }: { readonly plan: FleetPlan; readonly state: FleetOutputs },
    parts: FleetParts,
    memory: StateMemory,
): Promise<ReadonlyMap<string, AppSnapshotError>> {
    const { errors } = await removeInstances(context, state, plan.remove, memory);
    for (const instanceId of plan.remove) {
        const error = errors.get(instanceId);
        if (error === undefined) {
            parts.remove(instanceId);
        } else {
            parts.fail(instanceId, error);
        }
    }
    return errors;
}

/**
 * Releases the snapshots that would be deleted without the option `retainOnDelete`.
 *
 * @returns a warning if the fleet does not know whether the option is set; in doubt nothing is deleted.
 */
function retainOld(
    context: Context,
    {
        inputs,
        plan,
        state,
    }: { readonly inputs: FleetInputs; readonly plan: FleetPlan; readonly state: FleetOutputs },
    parts: FleetParts,
): string[] {
    const isAnything = plan.remove.length + parts.superseded.length > 0;
    for (const { snapshotGroupId, instanceId } of parts.superseded) {
        context.log.info(`${snapshotGroupId} of ${instanceId} is retained`);
    }
    if (inputs.keepLast !== undefined) {
        // As those of a replaced resource, they are deleted once there are enough newer ones.
        const { ownerToken } = state;
        parts.earlier = [
            ...parts.superseded.map((group) => ({ ...group, ownerToken })),
            ...(parts.earlier ?? []),
        ];
    }
    parts.superseded = [];
    for (const instanceId of plan.remove) {
        retain(context, instanceId, state);
        parts.remove(instanceId);
    }
    if (!isAnything || inputs.retainOnDelete === true) {
        return [];
    }
    const warning =
        "Old snapshots are retained, because a fleet can't see whether its parent has the option retainOnDelete. " +
        "Set it on the fleet itself, to true or to false.";
    warnAll(context.log, [warning]);
    return [warning];
}

/** Says what is retained of an instance that the program no longer names. */
function retain(context: Context, instanceId: string, { snapshots, unfinished = {} }: FleetOutputs): void {
    const { snapshotGroupId } = snapshots[instanceId] ?? {};
    const { snapshotGroupId: unfinishedId, invokeId = "" } = unfinished[instanceId] ?? {};
    if (snapshotGroupId !== undefined) {
        context.log.info(`${snapshotGroupId} of ${instanceId} is retained`);
    }
    if (instanceId in unfinished) {
        context.log.warn(
            `An unfinished snapshot of ${instanceId} is retained: ${unfinishedId ?? `invocation ${invokeId}`}.`,
        );
    }
}
