import type { Context } from "../../cloud/context";
import { omit } from "../../runtime/json";
import { mapConcurrently } from "../../runtime/map-concurrently";
import { read } from "../lifecycle/read";
import { type FleetOutputs, isEmptyFleet } from "./fleet-outputs";
import { FleetParts } from "./fleet-parts";
import { parallelInstances } from "./fleet-retention";
import { FleetState } from "./fleet-state";

/**
 * Reads the current state of a fleet in the cloud. Unfinished snapshots are left to the next update.
 *
 * @returns undefined if nothing of it exists any more.
 */
export async function readFleet(
    context: Context,
    _id: string,
    state: FleetOutputs,
): Promise<FleetOutputs | undefined> {
    const held = new FleetState(state);
    const parts = new FleetParts(state);
    Object.assign(parts.failures, state.failures);
    await mapConcurrently(Object.keys(state.snapshots), parallelInstances, async (instanceId) => {
        const known = held.finished(instanceId);
        if (known?.snapshotGroupId === undefined) {
            return;
        }
        const found = await read(context, known.snapshotGroupId, known);
        if (found === undefined) {
            parts.removeSnapshot(instanceId);
        } else {
            parts.refreshSnapshot(instanceId, found);
            parts.setMissing(instanceId, found.missingSnapshotIds ?? []);
        }
    });
    const outputs = { ...withoutParts(state), ...parts.outputs() };
    return isEmptyFleet(outputs) ? undefined : outputs;
}

/** Removes the outputs that the parts may lack, so that the state does not keep old values. */
function withoutParts(state: FleetOutputs): Omit<FleetOutputs, (typeof optionalParts)[number]> {
    return omit(state, ...optionalParts);
}

const optionalParts = [
    "consistency",
    "unfinished",
    "missingSnapshotIds",
    "supersededSnapshotGroups",
    "earlierSnapshotGroups",
] as const satisfies readonly (keyof FleetOutputs)[];
