import type { MemberSnapshot, SnapshotGroup } from "../../cloud/ecs/api";
import type { RequiredConsistency } from "../inputs/inputs";
import { subsetWithDigest } from "./disk-set-digest";

/**
 * The consistency of a snapshot.
 * - "application": applications were quiesced; the snapshots are tagged APPConsistent.
 * - "filesystem": file systems were frozen, applications were not quiesced; tagged FsConsistent.
 * - "crash": neither tag; like after a power failure, at one moment on all disks.
 */
export type Consistency = "application" | "filesystem" | "crash";

const rank: Readonly<Record<Consistency, number>> = { crash: 0, filesystem: 1, application: 2 };

/** Returns the consistency that a snapshot's tags show. The documentation spells their keys in more than one way. */
export function memberConsistency(snapshot: MemberSnapshot): Consistency {
    if (hasTag(snapshot, "appconsistent")) {
        return "application";
    }
    return hasTag(snapshot, "fsconsistent") ? "filesystem" : "crash";
}

/** Returns the consistency of a group: that of its weakest member; "crash" if it has no members. */
export function groupConsistency(snapshots: readonly MemberSnapshot[]): Consistency {
    return weakestOf(snapshots.map(memberConsistency)) ?? "crash";
}

/** Returns the weakest consistency; undefined if there is none. */
export function weakestOf(all: readonly Consistency[]): Consistency | undefined {
    return all.reduce<Consistency | undefined>(
        (weakest, one) => (weakest === undefined || rank[one] < rank[weakest] ? one : weakest),
        undefined,
    );
}

/** Tells whether a consistency is at least the required one. */
export function satisfies(consistency: Consistency, required: RequiredConsistency): boolean {
    return rank[consistency] >= rank[required];
}

export interface Expectation {
    readonly required: RequiredConsistency;
    /** A digest of the disks that the group must contain, see `diskSetDigestOf`. */
    readonly diskSetDigest: string;
    /** Those disks themselves, if known. */
    readonly diskIds: readonly string[] | undefined;
    readonly excludeDiskIds: readonly string[];
    /** True if the plugin's output reports a file-system-consistent snapshot. */
    readonly pluginSaysFilesystemOnly: boolean;
}

export interface ConsistencyCheck {
    readonly consistency: Consistency;
    /** A phrase for each expectation that the group does not meet. */
    readonly violations: readonly string[];
    /** A phrase for each disk beyond the expected ones, which are no reason to reject a good snapshot. */
    readonly surplus: readonly string[];
}

/** Returns the weaker consistency of the tags and the plugin's output. */
export function weakerOf(byTags: Consistency, pluginSaysFilesystemOnly: boolean): Consistency {
    return pluginSaysFilesystemOnly && byTags === "application" ? "filesystem" : byTags;
}

/** Verifies that a finished group meets the expectations. Pure. */
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

/** Returns the part of a group that is missing and may become visible later; undefined if it is complete. Pure. */
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
    /** Expected disks that the group does not contain. */
    readonly missing: readonly string[];
    /** All disks of the group if the expected ones can't be identified. */
    readonly others: readonly string[];
    /** Disks of the group that were not expected. */
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
    const actual = snapshots.map((snapshot) => snapshot.sourceDiskId);
    const expected =
        diskIds ??
        subsetWithDigest(
            actual.filter((diskId) => !excludeDiskIds.includes(diskId)),
            diskSetDigest,
        );
    if (expected === undefined) {
        const surplus = actual.filter((diskId) => excludeDiskIds.includes(diskId));
        return { missing: [], others: actual, surplus };
    }
    return {
        missing: expected.filter((diskId) => !actual.includes(diskId)),
        others: [],
        surplus: actual.filter((diskId) => !expected.includes(diskId)),
    };
}

function describe(snapshots: readonly MemberSnapshot[], consistency: Consistency): string {
    const members = snapshots.map((snapshot) => `${snapshot.snapshotId}: ${memberConsistency(snapshot)}`);
    return `${consistency} consistency (${members.join(", ")})`;
}

/** Tells whether a snapshot has a tag with the value "True", as documented; "False" would mean the opposite. */
function hasTag(snapshot: MemberSnapshot, lowerCaseKey: string): boolean {
    return snapshot.tags.some(
        (tag) => tag.key.toLowerCase() === lowerCaseKey && tag.value.toLowerCase() === "true",
    );
}
