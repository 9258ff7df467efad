import type { Context } from "../../cloud/context";
import { fleetDifference } from "../../core/fleet/diff";
import { FleetMemory } from "../../core/fleet/fleet-memory";
import { fleetInvokeIds, type FleetOutputs } from "../../core/fleet/fleet-outputs";
import { checkFleetInputs } from "../../core/inputs/check-fleet";
import { type FleetInputs, plainFleet } from "../../core/inputs/fleet-inputs";
import { fleetWords } from "../../core/lifecycle/region-note";
import { warnAll } from "../../runtime/logger";
import { cloudWork } from "./late-cloud-work";
import { dynamicProvider, type DynamicResourceProvider, type RecordingTask } from "./provider";
import { withSecretReports } from "./secrets";
import type { Session } from "./session";
import { noteIfNew } from "./snapshot-provider";

/** Connects the engine's calls for `AppConsistentSnapshotFleet` to the core. */
export function appConsistentSnapshotFleetProvider(session: Session): DynamicResourceProvider {
    const memory = new FleetMemory(session.memory);
    return dynamicProvider<FleetInputs, FleetOutputs>(session, {
        inputsFrom: plainFleet,
        stateFrom: (values) => plainFleet(values) as unknown as FleetOutputs,
        withSecrets: withSecretReports,
        idOf: ({ fleetId }) => fleetId,
        check: checkFleetInputs,
        difference: fleetDifference,
        isUnfinished: ({ failures, unfinished = {} }) =>
            Object.keys(failures).length + Object.keys(unfinished).length > 0,
        regionWords: fleetWords,
        create: (context, inputs) => cloudWork().createFleet(context, inputs, memory),
        read: (context, id, state) => cloudWork().readFleet(context, id, state),
        update: (context, id, state, inputs) => cloudWork().updateFleet(context, id, state, inputs, memory),
        remove: (context, id, state) => cloudWork().removeFleet(context, id, state, memory),
        noteInputs: (olds, news) => {
            noteIfNew(session.memory, olds, news);
        },
        noteState: (state) => {
            memory.note(state);
        },
        noteComparison: (state, inputs) => {
            memory.noteReplaced(inputs.resourceUrn, state);
        },
        noteDeletion: (state) => {
            // A replacement that deletes first may come without a comparison.
            const { resourceUrn } = state;
            if (memory.replacedBy(resourceUrn) === undefined && !session.memory.isNewResource(resourceUrn)) {
                memory.noteReplaced(resourceUrn, state);
            }
        },
        createdRuns: (inputs, outputs) => recordingOf(inputs, outputs, new Set()),
        updatedRuns: (before, outputs, inputs) => recordingOf(inputs, outputs, committedBy(before)),
    });
}

/**
 * Returns the runs that are committed because the engine has shown the state before an update. The runs of its
 * unfinished snapshots are handed over again by the update.
 */
function committedBy(before: FleetOutputs): ReadonlySet<string> {
    const again = new Set(Object.values(before.unfinished ?? {}).map(({ invokeId }) => invokeId));
    return new Set(fleetInvokeIds(before).filter((invokeId) => !again.has(invokeId)));
}

/**
 * Returns the task for when the engine has recorded a fleet: to commit the runs that no state has shown yet. The others
 * may belong to another resource by now, and are committed only as long as they do not.
 */
export function recordingOf(
    { keepLast }: FleetInputs,
    outputs: FleetOutputs,
    shown: ReadonlySet<string>,
): RecordingTask | undefined {
    const invokeIds = fleetInvokeIds(outputs).filter((invokeId) => !shown.has(invokeId));
    if (invokeIds.length === 0) {
        return undefined;
    }
    const afterwards = async (context: Context): Promise<void> => {
        const { requested, warnings } = await cloudWork().deleteFleetExcess(context, outputs, keepLast);
        warnAll(context.log, warnings);
        if (requested + warnings.length > 0) {
            cloudWork().logFleetSuccess(context.log, outputs);
        }
    };
    return { key: outputs.recordingId, invokeIds, afterwards };
}
