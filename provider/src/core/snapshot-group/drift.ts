/** What is compared of a group: as it was recorded, and as it is. */
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

/** What somebody else changed about a group since it was recorded. */
export interface Drift {
    /** A sentence for each change, but not for those members. */
    readonly changes: readonly string[];
    /** The members that are not in the group now. */
    readonly missing: readonly ComparedSnapshot[];
}

/** Compares a group as it was recorded with the group as it is; a pure decision. */
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

/** The values are not told: a program may hold them to be secret. */
function changed(what: string): string {
    return `The ${what} was changed outside of Pulumi.`;
}

function tagChanges(before: ComparedSnapshot, after: ComparedSnapshot): string[] {
    const keys = [...new Set([...Object.keys(before.tags), ...Object.keys(after.tags)])].sort();
    // This package's own tags come after the snapshots were read.
    const differing = keys.filter(
        (key) => before.tags[key] !== after.tags[key] && !key.startsWith("app-snapshot:"),
    );
    return differing.length === 0
        ? []
        : [`Tags of snapshot ${before.snapshotId} were changed outside of Pulumi: ${differing.join(", ")}.`];
}
