import { holdersOf } from "./holders";
import { newId } from "./ids";
import type { Disk } from "./instance";
import { groupStatus, type Snapshot, type SnapshotGroup } from "./snapshot";
import type { TagMap } from "./tags";
import type { World } from "./world";

/** Disk categories of the ESSD family, the only ones that snapshot groups take. */
export const essdFamily: ReadonlySet<string> = new Set([
    "cloud_essd",
    "cloud_auto",
    "cloud_essd_entry",
    "cloud_regional_disk_auto",
]);

/** Takes a snapshot of each disk and makes them a group. */
export function createGroup(
    world: World,
    disks: readonly Disk[],
    settings: { name: string; description: string; tags: TagMap },
): SnapshotGroup {
    const instanceIds = new Set(disks.map((disk) => disk.instanceId));
    const [instanceId] = instanceIds;
    const group: SnapshotGroup = {
        snapshotGroupId: newId.snapshotGroup(),
        name: settings.name,
        description: settings.description,
        instanceId: instanceIds.size === 1 && instanceId !== "" ? instanceId : undefined,
        creationTime: world.now,
        deletedAt: undefined,
        tags: settings.tags,
        forcedStatus: undefined,
    };
    world.groups.set(group.snapshotGroupId, group);
    for (const disk of disks) {
        const snapshot: Snapshot = {
            snapshotId: newId.snapshot(),
            snapshotGroupId: group.snapshotGroupId,
            instanceId: disk.instanceId,
            sourceDiskId: disk.diskId,
            sourceDiskType: disk.type,
            sourceDiskSize: disk.size,
            encrypted: disk.encrypted,
            creationTime: world.now,
            deletedAt: undefined,
            tags: new Map([["acs:ecs:createFrom", disk.instanceId]]),
        };
        world.snapshots.set(snapshot.snapshotId, snapshot);
    }
    return group;
}

/** What became of one member when its group was deleted. */
export interface MemberDeletion {
    snapshotId: string;
    /** Undefined when it is gone. */
    errorCode: string | undefined;
    errorMessage: string;
}

/** Deletes a group with its members, except those that something made from them holds. */
export function deleteGroup(world: World, group: SnapshotGroup): MemberDeletion[] {
    const { behaviour } = world.surroundings;
    const results = world.membersOf(group.snapshotGroupId).map((member): MemberDeletion => {
        const held = holder(world, member, behaviour.diskHeldMember === "kept");
        if (held !== undefined) {
            return { snapshotId: member.snapshotId, ...held };
        }
        member.deletedAt = world.now;
        return { snapshotId: member.snapshotId, errorCode: undefined, errorMessage: "" };
    });
    const someHeld = results.some((result) => result.errorCode !== undefined);
    if (!someHeld || behaviour.groupWithHeldMember === "goes") {
        group.deletedAt = world.now;
    }
    return results;
}

/** The error that keeps a snapshot from being deleted. */
export function holder(
    world: World,
    snapshot: Snapshot,
    disksHold: boolean,
): { errorCode: string; errorMessage: string } | undefined {
    const { images, disks } = holdersOf(world, snapshot.snapshotId);
    if (images.length > 0) {
        return {
            errorCode: "SnapshotCreatedImage",
            errorMessage: "The snapshot has been used to create a custom image.",
        };
    }
    if (disksHold && disks.length > 0) {
        return {
            errorCode: "SnapshotCreatedDisk",
            errorMessage: "The snapshot has been used to create disks.",
        };
    }
    return undefined;
}

/** Deletes one snapshot, and its group with it when it was the last member and the behaviour says so. */
export function deleteSnapshot(world: World, snapshot: Snapshot): void {
    snapshot.deletedAt = world.now;
    const groupId = snapshot.snapshotGroupId;
    const group = groupId === undefined ? undefined : world.existingGroup(groupId);
    if (
        group !== undefined &&
        world.surroundings.behaviour.emptyGroup === "goes" &&
        world.membersOf(group.snapshotGroupId).length === 0
    ) {
        group.deletedAt = world.now;
    }
}

/** Whether a group of this instance is still uploading. */
export function hasUnfinishedGroup(world: World, instanceId: string): boolean {
    return [...world.groups.values()].some(
        (group) =>
            group.instanceId === instanceId &&
            group.deletedAt === undefined &&
            groupStatus(
                group,
                world.membersOf(group.snapshotGroupId),
                world.now,
                world.surroundings.timing,
            ) === "progressing",
    );
}
