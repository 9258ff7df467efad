/**
 * The inputs of a snapshot as they cross the engine: plain JSON, defaults not filled in, possibly unknown in a
 * preview. What each means to a user is documented at the resource's arguments.
 */
export interface SnapshotInputs {
    /** Computed by the resource's constructor: methods of a dynamic provider are not told their URN. */
    readonly resourceUrn?: string;
    /** The stack's organization, which no URN names; computed as well. */
    readonly organization?: string;
    /**
     * A digest of the scripts' texts where the program gives them, and none of them as a secret; computed as well. Texts
     * that a transform supplies have another.
     */
    readonly openScripts?: string;
    readonly instanceId: string;
    readonly regionId?: string;
    readonly ramRoleName?: string;
    readonly roleAttachment?: RoleAttachment;
    readonly snapshotGroupName?: string;
    readonly description?: string;
    readonly excludeDiskIds?: readonly string[];
    readonly linux?: LinuxInputs;
    readonly windows?: WindowsInputs;
    readonly instantAccess?: boolean;
    readonly instantAccessRetentionDays?: number;
    readonly requiredConsistency?: RequiredConsistency;
    readonly onDegraded?: OnDegraded;
    readonly waitFor?: WaitFor;
    readonly timeoutSeconds?: number;
    readonly keepLast?: number;
    readonly adoptWithinSeconds?: number;
    readonly triggers?: readonly unknown[];
}

export interface LinuxInputs {
    readonly preScript?: string;
    readonly postScript?: string;
    readonly preScriptPath?: string;
    readonly postScriptPath?: string;
    readonly keepScripts?: boolean;
    readonly scriptOutput?: ScriptOutput;
    readonly enableFsFreeze?: boolean;
    readonly freezeTimeoutSeconds?: number;
    readonly scriptTimeoutSeconds?: number;
}

export interface WindowsInputs {
    readonly enableWriters?: boolean;
}

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
