/**
 * The inputs of a snapshot as the engine passes them: plain JSON, without defaults, possibly unknown in a preview. The
 * resource's arguments document them.
 */
export interface SnapshotInputs {
    /** Computed by the resource's constructor, because methods of a dynamic provider do not receive the URN. */
    readonly resourceUrn?: string;
    /** The stack's organization, which the URN does not contain; computed as well. */
    readonly organization?: string;
    /**
     * A digest of the scripts' texts if the program gives them without secrets; computed as well. A transform's texts
     * differ from it.
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
