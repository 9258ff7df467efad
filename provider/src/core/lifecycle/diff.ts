import { canonicalJson } from "../../runtime/json";
import type { SnapshotInputs } from "../inputs/inputs";
import { specify } from "../inputs/specification";
import { isUnknown } from "../inputs/unknown";
import { satisfies } from "../snapshot-group/consistency";
import { definitionOf } from "../inputs/definition";
import type { SnapshotOutputs } from "./outputs";

/** What has to be done so that a snapshot is as its program wants it. */
export type Difference =
    | { readonly kind: "none" }
    /** Changed in place, without a new snapshot. */
    | Change<"update">
    /** Taken anew; the old one is deleted afterwards. */
    | Change<"replace">;

interface Change<Kind extends string> {
    readonly kind: Kind;
    /** The inputs, or where none differs the outputs, that it is for. */
    readonly inputs: readonly string[];
    /** A sentence for each reason that does not show in the program: what the cloud or an earlier update left. */
    readonly because: readonly string[];
}

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
    const because: string[] = [];
    if (fallsShort(state, inputs)) {
        redefined.push("requiredConsistency");
        because.push(`It is ${state.consistency ?? "crash"}-consistent, which is no longer sufficient.`);
    }
    if (redefined.length > 0) {
        return { kind: "replace", inputs: redefined, because };
    }
    // Both are put right by a replacement: a group gets its proper id only by that, and a failed one has to make
    // way for a new one.
    if (state.pending?.phase === "running") {
        const because = `To be adopted: the run of an earlier update, invocation ${state.pending.invokeId}.`;
        return { kind: "replace", inputs: ["snapshotGroupId"], because: [because] };
    }
    if (state.pending?.phase === "failed") {
        const because = `To be taken again: the snapshot of an earlier update failed (${state.pending.reason}).`;
        return { kind: "replace", inputs: ["snapshotGroupId"], because: [because] };
    }
    const missing = state.missingSnapshotIds ?? [];
    if (missing.length > 0) {
        const because = `To be taken again: these of its snapshots were deleted outside of Pulumi: ${missing.join(", ")}.`;
        return { kind: "replace", inputs: ["snapshots"], because: [because] };
    }
    const changed = (["snapshotGroupName", "description"] as const).filter(
        (key) => inputs[key] !== undefined && inputs[key] !== state[key],
    );
    if (state.pending !== undefined || changed.length > 0) {
        return {
            kind: "update",
            inputs: changed,
            because: changed.map(
                (key) => `To be changed: the ${key} in the cloud, which differs from the program's.`,
            ),
        };
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
