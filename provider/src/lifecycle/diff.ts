import { canonicalJson } from "../cloud-assistant/attempt";
import type { SnapshotInputs } from "../inputs/inputs";
import { specify } from "../inputs/specification";
import { isUnknown } from "../inputs/unknown";
import { satisfies } from "../snapshot-group/consistency";
import { definitionOf } from "./definition";
import type { SnapshotOutputs } from "./outputs";

/** What has to be done so that a snapshot is as its program wants it. */
export type Difference =
    | { readonly kind: "none" }
    /** Changed in place, without a new snapshot. */
    | { readonly kind: "update"; readonly inputs: readonly string[] }
    /** Taken anew; the old one is deleted afterwards. */
    | { readonly kind: "replace"; readonly inputs: readonly string[] };

/**
 * Compares the state of a snapshot with the inputs of its program; pure. Values that are not known yet count as
 * changed.
 */
export function difference(state: SnapshotOutputs, inputs: SnapshotInputs): Difference {
    const before = definitionOf(state as unknown as SnapshotInputs);
    const after = definitionOf(inputs);
    const redefined = Object.keys(after).filter(
        (key) => canonicalJson(before[key]) !== canonicalJson(after[key]),
    );
    if (moved(state, inputs)) {
        redefined.push("regionId");
    }
    if (fallsShort(state, inputs)) {
        redefined.push("requiredConsistency");
    }
    if (redefined.length > 0) {
        return { kind: "replace", inputs: redefined };
    }
    // Both are put right by taking the attempt up again: a group gets its proper id only by that, and a failed
    // one has to make way for a new one.
    if (state.pending?.phase === "running" || state.pending?.phase === "failed") {
        return { kind: "replace", inputs: ["snapshotGroupId"] };
    }
    const changed = (["snapshotGroupName", "description"] as const).filter(
        (key) => inputs[key] !== undefined && inputs[key] !== state[key],
    );
    if (state.pending !== undefined || changed.length > 0) {
        return { kind: "update", inputs: changed };
    }
    return { kind: "none" };
}

/** Without a regionId the resource stays in the region it was created in. */
function moved(state: SnapshotOutputs, inputs: SnapshotInputs): boolean {
    return (
        inputs.regionId !== undefined && state.regionId !== undefined && inputs.regionId !== state.regionId
    );
}

/** A program that now asks for more than the snapshot is gets a new one, unless it accepts less anyway. */
function fallsShort(state: SnapshotOutputs, inputs: SnapshotInputs): boolean {
    if (state.consistency === undefined || isUnknown(inputs.requiredConsistency)) {
        return false;
    }
    const { requiredConsistency, onDegraded } = specify(inputs);
    return onDegraded === "fail" && !satisfies(state.consistency, requiredConsistency);
}
