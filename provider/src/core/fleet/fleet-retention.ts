import type { Context } from "../../cloud/context";
import { mapConcurrently } from "../../runtime/map-concurrently";
import type { SnapshotInputs } from "../inputs/inputs";
import { type FinishedOutputs, finishedOutputs, keptInputs } from "../lifecycle/outputs";
import { deleteSuperseded, type History, historyFor, keepLast } from "../lifecycle/retention";
import type { SnapshotResult } from "../run/snapshot-result";
import type { FleetGroup, FleetOutputs } from "./fleet-outputs";
import type { FleetRequest } from "./fleet-request";
import { FleetState } from "./fleet-state";

/** The number of instances whose snapshots are looked up, renamed or deleted at the same time. */
export const parallelInstances = 100;

/** Returns the history of each instance, from the state of the fleet that is updated. */
export function ownHistory({ instances }: FleetRequest, state: FleetState): ReadonlyMap<string, History> {
    return new Map(instances.map(({ inputs: { instanceId } }) => [instanceId, historyOf(instanceId, state)]));
}

function historyOf(instanceId: string, state: FleetState): History {
    const earlier = state.earlier(instanceId) ?? [];
    // A create that did not finish the instance may not have known the earlier ones.
    return { earlier, isIncomplete: state.finished(instanceId) === undefined && earlier.length === 0 };
}

/** Returns the history of each instance, from the state of the fleet that is replaced. */
export function fleetHistory(
    { instances }: FleetRequest,
    before: FleetState | undefined,
    isNewResource: boolean,
): ReadonlyMap<string, History> {
    return new Map(
        instances.map(({ inputs }) => {
            const { instanceId } = inputs;
            const held = before?.finished(instanceId) ?? before?.unfinished(instanceId);
            const earlier = before?.earlier(instanceId);
            const history = historyFor(inputs, {
                ...held,
                ...(earlier === undefined ? {} : { earlierSnapshotGroups: earlier }),
            });
            // A new resource has no earlier groups.
            return [instanceId, isNewResource ? { ...history, isIncomplete: false } : history];
        }),
    );
}

/** Returns the outputs of the finished snapshots, with the earlier groups of their instances. */
export async function finishedWithHistory(
    context: Context,
    { instances, resource }: FleetRequest,
    results: ReadonlyMap<string, SnapshotResult>,
    history: ReadonlyMap<string, History>,
): Promise<ReadonlyMap<string, FinishedOutputs>> {
    const finished = instances.flatMap(({ inputs }) => {
        const result = results.get(inputs.instanceId);
        return result?.state === "finished" ? [{ inputs, result }] : [];
    });
    const outputs = await mapConcurrently(finished, parallelInstances, ({ inputs, result }) => {
        const taken = finishedOutputs(keptInputs(inputs, context.regionId), result);
        const known = history.get(inputs.instanceId) ?? { earlier: [], isIncomplete: false };
        return keepLast(context, { inputs, resource }, taken, known);
    });
    return new Map(outputs.map((one) => [one.instanceId, one]));
}

/** The outcome of deleting the excess groups of a fleet, see `deleteSuperseded`. */
export interface FleetDeletion {
    /** The earlier groups that still exist, as far as is known. */
    readonly left: readonly FleetGroup[];
    readonly requested: number;
    readonly warnings: readonly string[];
}

/**
 * Requests the deletion of the excess groups of each instance whose newest one the state holds.
 *
 * @param isRecorded tells whether it does. Default: it does for all.
 */
export async function deleteFleetExcess(
    context: Context,
    outputs: FleetOutputs,
    count: SnapshotInputs["keepLast"],
    isRecorded: (instanceId: string) => boolean = () => true,
): Promise<FleetDeletion> {
    const { earlierSnapshotGroups: earlier = [] } = outputs;
    if (count === undefined || earlier.length === 0) {
        return { left: earlier, requested: 0, warnings: [] };
    }
    const state = new FleetState(outputs);
    const instanceIds = [...new Set(earlier.map(({ instanceId }) => instanceId))];
    const deletions = await mapConcurrently(instanceIds, parallelInstances, async (instanceId) => {
        const held = isRecorded(instanceId) ? state.finished(instanceId) : undefined;
        if (held === undefined) {
            const own = earlier.filter((group) => group.instanceId === instanceId);
            return { left: own, requested: 0, warnings: [] };
        }
        const { left, ...others } = await deleteSuperseded(context, held, count);
        return { ...others, left: left.map((group) => ({ ...group, instanceId })) };
    });
    return {
        left: deletions.flatMap(({ left }) => left),
        requested: deletions.reduce((sum, { requested }) => sum + requested, 0),
        warnings: deletions.flatMap(({ warnings }) => warnings),
    };
}
