import type { Context } from "../../cloud/context";
import { type FleetInputs } from "../inputs/fleet-inputs";
import { fleetError, problemsOf, UnfinishedFleet } from "./fleet-error";
import { taking } from "./fleet-lives";
import { FleetMemory } from "./fleet-memory";
import { type FleetOutputs, isEmptyFleet, keptFleetInputs } from "./fleet-outputs";
import { FleetParts } from "./fleet-parts";
import { fleetRequest } from "./fleet-request";
import { finishedWithHistory, fleetHistory } from "./fleet-retention";
import { clearOthers, earlierRunsOf, fleetRuns } from "./fleet-runs";
import { FleetState } from "./fleet-state";
import { logFleetSuccess } from "./log-fleet-success";
import { takeFleet } from "./take-fleet";

/**
 * Takes the snapshots of a fleet, or adopts those that an earlier run started for it.
 *
 * @param memory the known states of the stack.
 * @returns the outputs of a complete fleet. Its runs are handed over, and must be committed once the engine has
 * recorded the outputs.
 * @throws AppSnapshotError if there is no snapshot, and nothing is left of a run.
 * @throws UnfinishedFleet if not all instances have a finished snapshot, but something exists that the state must
 * record.
 */
export async function createFleet(
    context: Context,
    inputs: FleetInputs,
    memory: FleetMemory = new FleetMemory(),
): Promise<FleetOutputs> {
    const ids = {
        fleetId: `fleet-${context.newId().replace(/-/g, "").slice(0, 16)}`,
        ownerToken: context.newId(),
    };
    const fleet = fleetRequest(context, inputs, ids);
    const predecessor = memory.replacedBy(inputs.resourceUrn);
    const { states } = memory;
    const runs = await fleetRuns(context, fleet, states, {
        resumed: new Map(),
        isStateKnown: states.isNewResource(inputs.resourceUrn) || predecessor !== undefined,
    });
    const left = await clearOthers(context, fleet, runs, states);
    const works = fleet.instances.map((request) =>
        taking(request, earlierRunsOf(request.specification.instanceId, runs, states)),
    );
    const { results, others, errors, warnings } = await takeFleet(context, fleet, works, {
        memory: states,
        hasState: false,
        others: left,
    });
    const before = predecessor === undefined ? undefined : new FleetState(predecessor);
    const history = fleetHistory(fleet, before, states.isNewResource(inputs.resourceUrn));
    const parts = new FleetParts();
    const finished = await finishedWithHistory(context, fleet, results, history);
    parts.addAll(fleet, context.regionId, { results, others, errors, finished });
    for (const [instanceId, { earlier }] of history) {
        if (earlier.length > 0 && results.get(instanceId)?.state !== "finished") {
            parts.setEarlier(instanceId, earlier);
        }
    }
    const outputs: FleetOutputs = {
        ...keptFleetInputs(inputs, context.regionId),
        ...ids,
        recordingId: context.newId(),
        ...parts.outputs(),
        warnings,
    };
    const problems = problemsOf([results, others], errors);
    if (problems.size === 0) {
        logFleetSuccess(context.log, outputs);
        return outputs;
    }
    const reason = fleetError(problems, fleet);
    throw isEmptyFleet(outputs) ? reason : new UnfinishedFleet(ids.fleetId, outputs, reason);
}
