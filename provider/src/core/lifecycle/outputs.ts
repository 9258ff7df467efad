import { withoutUndefined } from "../../runtime/json";
import type { MemberSnapshot, SnapshotGroup } from "../../cloud/ecs/api";
import type { LinuxInputs, SnapshotInputs } from "../inputs/inputs";
import type { OperatingSystem } from "../inputs/specification";
import type { RunReport } from "../run/run-report";
import type { FinishedResult } from "../run/snapshot-result";
import { groupConsistency, weakerOf, type Consistency } from "../snapshot-group/consistency";

/** One member of a snapshot group. */
export interface SnapshotOutput {
    /** Its id, `s-…`. Disks and images are made from it. */
    readonly snapshotId: string;
    /** The disk that it is of, `d-…`. */
    readonly sourceDiskId: string;
    /** The kind of that disk: `osType` or `data`. */
    readonly sourceDiskType: string;
    /** Whether disks can be made from it already. */
    readonly available: boolean;
    /** Whether it can be used before its upload ends. */
    readonly instantAccess: boolean;
    /** Its tags, the proof of its consistency among them. */
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

/** The outputs that only the run of the plugin tells. */
export interface RunOutputs {
    readonly osType?: OperatingSystem;
    readonly invokeId?: string;
    readonly commandId?: string;
    /** The run, see `PlannedRun.runId`. */
    readonly runId?: string;
    /** By it the resource knows its invocation as its own, see `PlannedRun.ownerToken`. */
    readonly ownerToken?: string;
    /** Kept although it falls short of what was asked for. */
    readonly degraded?: boolean;
    readonly warnings?: readonly string[];
}

/** Inputs that a later diff, refresh or delete compares with or needs, kept as they were given. */
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
    /** Of scripts that were delivered it says only that they were. */
    readonly linux?: LinuxInputs;
};

/** What stands in the state in the place of a delivered script, which may hold a secret. */
const delivered = "delivered";

/**
 * How far a snapshot got that is not finished.
 * - "running": the command on the instance has not ended as far as is known; the resource's id is the invocation's.
 * - "finalizing": there is a group, but it is not proved or recorded yet; the id is the group's.
 * - "failed": there is a group that should have been deleted; the id is the group's.
 */
export interface Pending {
    readonly phase: "running" | "finalizing" | "failed";
    readonly invokeId: string;
    readonly groupName: string;
    readonly reason: string;
    /** The owner token that the invocation still bears, where an adoption could not change it. */
    readonly previousOwner?: string;
    /** A digest of the disks that the group has to hold. */
    readonly diskSetDigest: string;
    /** Those disks themselves, where they are known. */
    readonly diskIds?: readonly string[];
    /** The group's members, where they are known: one that is held may outlive the group. */
    readonly snapshotIds?: readonly string[];
    readonly saysFilesystemOnly?: boolean;
}

/** A snapshot group that the resource held before the one that it holds now. */
export interface EarlierGroup {
    readonly snapshotGroupId: string;
    readonly regionId: string;
    readonly consistency: Consistency;
    /** The run that made it, and under which owner token it was held. */
    readonly invokeId?: string;
    readonly ownerToken?: string;
    /** Whether it fell short of what was asked for, or lost a member. */
    readonly degraded: boolean;
    readonly snapshotIds: readonly string[];
}

/** Everything that is kept in the state. There is never an `undefined` in it. */
export type SnapshotOutputs = Partial<KeptInputs> &
    RunOutputs &
    RunReport &
    Partial<GroupOutputs> & {
        readonly pending?: Pending;
        /** Members that a refresh found missing; the next update takes a new snapshot. */
        readonly missingSnapshotIds?: readonly string[];
        /** With `keepLast`, the newest first. */
        readonly earlierSnapshotGroups?: readonly EarlierGroup[];
    };

/** @param regionId the region that the inputs, or else the stack's settings, name. */
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

function withoutContents(linux: LinuxInputs): LinuxInputs {
    const { preScript, postScript, ...others } = linux;
    return {
        ...others,
        ...(preScript === undefined ? {} : { preScript: delivered }),
        ...(postScript === undefined ? {} : { postScript: delivered }),
    };
}

/** The outputs of a group as it is now. */
export function groupOutputs(group: SnapshotGroup, regionId: string): GroupOutputs {
    const system = group.snapshots.find((snapshot) => snapshot.sourceDiskType === "system");
    return withoutUndefined({
        snapshotGroupId: group.snapshotGroupId,
        snapshotGroupName: group.name,
        instanceId: group.instanceId,
        regionId,
        status: group.status,
        creationTime: group.creationTime,
        consistency: groupConsistency(group.snapshots),
        snapshots: group.snapshots.map(toOutput),
        snapshotIdByDiskId: Object.fromEntries(
            group.snapshots.map((snapshot) => [snapshot.sourceDiskId, snapshot.snapshotId]),
        ),
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
        tags: Object.fromEntries(snapshot.tags.map((tag) => [tag.key, tag.value])),
    };
}

/** A member as it was recorded. */
export function memberOf({ tags, ...others }: SnapshotOutput): MemberSnapshot {
    return { ...others, tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
}

/** Returns the outputs of a snapshot that was just finished. */
export function finishedOutputs(
    kept: KeptInputs,
    { of, group, isDegraded, warnings }: FinishedResult,
): SnapshotOutputs {
    const outputs = groupOutputs(group, kept.regionId);
    return withoutUndefined({
        ...kept,
        ...outputs,
        // The group does not always tell it.
        instanceId: kept.instanceId,
        consistency: weakerOf(outputs.consistency, of.saysFilesystemOnly),
        osType: of.osType,
        invokeId: of.invokeId,
        commandId: of.commandId,
        runId: of.runId,
        ownerToken: of.ownerToken,
        ...of.report,
        ...(isDegraded ? { degraded: true } : {}),
        warnings,
    });
}
