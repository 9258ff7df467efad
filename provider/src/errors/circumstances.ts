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
