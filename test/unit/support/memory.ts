import type { SnapshotOutputs } from "../../../provider/src/core/lifecycle/outputs";
import { StateMemory } from "../../../provider/src/core/lifecycle/state-memory";
import { urn } from "./samples";

/** Returns the memory of a process to which the engine has shown these states. */
export function memoryOf(...states: readonly SnapshotOutputs[]): StateMemory {
    const memory = new StateMemory();
    for (const state of states) {
        memory.note({ regionId: "cn-hangzhou", ...state });
    }
    return memory;
}

/** Returns the same for a process whose next create replaces the resource with that state. */
export function memoryOfPredecessor(state: SnapshotOutputs, resourceUrn = urn): StateMemory {
    const memory = memoryOf(state);
    memory.notePredecessor(resourceUrn, state);
    return memory;
}
