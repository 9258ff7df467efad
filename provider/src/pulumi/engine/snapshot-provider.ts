import type { Context } from "../../cloud/context";
import { checkInputs } from "../../core/inputs/check";
import type { SnapshotInputs } from "../../core/inputs/inputs";
import { plain } from "../../core/inputs/plain";
import { difference } from "../../core/lifecycle/diff";
import type { FinishedOutputs, SnapshotOutputs } from "../../core/lifecycle/outputs";
import { snapshotWords } from "../../core/lifecycle/region-note";
import type { StateMemory } from "../../core/lifecycle/state-memory";
import { warnAll } from "../../runtime/logger";
import { cloudWork } from "./late-cloud-work";
import { dynamicProvider, type DynamicResourceProvider, type RecordingTask, type Values } from "./provider";
import { withSecretMessages } from "./secrets";
import type { Session } from "./session";

/** Connects the engine's calls for `AppConsistentSnapshot` to the core. */
export function appConsistentSnapshotProvider(session: Session): DynamicResourceProvider {
    const { memory } = session;
    return dynamicProvider<SnapshotInputs, SnapshotOutputs, FinishedOutputs>(session, {
        inputsFrom: (values) => plain(values) as unknown as SnapshotInputs,
        stateFrom: plain,
        withSecrets: withSecretMessages,
        idOf: ({ snapshotGroupId }) => snapshotGroupId,
        check: checkInputs,
        difference,
        isUnfinished: ({ pending }) => pending !== undefined,
        regionWords: snapshotWords,
        create: async (context, inputs) => {
            const outputs = await cloudWork().create(context, inputs, memory);
            memory.noteTaken(inputs.resourceUrn, outputs);
            return outputs;
        },
        read: (context, id, state) => cloudWork().read(context, id, state),
        update: (context, id, state, inputs) => cloudWork().update(context, id, state, inputs),
        remove: async (context, id, state) => {
            await cloudWork().remove(context, id, state, memory);
            // The row of a replaced resource ends with its new snapshot.
            const successor = memory.takenBy(state.resourceUrn);
            if (successor !== undefined) {
                cloudWork().logSuccess(context.log, successor);
            }
        },
        noteInputs: (olds, news) => {
            noteIfNew(memory, olds, news);
        },
        noteState: (state) => {
            memory.note(state);
        },
        noteComparison: (state, inputs) => {
            // The next snapshot succeeds it, even if its name, instance or region has changed.
            memory.notePredecessor(inputs.resourceUrn, state);
        },
        noteDeletion: (state) => {
            passOnEarlierGroups(memory, state);
        },
        createdRuns: recordingOf,
    });
}

/** Remembers a resource that the engine did not know: only such a one has no old inputs. */
export function noteIfNew(memory: StateMemory, olds: Values, news: Values): void {
    const { resourceUrn } = plain(news) as Partial<SnapshotInputs>;
    if (Object.keys(plain(olds)).length === 0 && resourceUrn !== undefined) {
        memory.noteNewResource(resourceUrn);
    }
}

/** Passes on what a resource held, if a replacement deletes first without a call of `diff`. */
function passOnEarlierGroups(memory: StateMemory, state: SnapshotOutputs): void {
    const { resourceUrn, earlierSnapshotGroups = [] } = state;
    // The URN in its outputs may belong to another resource by now.
    if (memory.predecessorOf(resourceUrn) === undefined && !memory.isNewResource(resourceUrn)) {
        memory.notePredecessor(resourceUrn, { earlierSnapshotGroups });
    }
}

function recordingOf({ keepLast }: SnapshotInputs, outputs: FinishedOutputs): RecordingTask | undefined {
    const { invokeId } = outputs;
    if (invokeId === undefined) {
        return undefined;
    }
    const afterwards = async (context: Context): Promise<void> => {
        if (keepLast !== undefined) {
            const { requested, warnings } = await cloudWork().deleteSuperseded(context, outputs, keepLast);
            warnAll(context.log, warnings);
            if (requested + warnings.length > 0) {
                cloudWork().logSuccess(context.log, outputs);
            }
        }
    };
    return { key: invokeId, invokeIds: [invokeId], afterwards };
}
