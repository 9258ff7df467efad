import { createFleet } from "../../core/fleet/create";
import { removeFleet } from "../../core/fleet/delete";
import { fleetDifference } from "../../core/fleet/diff";
import { fleetInvokeIds, type FleetOutputs } from "../../core/fleet/fleet-outputs";
import { readFleet } from "../../core/fleet/read";
import { updateFleet } from "../../core/fleet/update";
import { checkFleetInputs } from "../../core/inputs/check-fleet";
import { type FleetInputs, plainFleet } from "../../core/inputs/fleet-inputs";
import { fleetRegionNote } from "../../core/lifecycle/region-note";
import { dynamicProvider, type DynamicResourceProvider, type RecordingTask } from "./provider";
import { withSecretReports } from "./secrets";
import type { Session } from "./session";

/** Connects the engine's calls for `AppConsistentSnapshotFleet` to the core. */
export function appConsistentSnapshotFleetProvider(session: Session): DynamicResourceProvider {
    const { memory } = session;
    return dynamicProvider<FleetInputs, FleetOutputs>(session, {
        inputsFrom: plainFleet,
        stateFrom: (values) => plainFleet(values) as unknown as FleetOutputs,
        withSecrets: withSecretReports,
        idOf: ({ fleetId }) => fleetId,
        check: checkFleetInputs,
        difference: fleetDifference,
        regionNote: fleetRegionNote,
        create: (context, inputs) => createFleet(context, inputs, memory),
        read: (context, id, state) => readFleet(context, id, state, memory),
        update: (context, id, state, inputs) => updateFleet(context, id, state, inputs, memory),
        remove: (context, id, state) => removeFleet(context, id, state, memory),
        noteState: (state) => {
            memory.noteRuns(fleetInvokeIds(state), state.ownerToken, state.regionId);
        },
        createdRuns: (_inputs, outputs) => newRuns(outputs, new Set()),
        updatedRuns: (before, outputs) => newRuns(outputs, new Set(fleetInvokeIds(before))),
    });
}

/**
 * Returns the runs that no state has shown yet. The others may belong to another resource by now, and are committed
 * only as long as they are not.
 */
export function newRuns(outputs: FleetOutputs, shown: ReadonlySet<string>): RecordingTask | undefined {
    const invokeIds = fleetInvokeIds(outputs).filter((invokeId) => !shown.has(invokeId));
    const { recordingId: key } = outputs;
    return key === undefined || invokeIds.length === 0 ? undefined : { key, invokeIds };
}
