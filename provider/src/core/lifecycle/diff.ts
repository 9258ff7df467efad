import { canonicalJson } from "../../runtime/json";
import { definitionOf } from "../inputs/definition";
import type { SnapshotInputs } from "../inputs/inputs";
import { specify } from "../inputs/specification";
import { isUnknown } from "../inputs/unknown";
import { satisfies } from "../snapshot-group/consistency";
import { amendedInputs, amendmentReasons } from "./amendment";
import type { SnapshotOutputs } from "./outputs";

/** The change that brings a snapshot in line with its program. */
export type Difference =
    | { readonly kind: "none" }
    /** Changed in place, without a new snapshot. */
    | Change<"update">
    /** A new snapshot; the old one is deleted afterwards. */
    | Change<"replace">;

interface Change<Kind extends string> {
    readonly kind: Kind;
    /** The inputs that differ or, if none does, the outputs that need the change. */
    readonly inputs: readonly string[];
    /** A sentence for each reason that the program does not show: differences in the cloud, or an earlier update. */
    readonly reasons: readonly string[];
}

/**
 * Compares a snapshot's state with the inputs of its program. Values that are not known yet count as changed. Pure.
 */
export function difference(state: SnapshotOutputs, inputs: SnapshotInputs): Difference {
    const before = definitionOf(state as unknown as SnapshotInputs);
    const after = definitionOf(inputs);
    const redefined = Object.keys(after).filter(
        (key) => canonicalJson(before[key]) !== canonicalJson(after[key]),
    );
    if (hasMoved(state, inputs)) {
        redefined.push("regionId");
    }
    const reasons: string[] = [];
    if (isInsufficient(state, inputs)) {
        redefined.push("requiredConsistency");
        reasons.push(`It is ${state.consistency ?? "crash"}-consistent, which is no longer sufficient.`);
    }
    if (redefined.length > 0) {
        return { kind: "replace", inputs: redefined, reasons };
    }
    // Both need a replacement: a resource gets the id of its group only by one, and a failed group needs a successor.
    if (state.pending?.phase === "running") {
        const reason = `To be adopted: the run of an earlier update, invocation ${state.pending.invokeId}.`;
        return { kind: "replace", inputs: ["snapshotGroupId"], reasons: [reason] };
    }
    if (state.pending?.phase === "failed") {
        const reason = `To be taken again: the snapshot of an earlier update failed (${state.pending.reason}).`;
        return { kind: "replace", inputs: ["snapshotGroupId"], reasons: [reason] };
    }
    const missing = state.missingSnapshotIds ?? [];
    if (missing.length > 0) {
        const reason = `To be taken again: these of its snapshots were deleted outside of Pulumi: ${missing.join(", ")}.`;
        return { kind: "replace", inputs: ["snapshots"], reasons: [reason] };
    }
    const amended = amendedInputs(state, inputs);
    if (state.pending !== undefined || amended.length > 0) {
        return { kind: "update", inputs: amended, reasons: amendmentReasons(state, inputs) };
    }
    return { kind: "none" };
}

/** Tells whether the program names another region. Without a regionId, the snapshot stays in its region. */
export function hasMoved(
    state: Pick<SnapshotOutputs, "regionId">,
    inputs: Pick<SnapshotInputs, "regionId">,
): boolean {
    return (
        inputs.regionId !== undefined && state.regionId !== undefined && inputs.regionId !== state.regionId
    );
}

/** Tells whether the program now requires more consistency than the snapshot has, and does not accept less. */
export function isInsufficient(state: Pick<SnapshotOutputs, "consistency">, inputs: SnapshotInputs): boolean {
    if (state.consistency === undefined || isUnknown(inputs.requiredConsistency)) {
        return false;
    }
    const { requiredConsistency, onDegraded } = specify(inputs);
    return onDegraded === "fail" && !satisfies(state.consistency, requiredConsistency);
}
