import { groupBy } from "../../runtime/group-by";
import { Report, type Terms } from "../../runtime/schema";
import { checkInstantAccess, checkRegion, terms } from "./check";
import { type FleetInputs, fleetInputs, plainFleet } from "./fleet-inputs";
import { failuresIn, type InputFailure } from "./input-failure";
import { computedNames } from "./inputs";
import { checkQuiescing } from "./quiescing";
import { problemOfKeys, type SnapshotTags, withInheritedTags } from "./tags";
import { isUnknown } from "./unknown";

const fleetTerms: Terms = { ...terms, unlisted: [...computedNames, "retainOnDelete"] };

/** The most instances that are named for the same reason. */
const mostAlike = 5;

/**
 * Returns everything that is wrong with the inputs of a fleet, like `checkInputs`. A rule that the inputs of all
 * instances break is reported once.
 *
 * @param regionId the region of the stack, for fleets that name none.
 */
export function checkFleetInputs(values: unknown, regionId: string | undefined): InputFailure[] {
    const inputs = plainFleet(values);
    const report = new Report(fleetTerms);
    const together = fleetInputs(inputs, report)
        ? [...checkQuiescing(inputs), ...checkInstantAccess(inputs), ...checkInstances(inputs)]
        : [];
    const failures = summarized([...failuresIn(report), ...together]);
    return [...checkLists(inputs), ...failures, ...checkRegion(inputs, regionId)];
}

/** Reports a rule that many instances break for the first of them only, with the number of the others. */
function summarized(failures: readonly InputFailure[]): InputFailure[] {
    const alike = groupBy(
        failures,
        ({ input, reason }) => `${input.replace(/^instances\[\d+\]/, "instances[]")} ${reason}`,
    );
    return [...alike.values()].flatMap((group) => {
        const others = group.length - mostAlike;
        return group.slice(0, mostAlike).map((failure, index) => ({
            ...failure,
            reason:
                others > 0 && index === mostAlike - 1
                    ? `${failure.reason} (and the same for ${others} more instances)`
                    : failure.reason,
        }));
    });
}

/** Checks that one of the two lists is given. */
function checkLists({ instanceIds, instances }: Readonly<Record<string, unknown>>): InputFailure[] {
    if (instanceIds === undefined && instances === undefined) {
        return [{ input: "instanceIds", reason: "is missing, and so is instances: give one of them" }];
    }
    const both = instanceIds !== undefined && instances !== undefined;
    return both && !isUnknown(instanceIds) && !isUnknown(instances)
        ? [{ input: "instanceIds", reason: "is set together with instances: give one of them" }]
        : [];
}

/** Checks the instances that have their own options for quiescing. */
function checkInstances({ instances, requiredConsistency, tags }: FleetInputs): InputFailure[] {
    if (instances === undefined || isUnknown(instances)) {
        return [];
    }
    return instances.flatMap((entry, index) => {
        if (isUnknown(entry)) {
            return [];
        }
        const { linux, windows } = entry;
        const own = {
            ...(linux === undefined ? {} : { linux }),
            ...(windows === undefined ? {} : { windows }),
            ...(requiredConsistency === undefined ? {} : { requiredConsistency }),
        };
        return [...checkQuiescing(own), ...checkAllTags(tags, entry.tags)].map(({ input, reason }) => ({
            input: `instances[${index}].${input}`,
            reason,
        }));
    });
}

/** Checks an instance's tags together with those of the fleet. */
function checkAllTags(inherited: SnapshotTags | undefined, own: SnapshotTags | undefined): InputFailure[] {
    const all = withInheritedTags(inherited, own);
    const reason =
        own === undefined || all === undefined || isUnknown(all)
            ? undefined
            : problemOfKeys(Object.keys(all));
    return reason === undefined ? [] : [{ input: "tags", reason }];
}
