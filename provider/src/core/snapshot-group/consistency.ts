import { subsetWithDigest } from "./disk-set-digest";
import type { MemberSnapshot, SnapshotGroup } from "../../cloud/ecs/api";
import type { RequiredConsistency } from "../inputs/inputs";

/**
 * How consistent a snapshot is.
 * - "application": applications were quiesced; the snapshots are tagged APPConsistent.
 * - "filesystem": file systems were frozen, applications were not quiesced; tagged FsConsistent.
 * - "crash": neither tag; like after a power failure, at one moment on all disks.
 */
export type Consistency = "application" | "filesystem" | "crash";

const rank: Readonly<Record<Consistency, number>> = { crash: 0, filesystem: 1, application: 2 };

/** The consistency that one snapshot's tags prove. The documentation spells the keys in more than one way. */
export function memberConsistency(snapshot: MemberSnapshot): Consistency {
    if (hasTag(snapshot, "appconsistent")) {
        return "application";
    }
    return hasTag(snapshot, "fsconsistent") ? "filesystem" : "crash";
}

/** The consistency of a whole group: that of its weakest member. A group without members proves nothing. */
export function groupConsistency(snapshots: readonly MemberSnapshot[]): Consistency {
    const members = snapshots.map(memberConsistency);
    return members.length === 0 ? "crash" : members.reduce((a, b) => (rank[a] <= rank[b] ? a : b));
}

/** Whether a consistency is at least the one required. */
export function satisfies(consistency: Consistency, required: RequiredConsistency): boolean {
    return rank[consistency] >= rank[required];
}

export interface Expectation {
    readonly required: RequiredConsistency;
    /** A digest of the disks that the group has to hold, see `diskSetDigestOf`. */
    readonly diskSetDigest: string;
    /** Those disks themselves, where they are known. */
    readonly diskIds: readonly string[] | undefined;
    readonly excludeDiskIds: readonly string[];
    /** Whether the plugin's own output speaks of a file-system-consistent snapshot. */
    readonly pluginSaysFilesystemOnly: boolean;
}

export interface ConsistencyCheck {
    readonly consistency: Consistency;
    /** In what the group falls short of what is expected, a phrase for each point; empty when in nothing. */
    readonly violations: readonly string[];
    /** What it has more than is expected, a phrase for each point: no reason to give up a good snapshot. */
    readonly surplus: readonly string[];
}

/** Where the plugin's words and the tags differ, the weaker one counts. */
export function weakerOf(byTags: Consistency, pluginSaysFilesystemOnly: boolean): Consistency {
    return pluginSaysFilesystemOnly && byTags === "application" ? "filesystem" : byTags;
}

/** Holds a finished group against what is expected of it; a pure decision. */
export function verifyConsistency(group: SnapshotGroup, expected: Expectation): ConsistencyCheck {
    const byTags = groupConsistency(group.snapshots);
    const consistency = weakerOf(byTags, expected.pluginSaysFilesystemOnly);
    const { missing, others, surplus } = compareDisks(group, expected);
    return {
        consistency,
        violations: [
            ...(satisfies(consistency, expected.required)
                ? []
                : [
                      `${expected.required} consistency is required, but the snapshots' tags show ${describe(group.snapshots, consistency)}`,
                  ]),
            ...(missing.length === 0 ? [] : [`it lacks the disks ${missing.join(", ")}`]),
            ...(others.length === 0
                ? []
                : [`it contains disks other than those of the instance: ${others.join(", ")}`]),
        ],
        surplus: [
            ...surplus
                .filter((diskId) => expected.excludeDiskIds.includes(diskId))
                .map((diskId) => `it contains the disk ${diskId}, which was excluded`),
            ...surplus
                .filter((diskId) => !expected.excludeDiskIds.includes(diskId))
                .map((diskId) => `it contains the disk ${diskId}, which was not expected`),
        ],
    };
}

/** What a group lacks that may show yet, in a word or two; undefined when nothing. A pure decision. */
export function awaitedPart(
    group: SnapshotGroup,
    expected: Pick<Expectation, "diskSetDigest" | "diskIds" | "excludeDiskIds">,
): "members" | "tags" | undefined {
    const { missing, others } = compareDisks(group, expected);
    if (group.snapshots.length === 0 || missing.length + others.length > 0) {
        return "members";
    }
    return group.snapshots.some((snapshot) => memberConsistency(snapshot) === "crash") ? "tags" : undefined;
}

interface DiskComparison {
    /** Expected, and not there. */
    readonly missing: readonly string[];
    /** All that are there, where it can't be told which were expected. */
    readonly others: readonly string[];
    /** There, and not expected. */
    readonly surplus: readonly string[];
}

function compareDisks(
    { snapshots }: SnapshotGroup,
    {
        diskSetDigest,
        diskIds,
        excludeDiskIds,
    }: Pick<Expectation, "diskSetDigest" | "diskIds" | "excludeDiskIds">,
): DiskComparison {
    const held = snapshots.map((snapshot) => snapshot.sourceDiskId);
    const known =
        diskIds ??
        subsetWithDigest(
            held.filter((diskId) => !excludeDiskIds.includes(diskId)),
            diskSetDigest,
        );
    if (known === undefined) {
        const surplus = held.filter((diskId) => excludeDiskIds.includes(diskId));
        return { missing: [], others: held, surplus };
    }
    return {
        missing: known.filter((diskId) => !held.includes(diskId)),
        others: [],
        surplus: held.filter((diskId) => !known.includes(diskId)),
    };
}

function describe(snapshots: readonly MemberSnapshot[], consistency: Consistency): string {
    const members = snapshots.map((snapshot) => `${snapshot.snapshotId}: ${memberConsistency(snapshot)}`);
    return `${consistency} consistency (${members.join(", ")})`;
}

/** Values are "True" as documented; an explicit "False" would prove the opposite. */
function hasTag(snapshot: MemberSnapshot, lowerCaseKey: string): boolean {
    return snapshot.tags.some(
        (tag) => tag.key.toLowerCase() === lowerCaseKey && tag.value.toLowerCase() === "true",
    );
}
