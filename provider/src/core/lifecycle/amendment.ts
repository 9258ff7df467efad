import type { SnapshotInputs } from "../inputs/inputs";
import { isUnknown } from "../inputs/unknown";
import { isEmptyTagChange, type TagChange, tagChange } from "../snapshot-group/tag-change";
import type { SnapshotOutputs } from "./outputs";

/** The inputs that are changed in place, without a new snapshot. */
export type AmendableInput = "snapshotGroupName" | "description" | "tags";

/** Returns the inputs that differ from what the state holds. Values that are not known yet count as different. Pure. */
export function amendedInputs(state: SnapshotOutputs, inputs: SnapshotInputs): AmendableInput[] {
    const named = (["snapshotGroupName", "description"] as const).filter(
        (key) => inputs[key] !== undefined && inputs[key] !== state[key],
    );
    const isTagged = isUnknown(inputs.tags) || !isEmptyTagChange(tagChangeOf(state, inputs));
    return isTagged ? [...named, "tags"] : named;
}

/** Returns the change of the tags of a finished snapshot. Without any in the program, those that it had are removed. */
export function tagChangeOf(
    { tags: before = {}, snapshots = [], snapshotGroupTags }: SnapshotOutputs,
    { tags: wanted = {} }: Pick<SnapshotInputs, "tags">,
): TagChange {
    const present = [
        ...snapshots.map(({ tags }) => tags),
        ...(snapshotGroupTags === undefined ? [] : [snapshotGroupTags]),
    ];
    return tagChange(present, { before, wanted });
}

/** Returns a sentence for each difference that the program may not show, because the change was made in the cloud. */
export function amendmentReasons(state: SnapshotOutputs, inputs: SnapshotInputs): string[] {
    return amendedInputs(state, inputs).flatMap((input) => {
        if (input !== "tags") {
            return [`To be changed in place: the ${input}.`];
        }
        const keys = driftedTags(state, inputs);
        return keys.length === 0
            ? []
            : [`To be set again, because they differ in the cloud: the tags ${keys.join(", ")}.`];
    });
}

/** Returns the keys of the tags that differ in the cloud although the program and the state agree, quoted. */
export function driftedTags(state: SnapshotOutputs, inputs: SnapshotInputs): string[] {
    if (isUnknown(inputs.tags)) {
        return [];
    }
    return Object.entries(tagChangeOf(state, inputs).set)
        .filter(([key, value]) => state.tags?.[key] === value)
        .map(([key]) => JSON.stringify(key))
        .sort();
}
