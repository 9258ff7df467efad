import { Report, type Terms } from "../../runtime/schema";
import { failuresIn, type InputFailure } from "./input-failure";
import { computedNames, regionRule, type SnapshotInputs, snapshotInputs } from "./inputs";
import { plain } from "./plain";
import { checkQuiescing } from "./quiescing";
import { isUnknown } from "./unknown";

export const terms: Terms = { noun: "an input", unlisted: computedNames, isUnknown };

/**
 * Returns everything that is wrong with the inputs; pure, and without a look at the cloud. Values that are not known yet
 * are neither right nor wrong, and nulls stand for inputs that are not set.
 *
 * @param regionId the region of the stack, for resources that name none.
 */
export function checkInputs(values: unknown, regionId: string | undefined): InputFailure[] {
    const inputs = plain(values);
    const report = new Report(terms);
    const together = snapshotInputs(inputs, report)
        ? [...checkQuiescing(inputs), ...checkInstantAccess(inputs)]
        : [];
    return [...failuresIn(report), ...together, ...checkRegion(inputs, regionId)];
}

export function checkInstantAccess({
    instantAccess,
    instantAccessRetentionDays,
}: Pick<SnapshotInputs, "instantAccess" | "instantAccessRetentionDays">): InputFailure[] {
    return instantAccessRetentionDays === undefined || instantAccess === true || isUnknown(instantAccess)
        ? []
        : [{ input: "instantAccessRetentionDays", reason: "has no effect without instantAccess: true" }];
}

/** Checks the region of the stack if the resource names none. */
export function checkRegion(
    inputs: Readonly<Record<string, unknown>>,
    stackRegion: string | undefined,
): InputFailure[] {
    if (inputs["regionId"] !== undefined) {
        return [];
    }
    if (stackRegion === undefined) {
        return [
            {
                input: "regionId",
                reason:
                    "is not set, and neither is the stack's region: set regionId, `pulumi config set alicloud:region <region>`, " +
                    "or the environment variable ALIBABA_CLOUD_REGION",
            },
        ];
    }
    const report = new Report(terms, "the stack's region (alicloud:region or its environment variable)");
    regionRule(stackRegion, report);
    return failuresIn(report);
}
