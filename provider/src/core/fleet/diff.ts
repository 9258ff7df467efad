import { groupBy } from "../../runtime/group-by";
import { canonicalJson } from "../../runtime/json";
import { definitionOf } from "../inputs/definition";
import { type FleetInputs, fleetMembers, hasUnknownList } from "../inputs/fleet-inputs";
import type { SnapshotInputs } from "../inputs/inputs";
import { isUnknown } from "../inputs/unknown";
import { amendedInputs, amendmentReasons } from "../lifecycle/amendment";
import { type Difference, hasMoved, isInsufficient } from "../lifecycle/diff";
import type { FleetOutputs } from "./fleet-outputs";
import { type FleetPlan, isEmptyPlan, planOf } from "./fleet-plan";
import { FleetState } from "./fleet-state";

/**
 * Compares a fleet's state with the inputs of its program. Values that are not known yet count as changed. Pure.
 *
 * Instances are added and removed in place. A change of what defines the snapshots replaces the whole fleet.
 */
export function fleetDifference(state: FleetOutputs, inputs: FleetInputs): Difference {
    const before = new FleetState(state);
    const members = hasUnknownList(inputs) ? [] : fleetMembers(inputs);
    const redefined = redefinedInputs(before, inputs, members);
    const reasons: string[] = [];
    if (hasMoved(state, inputs)) {
        redefined.add("regionId");
    }
    const [first] = members;
    if (first !== undefined && isInsufficient(state, first)) {
        redefined.add("requiredConsistency");
        reasons.push(
            `A snapshot of it is only ${state.consistency ?? "crash"}-consistent, which is no longer sufficient.`,
        );
    }
    if (redefined.size > 0) {
        return { kind: "replace", inputs: [...redefined], reasons };
    }
    const list = inputs.instances === undefined ? "instanceIds" : "instances";
    if (hasUnknownList(inputs)) {
        return { kind: "update", inputs: [list], reasons: [] };
    }
    const plan = planOf(before, members);
    const left = state.supersededSnapshotGroups ?? [];
    if (isEmptyPlan(plan) && left.length === 0) {
        return { kind: "none" };
    }
    const { take, finish, remove } = plan;
    const isListed = take.length + finish.length + remove.length + left.length > 0;
    const amended = members.filter(({ instanceId }) => plan.amend.includes(instanceId));
    return {
        kind: "update",
        inputs: [...new Set([...(isListed ? [list] : []), ...amendedNames(before, inputs, amended)])],
        reasons: [...reasonsOf(plan, before, inputs), ...amendmentSentences(before, amended)],
    };
}

/** Returns the names of the inputs that are changed in place. */
function amendedNames(before: FleetState, inputs: FleetInputs, amended: readonly SnapshotInputs[]): string[] {
    return amended
        .flatMap((member) => amendedInputs(before.finished(member.instanceId) ?? {}, member))
        .map((key) => (key in inputs || inputs.instances === undefined ? key : "instances"));
}

/** Returns a sentence for each difference in the cloud that the program does not show, with the instances that have it. */
function amendmentSentences(before: FleetState, amended: readonly SnapshotInputs[]): string[] {
    const sentences = amended.flatMap((member) =>
        amendmentReasons(before.finished(member.instanceId) ?? {}, member).map((sentence) => ({
            sentence,
            instanceId: member.instanceId,
        })),
    );
    return [...groupBy(sentences, ({ sentence }) => sentence)].map(
        ([sentence, all]) => `${sentence.slice(0, -1)} (${listed(all.map(({ instanceId }) => instanceId))}).`,
    );
}

/** Returns the names of the inputs that define the snapshots and have changed. */
function redefinedInputs(
    before: FleetState,
    inputs: FleetInputs,
    members: readonly SnapshotInputs[],
): Set<string> {
    const names = new Set<string>();
    for (const member of members) {
        const held = before.inputsOf(member.instanceId);
        if (held === undefined || isUnknown(member.instanceId)) {
            continue;
        }
        const after = definitionOf(member);
        const known = definitionOf(held);
        for (const key of Object.keys(after)) {
            if (canonicalJson(known[key]) !== canonicalJson(after[key])) {
                names.add(key in inputs || inputs.instances === undefined ? key : "instances");
            }
        }
    }
    return names;
}

/**
 * Returns a sentence for each kind of work. Pulumi compares lists by position, so that it does not show which instances
 * are added or removed.
 */
function reasonsOf(
    { take, finish, remove }: FleetPlan,
    before: FleetState,
    { retainOnDelete }: Pick<FleetInputs, "retainOnDelete">,
): string[] {
    const { outputs: state } = before;
    const failed = take.filter((instanceId) => instanceId in state.failures);
    const lost = take.filter(
        (instanceId) =>
            instanceId in (state.missingSnapshotIds ?? {}) ||
            // A refresh did not find its group.
            (before.inputsOf(instanceId) !== undefined &&
                !(instanceId in state.snapshots) &&
                !(instanceId in state.failures)),
    );
    const left = (state.supersededSnapshotGroups ?? []).map(({ snapshotGroupId }) => snapshotGroupId);
    const added = take.filter((instanceId) => !failed.includes(instanceId) && !lost.includes(instanceId));
    return [
        ...(added.length === 0 ? [] : [`To be taken: the snapshots of ${listed(added)}.`]),
        ...(failed.length === 0
            ? []
            : [
                  `To be taken, because an earlier update did not finish them: the snapshots of ${listed(
                      failed.map((instanceId) => `${instanceId} (${state.failures[instanceId]?.code ?? ""})`),
                  )}.`,
              ]),
        ...(lost.length === 0
            ? []
            : [
                  `To be taken again, because snapshots were deleted outside of Pulumi: those of ${listed(lost)}.`,
              ]),
        ...(finish.length === 0 ? [] : [`To be finished: the snapshots of ${listed(finish)}.`]),
        ...(remove.length === 0
            ? []
            : [
                  `To be ${retainOnDelete === false ? "deleted" : "retained"}, because the program no longer names them: the snapshots of ${listed(remove)}.`,
              ]),
        ...(left.length === 0 ? [] : [`To be deleted, because a newer one replaced them: ${listed(left)}.`]),
    ];
}

/** The number of names in a sentence. */
const mostListed = 10;

function listed(names: readonly string[]): string {
    const more = names.length - mostListed;
    return more > 0 ? `${names.slice(0, mostListed).join(", ")} and ${more} more` : names.join(", ");
}
