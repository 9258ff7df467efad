import type {
    OnDegraded,
    RequiredConsistency,
    RoleAttachment,
    ScriptOutput,
    SnapshotInputs,
    WaitFor,
} from "./inputs";
import { textDigest } from "./script-digest";

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
    /** Until how long after its end a run that no state holds is adopted; 0: only while it runs. */
    readonly adoptWithinSeconds: number;
}

export type OperatingSystem = "linux" | "windows";

/** Where a script comes from: it is on the instance already, or is to be delivered. */
export type ScriptSource = { readonly path: string } | { readonly content: string };

export interface ScriptSources {
    readonly pre: ScriptSource;
    readonly post: ScriptSource;
}

export interface LinuxSpecification {
    readonly scripts: ScriptSources | undefined;
    /** Whether delivered scripts stay on the instance. */
    readonly keepScripts: boolean;
    /** What becomes of what scripts say; undefined where none is delivered and the program does not say. */
    readonly scriptOutput: ScriptOutput | undefined;
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
    keepScripts: false,
    enableFsFreeze: true,
    freezeTimeoutSeconds: 30,
    scriptTimeoutSeconds: 1800,
    enableWriters: true,
    requiredConsistency: "application",
    onDegraded: "fail",
    waitFor: "available",
    adoptWithinSeconds: 3600,
} as const;

/** Fills the defaults in. The inputs must have passed the check. */
export function specify(inputs: SnapshotInputs): SnapshotSpecification {
    const { linux, windows } = inputs;
    const pre = sourceOf(linux?.preScript, linux?.preScriptPath);
    const post = sourceOf(linux?.postScript, linux?.postScriptPath);
    const scripts = pre === undefined || post === undefined ? undefined : { pre, post };
    return {
        instanceId: inputs.instanceId,
        ramRoleName: inputs.ramRoleName ?? defaults.ramRoleName,
        roleAttachment: inputs.roleAttachment ?? defaults.roleAttachment,
        snapshotGroupName: inputs.snapshotGroupName,
        description: inputs.description,
        excludeDiskIds: inputs.excludeDiskIds ?? [],
        linux: {
            scripts,
            keepScripts: linux?.keepScripts ?? defaults.keepScripts,
            scriptOutput: scriptOutputOf(inputs),
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
        adoptWithinSeconds: inputs.adoptWithinSeconds ?? defaults.adoptWithinSeconds,
    };
}

/** Unless the program says so, only what it gave itself, and not as a secret, is known to be none. */
function scriptOutputOf({ linux, openScripts }: SnapshotInputs): ScriptOutput | undefined {
    const digest = textDigest(linux);
    if (linux?.scriptOutput !== undefined || digest === undefined) {
        return linux?.scriptOutput;
    }
    return digest === openScripts ? "show" : "secret";
}

function sourceOf(content: string | undefined, path: string | undefined): ScriptSource | undefined {
    if (content !== undefined) {
        return { content };
    }
    return path === undefined ? undefined : { path };
}
