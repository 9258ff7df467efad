import type { SnapshotInputs } from "../inputs/inputs";
import { amendedInputs } from "../lifecycle/amendment";
import { instancesIn } from "./fleet-outputs";
import type { FleetState } from "./fleet-state";

/** The work that brings a fleet in line with its program, by instance. */
export interface FleetPlan {
    /** Instances of which a snapshot is taken. */
    readonly take: readonly string[];
    /** Instances whose unfinished snapshot is finished. */
    readonly finish: readonly string[];
    /** Instances whose group gets another name, description or tag. */
    readonly amend: readonly string[];
    /** Instances that the program no longer names. */
    readonly remove: readonly string[];
}

/**
 * Compares the state of a fleet with the instances that its program names. Pure.
 *
 * @param named the inputs of these instances.
 */
export function planOf(state: FleetState, named: readonly SnapshotInputs[]): FleetPlan {
    const take: string[] = [];
    const finish: string[] = [];
    const amend: string[] = [];
    for (const inputs of named) {
        const { instanceId } = inputs;
        const unfinished = state.unfinished(instanceId);
        const finished = state.finished(instanceId);
        if (unfinished?.pending?.phase === "finalizing") {
            finish.push(instanceId);
        } else if (
            unfinished !== undefined ||
            finished === undefined ||
            (finished.missingSnapshotIds ?? []).length > 0 ||
            // It was to be removed, and may have been taken for other inputs than those that the state has now.
            state.inputsOf(instanceId) === undefined
        ) {
            take.push(instanceId);
        } else if (amendedInputs(finished, inputs).length > 0) {
            amend.push(instanceId);
        }
    }
    const ids = new Set(named.map(({ instanceId }) => instanceId));
    return { take, finish, amend, remove: instancesIn(state.outputs).filter((id) => !ids.has(id)) };
}

/** Tells whether a plan changes nothing. */
export function isEmptyPlan({ take, finish, amend, remove }: FleetPlan): boolean {
    return take.length + finish.length + amend.length + remove.length === 0;
}
