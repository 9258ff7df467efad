import {
    onDegradedChoices,
    requiredConsistencies,
    roleAttachments,
    scriptOutputs,
    waitForChoices,
    type SnapshotInputs,
} from "./inputs";
import { defaults, specify } from "./specification";
import { isUnknown } from "./unknown";
import { alphabet } from "./alphabet";
import { commandTimeoutSeconds, longestCommandSeconds } from "./timeouts";
import * as rules from "./rules";

/** What is wrong with one input. */
export interface InputFailure {
    /** The path of the input, such as `linux.preScriptPath`. */
    readonly input: string;
    /** The rule it breaks, for a person; it never quotes the value, which may be a secret. */
    readonly reason: string;
}

const scripts = ["preScript", "postScript"] as const;

const regionRule = rules.matching(/^[a-z][a-z0-9-]{1,40}$/, "a region id such as cn-hangzhou");

const snapshotRules: rules.Fields = {
    resourceUrn: rules.optional(rules.text()),
    organization: rules.optional(rules.text()),
    openScripts: rules.optional(rules.text()),
    instanceId: rules.required(
        rules.matching(/^i-[A-Za-z0-9]{1,60}$/, "the id of an ECS instance, such as i-bp1xxxxxxxxxxxxxxxxx"),
    ),
    regionId: rules.optional(regionRule),
    ramRoleName: rules.optional(rules.matching(alphabet.ramRoleName.pattern, alphabet.ramRoleName.rule)),
    roleAttachment: rules.optional(rules.oneOf(roleAttachments)),
    snapshotGroupName: rules.optional(
        rules.matching(alphabet.snapshotGroupName.pattern, alphabet.snapshotGroupName.rule),
    ),
    description: rules.optional(rules.description()),
    excludeDiskIds: rules.optional(
        // As many as fit on the command line of any system.
        rules.distinctList(rules.matching(alphabet.diskId.pattern, alphabet.diskId.rule), 100),
    ),
    linux: rules.optional(
        rules.fields({
            preScript: rules.optional(rules.script()),
            postScript: rules.optional(rules.script()),
            keepScripts: rules.optional(rules.boolean()),
            scriptOutput: rules.optional(rules.oneOf(scriptOutputs)),
            preScriptPath: rules.optional(
                rules.matching(alphabet.scriptPath.pattern, alphabet.scriptPath.rule),
            ),
            postScriptPath: rules.optional(
                rules.matching(alphabet.scriptPath.pattern, alphabet.scriptPath.rule),
            ),
            enableFsFreeze: rules.optional(rules.boolean()),
            freezeTimeoutSeconds: rules.optional(rules.integer(1, 3_600)),
            scriptTimeoutSeconds: rules.optional(rules.integer(1, 43_200)),
        }),
    ),
    windows: rules.optional(rules.fields({ enableWriters: rules.optional(rules.boolean()) })),
    instantAccess: rules.optional(rules.boolean()),
    // The plugin's page says 65,536, the API's 65,535; the smaller one suits both.
    instantAccessRetentionDays: rules.optional(rules.integer(1, 65_535)),
    requiredConsistency: rules.optional(rules.oneOf(requiredConsistencies)),
    onDegraded: rules.optional(rules.oneOf(onDegradedChoices)),
    waitFor: rules.optional(rules.oneOf(waitForChoices)),
    timeoutSeconds: rules.optional(rules.integer(1, 604_800)),
    keepLast: rules.optional(rules.integer(1, 200)),
    adoptWithinSeconds: rules.optional(rules.integer(0, 2_592_000)),
    triggers: rules.optional(rules.list()),
};

/**
 * What is wrong with the inputs, all of it at once; pure, and without a look at the cloud. Values that are not
 * known yet are neither right nor wrong.
 *
 * @param regionId the region of the stack, for resources that name none.
 */
export function checkInputs(
    inputs: Readonly<Record<string, unknown>>,
    regionId: string | undefined,
): InputFailure[] {
    const single = rules.check(snapshotRules, inputs);
    const together = single.length > 0 ? [] : checkTogether(inputs as unknown as SnapshotInputs);
    return [...single, ...together, ...checkRegion(inputs, regionId)];
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

function checkRegion(
    inputs: Readonly<Record<string, unknown>>,
    regionId: string | undefined,
): InputFailure[] {
    if (inputs["regionId"] !== undefined) {
        return [];
    }
    return regionId !== undefined
        ? regionRule(regionId, "the stack's region (alicloud:region or its environment variable)")
        : [
              {
                  input: "regionId",
                  reason:
                      "is not set, and neither is the stack's region: set regionId, `pulumi config set alicloud:region <region>`, " +
                      "or the environment variable ALIBABA_CLOUD_REGION",
              },
          ];
}

function requires(
    given: SnapshotInputs["requiredConsistency"],
    level: "application" | "filesystem",
): boolean {
    return (given ?? defaults.requiredConsistency) === level;
}
