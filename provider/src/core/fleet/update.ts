import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { mapConcurrently } from "../../runtime/map-concurrently";
import type { FleetInputs } from "../inputs/fleet-inputs";
import { UnfinishedSnapshot } from "../lifecycle/unfinished-snapshot";
import { amend } from "../lifecycle/update";
import { deletionError, fleetError, problemsOf, UnfinishedFleet } from "./fleet-error";
import { FleetMemory } from "./fleet-memory";
import { type FleetOutputs, keptFleetInputs } from "./fleet-outputs";
import { FleetParts } from "./fleet-parts";
import { planOf } from "./fleet-plan";
import { type FleetRequest, fleetRequest } from "./fleet-request";
import { deleteFleetExcess, finishedWithHistory, ownHistory, parallelInstances } from "./fleet-retention";
import { clearOthers } from "./fleet-runs";
import { FleetState } from "./fleet-state";
import { type Planned, runsToContinue, worksOf } from "./fleet-works";
import { logFleetSuccess } from "./log-fleet-success";
import { deleteReplacedGroups, removeUnnamed, retainOld } from "./old-snapshots";
import { takeFleet } from "./take-fleet";

/**
 * Brings a fleet in line with its program: takes the missing snapshots, finishes unfinished ones, changes names,
 * descriptions and tags, and, once all that has succeeded, deletes the snapshots of instances that the program no longer names.
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
    for (const instanceId of plan.take.filter((one) => held.inputsOf(one) === undefined)) {
        parts.setAside(instanceId, state.regionId);
    }
    parts.addAll(fleet, context.regionId, { results, others, errors, finished });
    const problems = new Map([
        ...problemsOf([results, others], errors),
        ...(await amendAll(context, fleet, { plan, held }, parts)),
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

/** Changes the names, descriptions and tags that differ from the program; returns the errors. */
async function amendAll(
    context: Context,
    { instances }: FleetRequest,
    { plan, held }: Planned,
    parts: FleetParts,
): Promise<ReadonlyMap<string, AppSnapshotError>> {
    const errors = new Map<string, AppSnapshotError>();
    const wanted = new Set(plan.amend);
    const requests = instances.filter(({ inputs }) => wanted.has(inputs.instanceId));
    await mapConcurrently(requests, parallelInstances, async ({ inputs }) => {
        const { instanceId } = inputs;
        const before = held.finished(instanceId);
        if (before?.snapshotGroupId === undefined) {
            return;
        }
        try {
            parts.setSnapshot(instanceId, await amend(context, before.snapshotGroupId, before, inputs));
        } catch (thrown) {
            const isPartial = thrown instanceof UnfinishedSnapshot;
            const error = isPartial ? thrown.reason : asAppSnapshotError(thrown, instanceId);
            if (isPartial) {
                parts.refreshSnapshot(instanceId, thrown.outputs);
            }
            errors.set(instanceId, error);
            parts.fail(instanceId, error);
        }
    });
    return errors;
}
