import { printable } from "../../runtime/text";

/** The compared properties of a group, recorded or current. */
export interface ComparedGroup {
    readonly snapshotGroupName?: string;
    readonly description?: string;
    /** The program's tags on the group itself. Default: none are known. */
    readonly snapshotGroupTags?: Readonly<Record<string, string>> | undefined;
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
            ...tagChanges(
                "the snapshot group",
                recorded.snapshotGroupTags ?? {},
                now.snapshotGroupTags ?? {},
            ),
            ...members.flatMap((before) => {
                const after = present.get(before.snapshotId);
                return after === undefined
                    ? []
                    : tagChanges(`snapshot ${before.snapshotId}`, before.tags, after.tags);
            }),
        ],
    };
}

/** Returns the sentence for a changed property, without its values, which the program may consider secret. */
function changed(what: string): string {
    return `The ${what} was changed outside of Pulumi.`;
}

type Tags = Readonly<Record<string, string>>;

function tagChanges(owner: string, before: Tags, after: Tags): string[] {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    // This package sets its own tags after the snapshots were recorded.
    const differing = keys.filter((key) => before[key] !== after[key] && !key.startsWith("app-snapshot:"));
    return differing.length === 0
        ? []
        : [`Tags of ${owner} were changed outside of Pulumi: ${differing.map(printable).join(", ")}.`];
}
