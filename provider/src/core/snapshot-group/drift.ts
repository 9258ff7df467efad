/** The compared properties of a group, recorded or current. */
export interface ComparedGroup {
    readonly snapshotGroupName?: string;
    readonly description?: string;
    readonly snapshots?: readonly ComparedSnapshot[];
}

export interface ComparedSnapshot {
    readonly snapshotId: string;
    readonly sourceDiskId: string;
    readonly tags: Readonly<Record<string, string>>;
}

/** The changes to a group since it was recorded, made outside of Pulumi. */
export interface Drift {
    /** A sentence for each change except missing members. */
    readonly changes: readonly string[];
    /** The recorded members that the group does not contain now. */
    readonly missing: readonly ComparedSnapshot[];
}

/** Compares a group as it was recorded with its current state. Pure. */
export function driftOf(recorded: ComparedGroup, now: ComparedGroup): Drift {
    const present = new Map((now.snapshots ?? []).map((snapshot) => [snapshot.snapshotId, snapshot]));
    const members = recorded.snapshots ?? [];
    const missing = members.filter((snapshot) => !present.has(snapshot.snapshotId));
    return {
        missing,
        changes: [
            ...(recorded.snapshotGroupName === now.snapshotGroupName ? [] : [changed("name")]),
            ...(recorded.description === now.description ? [] : [changed("description")]),
            ...members.flatMap((before) => {
                const after = present.get(before.snapshotId);
                return after === undefined ? [] : tagChanges(before, after);
            }),
        ],
    };
}

/** Returns the sentence for a changed property, without its values, which the program may consider secret. */
function changed(what: string): string {
    return `The ${what} was changed outside of Pulumi.`;
}

function tagChanges(before: ComparedSnapshot, after: ComparedSnapshot): string[] {
    const keys = [...new Set([...Object.keys(before.tags), ...Object.keys(after.tags)])].sort();
    // This package sets its own tags after the snapshots were recorded.
    const differing = keys.filter(
        (key) => before.tags[key] !== after.tags[key] && !key.startsWith("app-snapshot:"),
    );
    return differing.length === 0
        ? []
        : [`Tags of snapshot ${before.snapshotId} were changed outside of Pulumi: ${differing.join(", ")}.`];
}
