import { during } from "../clock/work";
import { holdersOf } from "./holders";
import { newId } from "./ids";
import type { Disk } from "./instance";
import { groupStatus, type Snapshot, type SnapshotGroup } from "./snapshot";
import { Tags } from "./tags";
import type { World } from "./world";

/** Disk categories of the ESSD family, the only ones that snapshot groups take. */
export const essdFamily: ReadonlySet<string> = new Set([
    "cloud_essd",
    "cloud_auto",
    "cloud_essd_entry",
    "cloud_regional_disk_auto",
]);

interface GroupSettings {
    readonly instanceId: string;
    readonly name: string;
    readonly description: string;
}

/** A snapshot that is being taken, completed in place. */
interface Member {
    disk: Disk;
    snapshotId: string;
    /** The copy of the disk's image. */
    image: string | undefined;
}

/**
 * Takes a snapshot of each disk and makes them a group, which exists once the images behind the disks are copied.
 * Rejects when one cannot be copied; then there is no group.
 */
export async function takeGroup(
    world: World,
    disks: readonly Disk[],
    settings: GroupSettings,
): Promise<SnapshotGroup> {
    const { clock, imageCopies } = world.services;
    const members = disks.map((disk): Member => ({
        disk,
        snapshotId: newId.snapshot(),
        image: undefined,
    }));
    const copies = members.map(async (member) => {
        if (member.disk.image !== undefined) {
            member.image = await imageCopies.take(member.disk.image, member.snapshotId);
        }
    });
    const ends = await during(clock, Promise.allSettled(copies));
    const failure = ends.find((end) => end.status === "rejected");
    if (failure !== undefined) {
        for (const { image } of members) {
            imageCopies.remove(image);
        }
        throw failure.reason;
    }
    return addGroup(world, members, settings);
}

/** Makes a group as {@link takeGroup} does, but without any image: there is nothing to wait for. */
export function createGroup(world: World, disks: readonly Disk[], settings: GroupSettings): SnapshotGroup {
    const members = disks.map((disk) => ({ disk, snapshotId: newId.snapshot(), image: undefined }));
    return addGroup(world, members, settings);
}

function addGroup(world: World, members: readonly Member[], settings: GroupSettings): SnapshotGroup {
    const group: SnapshotGroup = {
        snapshotGroupId: newId.snapshotGroup(),
        ...settings,
        creationTime: world.now,
        deletedAt: undefined,
        tags: new Tags(),
    };
    world.groups.set(group.snapshotGroupId, group);
    for (const { disk, snapshotId, image } of members) {
        const snapshot: Snapshot = {
            snapshotId,
            snapshotGroupId: group.snapshotGroupId,
            instanceId: settings.instanceId,
            sourceDiskId: disk.diskId,
            sourceDiskType: disk.type,
            sourceDiskSize: disk.size,
            image,
            creationTime: world.now,
            deletedAt: undefined,
            tags: new Tags([["acs:ecs:createFrom", settings.instanceId]]),
        };
        world.addSnapshot(snapshot);
    }
    return group;
}

/** The result for one member when its group was deleted. */
export interface MemberDeletion {
    readonly snapshotId: string;
    /** Absent if it is gone. */
    readonly errorCode: string | undefined;
    readonly errorMessage: string;
}

/** Deletes a group with its members, except those that something made from them holds. */
export function deleteGroup(world: World, group: SnapshotGroup): MemberDeletion[] {
    const { behaviour } = world.services;
    const results = world.membersOf(group.snapshotGroupId).map((member): MemberDeletion => {
        const held = whyKept(world, member, behaviour.diskHeldMember === "kept");
        if (held !== undefined) {
            return { snapshotId: member.snapshotId, ...held };
        }
        markDeleted(world, member);
        return { snapshotId: member.snapshotId, errorCode: undefined, errorMessage: "" };
    });
    const someHeld = results.some((result) => result.errorCode !== undefined);
    if (!someHeld || behaviour.groupWithHeldMember === "goes") {
        group.deletedAt = world.now;
    }
    return results;
}

/** Returns the error that keeps a snapshot from being deleted, if there is one. */
export function whyKept(
    world: World,
    snapshot: Snapshot,
    disksHold: boolean,
): { readonly errorCode: string; readonly errorMessage: string } | undefined {
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
    markDeleted(world, snapshot);
    const group = world.existingGroup(snapshot.snapshotGroupId);
    if (
        group !== undefined &&
        world.services.behaviour.emptyGroup === "goes" &&
        world.membersOf(group.snapshotGroupId).length === 0
    ) {
        group.deletedAt = world.now;
    }
}

function markDeleted(world: World, snapshot: Snapshot): void {
    snapshot.deletedAt = world.now;
    world.services.imageCopies.remove(snapshot.image);
    snapshot.image = undefined;
}

/** Tells whether a group of this instance is still uploading. */
export function hasUnfinishedGroup(world: World, instanceId: string): boolean {
    return [...world.groups.values()].some(
        (group) =>
            group.instanceId === instanceId &&
            group.deletedAt === undefined &&
            groupStatus(world.membersOf(group.snapshotGroupId), world.now, world.services.timing) ===
                "progressing",
    );
}
