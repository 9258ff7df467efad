import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";

/** The facts that a remedy depends on, besides the error code, so that it names nothing that is absent or useless. */
export interface Circumstances {
    readonly linux: boolean;
    readonly windows: boolean;
    /** True if there are scripts that were already on the instance. */
    readonly scriptsByPath: boolean;
    /** True if there are scripts that are delivered to the instance. */
    readonly scriptsDelivered: boolean;
    /** True if `windows.enableWriters` is false. */
    readonly writersOff: boolean;
    /** True if fewer `excludeDiskIds` may help. */
    readonly excludesDisks: boolean;
    /** True if a lower `requiredConsistency` would help. */
    readonly mayRequireLess: boolean;
    /** True if `onDegraded: "keep"` would help. */
    readonly mayKeep: boolean;
    /** True if this package may attach the role. */
    readonly attachesRole: boolean;
    /** The RAM role, as part of a sentence. */
    readonly role: string;
}

/** All cases at once: for the documentation, and where the actual case is unknown. */
const anyCase: Circumstances = {
    linux: true,
    windows: true,
    scriptsByPath: true,
    scriptsDelivered: true,
    writersOff: true,
    excludesDisks: true,
    mayRequireLess: true,
    mayKeep: true,
    attachesRole: true,
    role: "the RAM role",
};

/** @param system undefined if unknown. */
export function circumstancesOf(
    specification: SnapshotSpecification,
    system: OperatingSystem | undefined,
): Circumstances {
    const { linux, windows, excludeDiskIds, requiredConsistency, onDegraded } = specification;
    const scripts =
        system === "windows" || linux.scripts === undefined ? [] : [linux.scripts.pre, linux.scripts.post];
    return {
        linux: system !== "windows",
        windows: system !== "linux",
        scriptsByPath: scripts.some((script) => "path" in script),
        scriptsDelivered: scripts.some((script) => "content" in script),
        writersOff: !windows.enableWriters,
        excludesDisks: excludeDiskIds.length > 0,
        mayRequireLess: requiredConsistency === "application",
        mayKeep: onDegraded === "fail",
        attachesRole: specification.roleAttachment !== "none",
        role: `the RAM role ${specification.ramRoleName}`,
    };
}

/** Returns a remedy that depends on the circumstances. */
export function depending(remedyFor: (circumstances: Circumstances) => string): {
    readonly remedy: string;
    readonly remedyFor: (circumstances: Circumstances) => string;
} {
    return { remedy: remedyFor(anyCase), remedyFor };
}

/** Joins the sentences that apply. */
export function sentences(...all: readonly (string | false)[]): string {
    return all.filter((sentence) => sentence !== false).join(" ");
}

export function hasScripts({ scriptsByPath, scriptsDelivered }: Circumstances): boolean {
    return scriptsByPath || scriptsDelivered;
}
