/** What a remedy depends on, besides the code of the error: no remedy names what is not there, or does not help. */
export interface Circumstances {
    readonly linux: boolean;
    readonly windows: boolean;
    /** Whether there are scripts that are on the instance anyway. */
    readonly scriptsByPath: boolean;
    /** Whether there are scripts that are delivered to it. */
    readonly scriptsDelivered: boolean;
    /** Whether `windows.enableWriters` is false. */
    readonly writersOff: boolean;
    /** Whether fewer `excludeDiskIds` may help. */
    readonly excludesDisks: boolean;
    /** Whether a lower `requiredConsistency` would help. */
    readonly mayRequireLess: boolean;
    /** Whether `onDegraded: "keep"` would help. */
    readonly mayKeep: boolean;
    /** Whether the role may be attached by this package. */
    readonly attachesRole: boolean;
    /** The RAM role, as a part of a sentence. */
    readonly role: string;
}

/** All cases at once: for the documentation, and for where it is not known which one it is. */
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

/** A remedy that depends on the circumstances. */
export function depending(remedyFor: (circumstances: Circumstances) => string): {
    readonly remedy: string;
    readonly remedyFor: (circumstances: Circumstances) => string;
} {
    return { remedy: remedyFor(anyCase), remedyFor };
}

/** Those of the sentences that apply. */
export function sentences(...all: readonly (string | false)[]): string {
    return all.filter((sentence) => sentence !== false).join(" ");
}

export function hasScripts({ scriptsByPath, scriptsDelivered }: Circumstances): boolean {
    return scriptsByPath || scriptsDelivered;
}
