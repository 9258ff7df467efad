import type { OnDegraded, RequiredConsistency, RoleAttachment, SnapshotInputs, WaitFor } from "./inputs";

/** What is to be done for one snapshot: the inputs with every default filled in. */
export interface SnapshotSpecification {
    readonly instanceId: string;
    readonly ramRoleName: string;
    readonly roleAttachment: RoleAttachment;
    /** Undefined: a name is made from the resource's own. */
    readonly snapshotGroupName: string | undefined;
    readonly description: string | undefined;
    readonly excludeDiskIds: readonly string[];
    readonly linux: LinuxSpecification;
    readonly windows: WindowsSpecification;
    /** Which systems the program gave options for. */
    readonly optionsFor: readonly OperatingSystem[];
    /** Undefined: not passed on, so that the region's own default holds. */
    readonly instantAccess: boolean | undefined;
    readonly instantAccessRetentionDays: number | undefined;
    readonly requiredConsistency: RequiredConsistency;
    readonly onDegraded: OnDegraded;
    readonly waitFor: WaitFor;
    readonly timeoutSeconds: number | undefined;
    /** Undefined: earlier snapshots are left to the engine. */
    readonly keepLast: number | undefined;
}

export type OperatingSystem = "linux" | "windows";

export interface LinuxSpecification {
    readonly scripts: { readonly preScriptPath: string; readonly postScriptPath: string } | undefined;
    readonly enableFsFreeze: boolean;
    readonly freezeTimeoutSeconds: number;
    readonly scriptTimeoutSeconds: number;
}

export interface WindowsSpecification {
    readonly enableWriters: boolean;
}

/** The plugin's documented defaults, and ours where it has none. */
export const defaults = {
    ramRoleName: "AppSnapshotRoleName",
    roleAttachment: "keep",
    enableFsFreeze: true,
    freezeTimeoutSeconds: 30,
    scriptTimeoutSeconds: 1800,
    enableWriters: true,
    requiredConsistency: "application",
    onDegraded: "fail",
    waitFor: "available",
} as const;

/** Fills the defaults in. The inputs must have passed the check. */
export function specify(inputs: SnapshotInputs): SnapshotSpecification {
    const { linux, windows } = inputs;
    const scripts =
        linux?.preScriptPath === undefined || linux.postScriptPath === undefined
            ? undefined
            : { preScriptPath: linux.preScriptPath, postScriptPath: linux.postScriptPath };
    return {
        instanceId: inputs.instanceId,
        ramRoleName: inputs.ramRoleName ?? defaults.ramRoleName,
        roleAttachment: inputs.roleAttachment ?? defaults.roleAttachment,
        snapshotGroupName: inputs.snapshotGroupName,
        description: inputs.description,
        excludeDiskIds: inputs.excludeDiskIds ?? [],
        linux: {
            scripts,
            enableFsFreeze: linux?.enableFsFreeze ?? defaults.enableFsFreeze,
            freezeTimeoutSeconds: linux?.freezeTimeoutSeconds ?? defaults.freezeTimeoutSeconds,
            scriptTimeoutSeconds: linux?.scriptTimeoutSeconds ?? defaults.scriptTimeoutSeconds,
        },
        windows: { enableWriters: windows?.enableWriters ?? defaults.enableWriters },
        optionsFor: [
            ...(linux === undefined ? [] : ["linux" as const]),
            ...(windows === undefined ? [] : ["windows" as const]),
        ],
        instantAccess: inputs.instantAccess,
        instantAccessRetentionDays: inputs.instantAccessRetentionDays,
        requiredConsistency: inputs.requiredConsistency ?? defaults.requiredConsistency,
        onDegraded: inputs.onDegraded ?? defaults.onDegraded,
        waitFor: inputs.waitFor ?? defaults.waitFor,
        timeoutSeconds: inputs.timeoutSeconds,
        keepLast: inputs.keepLast,
    };
}
