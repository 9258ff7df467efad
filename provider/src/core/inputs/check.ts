import { Report, type Terms } from "../../runtime/schema";
import { computedNames, regionRule, type SnapshotInputs, snapshotInputs } from "./inputs";
import { plain } from "./plain";
import { defaults, specify } from "./specification";
import { commandTimeoutSeconds, longestCommandSeconds } from "./timeouts";
import { isUnknown } from "./unknown";

/** A problem with one input. */
export interface InputFailure {
    /** The path of the input, such as `linux.preScriptPath`. */
    readonly input: string;
    /** The rule it breaks, for a person; it never quotes the value, which may be a secret. */
    readonly reason: string;
}

const scripts = ["preScript", "postScript"] as const;

const terms: Terms = { noun: "an input", unlisted: computedNames, isUnknown };

/**
 * Returns everything that is wrong with the inputs; pure, and without a look at the cloud. Values that are not known yet
 * are neither right nor wrong, and nulls stand for inputs that are not set.
 *
 * @param regionId the region of the stack, for resources that name none.
 */
export function checkInputs(values: unknown, regionId: string | undefined): InputFailure[] {
    const inputs = plain(values);
    const report = new Report(terms);
    const together = snapshotInputs(inputs, report) ? checkTogether(inputs) : [];
    return [
        ...failuresIn(report),
        ...together,
        ...(inputs["regionId"] === undefined ? checkStackRegion(regionId) : []),
    ];
}

function failuresIn({ problems }: Report): InputFailure[] {
    return problems.map(({ path, reason }) => ({ input: path, reason }));
}

/** Rules that look at more than one input; each of them is known to be right by itself. */
function checkTogether(inputs: SnapshotInputs): InputFailure[] {
    return [
        ...checkScripts(inputs),
        ...checkConsistency(inputs),
        ...checkTimeouts(inputs),
        ...checkInstantAccess(inputs),
    ];
}

function checkScripts({ linux, requiredConsistency }: SnapshotInputs): InputFailure[] {
    if (linux === undefined || isUnknown(linux)) {
        return [];
    }
    const twice = scripts.filter((name) => linux[name] !== undefined && linux[`${name}Path`] !== undefined);
    if (twice.length > 0) {
        return twice.map((name) => ({
            input: `linux.${name}`,
            reason: `is set together with linux.${name}Path: give either the text of the script or its path on the instance`,
        }));
    }
    const missing = scripts.filter((name) => linux[name] === undefined && linux[`${name}Path`] === undefined);
    if (missing.length === 1) {
        return missing.map((name) => ({
            input: `linux.${name}`,
            reason: `is missing, and so is linux.${name}Path: give both scripts or neither`,
        }));
    }
    const useless = [
        ...(linux.keepScripts === true && scripts.every((name) => linux[name] === undefined)
            ? [{ input: "linux.keepScripts", reason: "has no effect on scripts that are not delivered" }]
            : []),
        ...(linux.scriptOutput === "secret" && missing.length === 2
            ? [{ input: "linux.scriptOutput", reason: "has no effect without scripts" }]
            : []),
    ];
    if (useless.length > 0) {
        return useless;
    }
    if (missing.length === 2 && requires(requiredConsistency, "application")) {
        return [
            {
                input: "linux",
                reason:
                    "has no scripts, so the snapshot could not be application-consistent: give preScript and postScript " +
                    '(or preScriptPath and postScriptPath), or set requiredConsistency: "filesystem"',
            },
        ];
    }
    return [];
}

function checkConsistency({ linux, windows, requiredConsistency }: SnapshotInputs): InputFailure[] {
    const noWriters = !isUnknown(windows) && windows?.enableWriters === false;
    const noFreeze = !isUnknown(linux) && linux?.enableFsFreeze === false;
    return [
        ...(noWriters && requires(requiredConsistency, "application")
            ? [
                  {
                      input: "windows.enableWriters",
                      reason: 'is false, so the snapshot could not be application-consistent: set requiredConsistency: "filesystem" for that',
                  },
              ]
            : []),
        ...(noFreeze &&
        requires(requiredConsistency, "filesystem") &&
        scripts.every((name) => linux[name] === undefined && linux[`${name}Path`] === undefined)
            ? [
                  {
                      input: "linux.enableFsFreeze",
                      reason: "is false, and there are no scripts: the snapshot would only be crash-consistent",
                  },
              ]
            : []),
    ];
}

function checkTimeouts(inputs: SnapshotInputs): InputFailure[] {
    const { linux } = inputs;
    if (
        linux === undefined ||
        isUnknown(linux) ||
        Object.values(linux).some((value: unknown) => isUnknown(value))
    ) {
        return [];
    }
    const total = commandTimeoutSeconds("linux", specify(inputs).linux);
    return total <= longestCommandSeconds
        ? []
        : [
              {
                  input: "linux.scriptTimeoutSeconds",
                  reason: `is too long: with both scripts and the freeze the command might take ${total} seconds, but Cloud Assistant allows only ${longestCommandSeconds}`,
              },
          ];
}

function checkInstantAccess({ instantAccess, instantAccessRetentionDays }: SnapshotInputs): InputFailure[] {
    return instantAccessRetentionDays === undefined || instantAccess === true || isUnknown(instantAccess)
        ? []
        : [{ input: "instantAccessRetentionDays", reason: "has no effect without instantAccess: true" }];
}

function checkStackRegion(regionId: string | undefined): InputFailure[] {
    if (regionId === undefined) {
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
    regionRule(regionId, report);
    return failuresIn(report);
}

function requires(
    given: SnapshotInputs["requiredConsistency"],
    level: "application" | "filesystem",
): boolean {
    return (given ?? defaults.requiredConsistency) === level;
}
