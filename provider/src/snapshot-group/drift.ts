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
    /** A sentence for each change. */
    readonly changes: readonly string[];
    /** The members that do not exist any more. */
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
            ...missing.map(
                ({ snapshotId, sourceDiskId }) =>
                    `Snapshot ${snapshotId} of disk ${sourceDiskId} was deleted outside of Pulumi.`,
            ),
            ...changed("name", recorded.snapshotGroupName, now.snapshotGroupName),
            ...changed("description", recorded.description, now.description),
            ...members.flatMap((before) => {
                const after = present.get(before.snapshotId);
                return after === undefined ? [] : tagChanges(before, after);
            }),
        ],
    };
}

function changed(what: string, before: string | undefined, after: string | undefined): string[] {
    return before === after
        ? []
        : [`The ${what} was changed outside of Pulumi, from ${quoted(before)} to ${quoted(after)}.`];
}

function quoted(text: string | undefined): string {
    return text === undefined ? "none" : JSON.stringify(text);
}

function tagChanges(before: ComparedSnapshot, after: ComparedSnapshot): string[] {
    const keys = [...new Set([...Object.keys(before.tags), ...Object.keys(after.tags)])].sort();
    const differing = keys.filter((key) => before.tags[key] !== after.tags[key]);
    return differing.length === 0
        ? []
        : [`Tags of snapshot ${before.snapshotId} were changed outside of Pulumi: ${differing.join(", ")}.`];
}
