import type {
    OnDegraded,
    RequiredConsistency,
    RoleAttachment,
    ScriptOutput,
    SnapshotInputs,
    WaitFor,
} from "./inputs";
import { textDigest } from "./script-digest";
import type { SnapshotTags } from "./tags";

/** The inputs of a snapshot with all defaults. */
export interface SnapshotSpecification {
    readonly instanceId: string;
    readonly ramRoleName: string;
    readonly roleAttachment: RoleAttachment;
    /** Default: a name is generated from the resource's own. */
    readonly snapshotGroupName: string | undefined;
    readonly description: string | undefined;
    readonly tags: SnapshotTags;
    readonly excludeDiskIds: readonly string[];
    readonly linux: LinuxSpecification;
    readonly windows: WindowsSpecification;
    /** The operating systems for which the program gave options. */
    readonly optionsFor: readonly OperatingSystem[];
    /** The choice of instant access; not sent if undefined, so that the region's default applies. */
    readonly instantAccess: boolean | undefined;
    readonly instantAccessRetentionDays: number | undefined;
    readonly requiredConsistency: RequiredConsistency;
    readonly onDegraded: OnDegraded;
    readonly waitFor: WaitFor;
    readonly timeoutSeconds: number | undefined;
    /** Default: earlier snapshots are left to the engine. */
    readonly keepLast: number | undefined;
    /** The time after its end in which a run that no state holds is adopted; 0 means only while it runs. */
    readonly adoptWithinSeconds: number;
}

export type OperatingSystem = "linux" | "windows";

/** A script that is already on the instance, or has to be delivered. */
export type ScriptSource = { readonly path: string } | { readonly content: string };

export interface ScriptSources {
    readonly pre: ScriptSource;
    readonly post: ScriptSource;
}

export interface LinuxSpecification {
    readonly scripts: ScriptSources | undefined;
    /** True if delivered scripts stay on the instance. */
    readonly keepScripts: boolean;
    /** The handling of the scripts' output; undefined if none is delivered and the program does not set it. */
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

/** Fills in the defaults. The inputs must have passed the check. */
export function specify(inputs: SnapshotInputs): SnapshotSpecification {
    const { windows } = inputs;
    return {
        instanceId: inputs.instanceId,
        ramRoleName: inputs.ramRoleName ?? defaults.ramRoleName,
        roleAttachment: inputs.roleAttachment ?? defaults.roleAttachment,
        snapshotGroupName: inputs.snapshotGroupName,
        description: inputs.description,
        tags: inputs.tags ?? {},
        excludeDiskIds: inputs.excludeDiskIds ?? [],
        linux: specifyLinux(inputs),
        windows: { enableWriters: windows?.enableWriters ?? defaults.enableWriters },
        optionsFor: optionsFor(inputs),
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

type LinuxPart = Pick<SnapshotInputs, "linux" | "openScripts">;

/** Fills in the defaults of the options for Linux. */
export function specifyLinux(inputs: LinuxPart): LinuxSpecification {
    const { linux } = inputs;
    const pre = sourceOf(linux?.preScript, linux?.preScriptPath);
    const post = sourceOf(linux?.postScript, linux?.postScriptPath);
    return {
        scripts: pre === undefined || post === undefined ? undefined : { pre, post },
        keepScripts: linux?.keepScripts ?? defaults.keepScripts,
        scriptOutput: scriptOutputOf(inputs),
        enableFsFreeze: linux?.enableFsFreeze ?? defaults.enableFsFreeze,
        freezeTimeoutSeconds: linux?.freezeTimeoutSeconds ?? defaults.freezeTimeoutSeconds,
        scriptTimeoutSeconds: linux?.scriptTimeoutSeconds ?? defaults.scriptTimeoutSeconds,
    };
}

/** Returns the operating systems for which options are given. */
export function optionsFor({ linux, windows }: Pick<SnapshotInputs, "linux" | "windows">): OperatingSystem[] {
    return [
        ...(linux === undefined ? [] : ["linux" as const]),
        ...(windows === undefined ? [] : ["windows" as const]),
    ];
}

/** Returns the given handling, or by default "show" if the program itself gave the texts without secrets. */
function scriptOutputOf({ linux, openScripts }: LinuxPart): ScriptOutput | undefined {
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
