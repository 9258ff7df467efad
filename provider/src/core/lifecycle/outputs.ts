import type { MemberSnapshot, SnapshotGroup } from "../../cloud/ecs/api";
import { withoutUndefined } from "../../runtime/json";
import type { LinuxInputs, SnapshotInputs } from "../inputs/inputs";
import type { OperatingSystem } from "../inputs/specification";
import type { SnapshotTags } from "../inputs/tags";
import type { RunReport } from "../run/run-report";
import type { FinishedResult } from "../run/snapshot-result";
import { type Consistency, groupConsistency, weakerOf } from "../snapshot-group/consistency";
import { tagList, tagsByKey } from "../snapshot-group/tag-change";

/** One member of a snapshot group. */
export interface SnapshotOutput {
    /** The snapshot's id, `s-…`. Disks and images are created from it. */
    readonly snapshotId: string;
    /** The source disk, `d-…`. */
    readonly sourceDiskId: string;
    /** The type of that disk: `system` or `data`. */
    readonly sourceDiskType: string;
    /** True if disks can already be created from the snapshot. */
    readonly available: boolean;
    /** True if the snapshot can be used before its upload finishes. */
    readonly instantAccess: boolean;
    /** The snapshot's tags, including those that show its consistency. */
    readonly tags: Readonly<Record<string, string>>;
}

/** The outputs that are read from the group itself. */
export interface GroupOutputs {
    readonly snapshotGroupId: string;
    readonly snapshotGroupName: string;
    readonly instanceId: string;
    readonly regionId: string;
    readonly status: string;
    readonly creationTime: string;
    readonly consistency: Consistency;
    readonly snapshots: readonly SnapshotOutput[];
    readonly snapshotIdByDiskId: Readonly<Record<string, string>>;
    readonly systemDiskSnapshotId?: string;
    readonly description?: string;
}

/** The outputs that come only from the plugin run. */
export interface RunOutputs {
    readonly osType?: OperatingSystem;
    readonly invokeId?: string;
    readonly commandId?: string;
    /** The run, see `PlannedRun.runId`. */
    readonly runId?: string;
    /** True if the run has further instances. Default: false. */
    readonly isShared?: boolean;
    /** The token by which the resource recognizes its invocation as its own, see `PlannedRun.ownerToken`. */
    readonly ownerToken?: string;
    /** True if the snapshot was kept although it does not meet the requirements. */
    readonly degraded?: boolean;
    readonly warnings?: readonly string[];
}

/** The tags that belong to the program, and no others. */
export interface TagOutputs {
    /** Those of the members, set or perhaps set. Default: none. */
    readonly tags?: SnapshotTags;
    /** Those of the group itself; undefined if the cloud does not take them. */
    readonly snapshotGroupTags?: SnapshotTags;
}

/** Inputs that a later diff, refresh or delete needs, kept unchanged. */
export type KeptInputs = Pick<
    SnapshotInputs,
    | "resourceUrn"
    | "organization"
    | "excludeDiskIds"
    | "windows"
    | "instantAccess"
    | "instantAccessRetentionDays"
    | "triggers"
> & {
    readonly instanceId: string;
    readonly regionId: string;
    /** Contains only a placeholder for the texts of delivered scripts. */
    readonly linux?: LinuxInputs;
};

/** The placeholder in the state for a delivered script, which may contain a secret. */
const delivered = "delivered";

/**
 * The progress of an unfinished snapshot.
 * - "running": as far as known, the command on the instance has not ended; the resource's id is the invocation's.
 * - "finalizing": there is a group, but it has not been verified or recorded yet; the id is the group's.
 * - "failed": there is a group that should have been deleted; the id is the group's.
 */
export interface Pending {
    readonly phase: "running" | "finalizing" | "failed";
    readonly invokeId: string;
    readonly groupName: string;
    readonly reason: string;
    /** The owner token that the invocation still has because an adoption could not change it. */
    readonly previousOwner?: string;
    /** A digest of the disks that the group must contain. */
    readonly diskSetDigest: string;
    /** Those disks themselves, if known. */
    readonly diskIds?: readonly string[];
    /** The group's members, if known: a held member may outlive the group. */
    readonly snapshotIds?: readonly string[];
    readonly saysFilesystemOnly?: boolean;
}

/** A snapshot group that the resource held before its current one. */
export interface EarlierGroup {
    readonly snapshotGroupId: string;
    readonly regionId: string;
    readonly consistency: Consistency;
    /** The run that created it, and the owner token under which it was held. */
    readonly invokeId?: string;
    readonly ownerToken?: string;
    /** True if it did not meet the requirements, or lost a member. */
    readonly degraded: boolean;
    readonly snapshotIds: readonly string[];
}

/** Everything that is kept in the state. It never contains `undefined`. */
export type SnapshotOutputs = Partial<KeptInputs> &
    RunOutputs &
    RunReport &
    TagOutputs &
    Partial<GroupOutputs> & {
        readonly pending?: Pending;
        /** Members that a refresh found missing; the next update takes a new snapshot. */
        readonly missingSnapshotIds?: readonly string[];
        /** Kept with `keepLast`, the newest first. */
        readonly earlierSnapshotGroups?: readonly EarlierGroup[];
    };

/** The outputs of a snapshot that is finished. */
export type FinishedOutputs = SnapshotOutputs & GroupOutputs;

/** The names of the kept inputs. */
export const keptNames = [
    "resourceUrn",
    "organization",
    "instanceId",
    "regionId",
    "excludeDiskIds",
    "linux",
    "windows",
    "instantAccess",
    "instantAccessRetentionDays",
    "triggers",
] as const satisfies readonly (keyof KeptInputs)[];

/** @param regionId the region from the inputs or, without one there, from the stack's settings. */
export function keptInputs(inputs: SnapshotInputs, regionId: string): KeptInputs {
    const { resourceUrn, organization, instanceId, excludeDiskIds, linux, windows } = inputs;
    const { instantAccess, instantAccessRetentionDays, triggers } = inputs;
    return withoutUndefined({
        resourceUrn,
        organization,
        instanceId,
        regionId,
        excludeDiskIds,
        linux: linux === undefined ? undefined : withoutContents(linux),
        windows,
        instantAccess,
        instantAccessRetentionDays,
        triggers,
    });
}

/** Replaces the texts of delivered scripts with a placeholder. */
export function withoutContents(linux: LinuxInputs): LinuxInputs {
    const { preScript, postScript, ...others } = linux;
    return {
        ...others,
        ...(preScript === undefined ? {} : { preScript: delivered }),
        ...(postScript === undefined ? {} : { postScript: delivered }),
    };
}

/** Returns the outputs that are derived from the members of a group. */
export function groupOutputsIn({
    snapshots,
}: Pick<GroupOutputs, "snapshots">): Pick<GroupOutputs, "snapshotIdByDiskId"> {
    return {
        snapshotIdByDiskId: Object.fromEntries(
            snapshots.map(({ sourceDiskId, snapshotId }) => [sourceDiskId, snapshotId]),
        ),
    };
}

/** Returns the outputs of a group in its current state. */
export function groupOutputs(group: SnapshotGroup, regionId: string): GroupOutputs {
    const system = group.snapshots.find((snapshot) => snapshot.sourceDiskType === "system");
    const snapshots = group.snapshots.map(toOutput);
    return withoutUndefined({
        snapshotGroupId: group.snapshotGroupId,
        snapshotGroupName: group.name,
        instanceId: group.instanceId,
        regionId,
        status: group.status,
        creationTime: group.creationTime,
        consistency: groupConsistency(group.snapshots),
        snapshots,
        ...groupOutputsIn({ snapshots }),
        systemDiskSnapshotId: system?.snapshotId,
        description: group.description === "" ? undefined : group.description,
    });
}

function toOutput(snapshot: MemberSnapshot): SnapshotOutput {
    return {
        snapshotId: snapshot.snapshotId,
        sourceDiskId: snapshot.sourceDiskId,
        sourceDiskType: snapshot.sourceDiskType,
        available: snapshot.available,
        instantAccess: snapshot.instantAccess,
        tags: tagsByKey(snapshot.tags),
    };
}

/** Returns a member as it was recorded. */
export function memberOf({ tags, ...others }: SnapshotOutput): MemberSnapshot {
    return { ...others, tags: tagList(tags) };
}

/** Returns the outputs of a snapshot that was just finished. */
export function finishedOutputs(
    kept: KeptInputs,
    { instanceRun, group, isDegraded, warnings }: FinishedResult,
): FinishedOutputs {
    const outputs = groupOutputs(group, kept.regionId);
    return withoutUndefined({
        ...kept,
        ...outputs,
        // The group does not always name it.
        instanceId: kept.instanceId,
        consistency: weakerOf(outputs.consistency, instanceRun.saysFilesystemOnly),
        osType: instanceRun.osType,
        invokeId: instanceRun.invokeId,
        commandId: instanceRun.commandId,
        runId: instanceRun.runId,
        isShared: instanceRun.isShared,
        ownerToken: instanceRun.ownerToken,
        tags: instanceRun.tags,
        snapshotGroupTags: instanceRun.snapshotGroupTags,
        ...instanceRun.report,
        ...(isDegraded ? { degraded: true } : {}),
        warnings,
    });
}
