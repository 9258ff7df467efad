import { StateMemory } from "../lifecycle/state-memory";
import { fleetInvokeIds, type FleetOutputs } from "./fleet-outputs";

/** The states of fleets that the engine has shown to this process. */
export class FleetMemory {
    private readonly replaced = new Map<string, FleetOutputs>();

    /** @param states of all resources, which the fleets add to. */
    constructor(readonly states: StateMemory = new StateMemory()) {}

    /** Records a state that the engine has shown. */
    note(state: FleetOutputs): void {
        this.states.noteRuns(fleetInvokeIds(state), state.ownerToken, state.regionId);
    }

    /** Records that a state no longer holds its runs. */
    forget(state: FleetOutputs): void {
        const { ownerToken } = state;
        for (const invokeId of fleetInvokeIds(state)) {
            this.states.forget({ invokeId, ownerToken });
        }
    }

    /** Records the state that is replaced next, by the URN of its successor. */
    noteReplaced(resourceUrn: string | undefined, state: FleetOutputs): void {
        if (resourceUrn !== undefined) {
            this.replaced.set(resourceUrn, state);
        }
    }

    /** Returns the state that is replaced; undefined for a new resource, or before a forced replacement. */
    replacedBy(resourceUrn: string | undefined): FleetOutputs | undefined {
        return this.replaced.get(resourceUrn ?? "");
    }
}
