import type { Context } from "../../cloud/context";
import type { SnapshotInputs } from "../inputs/inputs";
import { soleOf } from "../run/snapshot-result";
import { adopt } from "./adopt";
import { createRequest } from "./create-request";
import { withInstance } from "./instance-lock";
import { keptInputs, type SnapshotOutputs } from "./outputs";
import { historyFor, keepLast } from "./retention";
import { StateMemory } from "./state-memory";
import { sayTaken } from "./success";
import { takeNew } from "./take-new";
import { outputsOrThrow } from "./unfinished";

/**
 * Takes the snapshot, or adopts one that an earlier run began for the same resource and the same inputs.
 *
 * @param memory what is known of the stack's state. What that is known to hold is never adopted.
 * @returns the outputs of a finished snapshot. Its run is handed over: it is to be committed once the engine has
 * recorded the outputs.
 * @throws AppSnapshotError when there is no snapshot, and nothing is left of a run.
 * @throws UnfinishedSnapshot when something exists that the state has to remember.
 */
export async function create(
    context: Context,
    inputs: SnapshotInputs,
    memory: StateMemory = new StateMemory(),
): Promise<SnapshotOutputs> {
    const request = createRequest(context, inputs);
    const kept = keptInputs(inputs, context.regionId);
    const history = historyFor(inputs, memory.predecessorOf(inputs.resourceUrn));
    return withInstance(context, inputs.instanceId, async () => {
        const { results: adopted, warnings } = await adopt(context, request, memory);
        const results = adopted.size > 0 ? adopted : await takeNew(context, request, warnings);
        const taken = outputsOrThrow(soleOf(results), kept, history.earlier);
        const outputs = await keepLast(context, request, taken, history);
        sayTaken(context.log, outputs);
        return outputs;
    });
}
