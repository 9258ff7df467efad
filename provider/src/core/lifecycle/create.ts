import type { Context } from "../../cloud/context";
import type { SnapshotInputs } from "../inputs/inputs";
import { onlyResult } from "../run/snapshot-result";
import { createRequest } from "./create-request";
import { earlierRuns } from "./earlier-runs";
import { withInstanceLock } from "./instance-lock";
import { logSuccess } from "./log-success";
import { startNewRun } from "./new-run";
import { type FinishedOutputs, keptInputs } from "./outputs";
import { historyFor, keepLast } from "./retention";
import { RunClosing } from "./run-closing";
import { StateMemory } from "./state-memory";
import { handOverAll, take } from "./take";
import { outputsOrThrow } from "./unfinished-snapshot";

/**
 * Takes the snapshot, or adopts one that an earlier run started for the same resource and the same inputs.
 *
 * @param memory the known states of the stack. A snapshot that they hold is never adopted.
 * @returns the outputs of a finished snapshot. Its run is handed over, and must be committed once the engine has
 * recorded the outputs.
 * @throws AppSnapshotError if there is no snapshot, and nothing is left of a run.
 * @throws UnfinishedSnapshot if something exists that the state must record.
 */
export async function create(
    context: Context,
    inputs: SnapshotInputs,
    memory: StateMemory = new StateMemory(),
): Promise<FinishedOutputs> {
    const request = createRequest(context, inputs);
    const kept = keptInputs(inputs, context.regionId);
    const history = historyFor(inputs, memory.predecessorOf(inputs.resourceUrn));
    return withInstanceLock(context, inputs.instanceId, async () => {
        const earlier = await earlierRuns(context, request, memory);
        const services = { memory, closing: new RunClosing(), start: startNewRun };
        const found = await take(context, request, earlier, services);
        const results = await handOverAll(context, found, memory);
        const taken = outputsOrThrow(onlyResult(results), kept, history.earlier);
        const outputs = await keepLast(context, request, taken, history);
        logSuccess(context.log, outputs);
        return outputs;
    });
}
