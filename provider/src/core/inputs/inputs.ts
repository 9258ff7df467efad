import {
    anyList,
    boolean,
    distinctList,
    integer,
    matching,
    object,
    oneOf,
    partial,
    text,
    type ValueOf,
} from "../../runtime/schema";
import { alphabet } from "./alphabet";
import { description, script } from "./rules";
import { tags } from "./tags";

export const roleAttachments = ["keep", "temporary", "none"] as const;
export type RoleAttachment = (typeof roleAttachments)[number];

export const scriptOutputs = ["show", "secret"] as const;
export type ScriptOutput = (typeof scriptOutputs)[number];

export const requiredConsistencies = ["application", "filesystem"] as const;
export type RequiredConsistency = (typeof requiredConsistencies)[number];

export const onDegradedChoices = ["fail", "keep"] as const;
export type OnDegraded = (typeof onDegradedChoices)[number];

export const waitForChoices = ["available", "accomplished"] as const;
export type WaitFor = (typeof waitForChoices)[number];

const scriptPath = matching(alphabet.scriptPath.pattern, alphabet.scriptPath.rule);

const linuxInputs = partial({
    preScript: script,
    postScript: script,
    keepScripts: boolean,
    scriptOutput: oneOf(scriptOutputs),
    preScriptPath: scriptPath,
    postScriptPath: scriptPath,
    enableFsFreeze: boolean,
    freezeTimeoutSeconds: integer(1, 3_600),
    scriptTimeoutSeconds: integer(1, 43_200),
});
export type LinuxInputs = ValueOf<typeof linuxInputs>;

export const regionRule = matching(/^[a-z][a-z0-9-]{1,40}$/, "a region id such as cn-hangzhou");

/** Inputs that no program gives: the resource's constructor computes them. */
const computedInputs = {
    /** The methods of a dynamic provider do not receive the URN. */
    resourceUrn: text,
    /** The stack's organization, which no URN names. */
    organization: text,
    /**
     * A digest of the scripts' texts where the program gives them, and none of them as a secret. Texts that a transform
     * supplies have another.
     */
    openScripts: text,
};
export const computedNames: readonly string[] = Object.keys(computedInputs);

export const instanceId = matching(
    /^i-[A-Za-z0-9]{1,60}$/,
    "the id of an ECS instance, such as i-bp1xxxxxxxxxxxxxxxxx",
);

/** The inputs that may differ between the instances of a fleet, except for the instance itself. */
export const instanceInputs = {
    ramRoleName: matching(alphabet.ramRoleName.pattern, alphabet.ramRoleName.rule),
    snapshotGroupName: matching(alphabet.snapshotGroupName.pattern, alphabet.snapshotGroupName.rule),
    description,
    tags,
    linux: linuxInputs,
    windows: partial({ enableWriters: boolean }),
};

/** The disks of one instance. As many as fit on the command line of any system. */
export const excludeDiskIds = distinctList(matching(alphabet.diskId.pattern, alphabet.diskId.rule), 100);

/** The inputs that apply to any number of instances. */
export const commonInputs = {
    ...computedInputs,
    ...instanceInputs,
    regionId: regionRule,
    roleAttachment: oneOf(roleAttachments),
    instantAccess: boolean,
    // The plugin's page says 65,536, the API's 65,535; the smaller one suits both.
    instantAccessRetentionDays: integer(1, 65_535),
    requiredConsistency: oneOf(requiredConsistencies),
    onDegraded: oneOf(onDegradedChoices),
    waitFor: oneOf(waitForChoices),
    timeoutSeconds: integer(1, 604_800),
    keepLast: integer(1, 200),
    adoptWithinSeconds: integer(0, 2_592_000),
    triggers: anyList,
};

export type CommonInputs = ValueOf<ReturnType<typeof partial<typeof commonInputs>>>;

/**
 * The inputs of a snapshot as they cross the engine: plain JSON, defaults not filled in, possibly unknown in a
 * preview. The resource's arguments document what each means to a user.
 */
export const snapshotInputs = object({ instanceId }, { ...commonInputs, excludeDiskIds });
export type SnapshotInputs = ValueOf<typeof snapshotInputs>;
