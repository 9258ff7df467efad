import type { Behaviour } from "../settings/behaviour";
import type { Timing } from "../settings/timing";
import type { Tags } from "./tags";

/** A snapshot, whose progress follows from its age. A record of the emulator's state, changed in place. */
export interface Snapshot {
    snapshotId: string;
    snapshotGroupId: string;
    instanceId: string;
    sourceDiskId: string;
    sourceDiskType: "system" | "data";
    sourceDiskSize: number;
    /** A file on this machine: the content of the disk at the time, where that has an image. */
    image: string | undefined;
    creationTime: number;
    deletedAt: number | undefined;
    tags: Tags;
}

/** A snapshot group; its members carry its id. A record of the emulator's state, changed in place. */
export interface SnapshotGroup {
    snapshotGroupId: string;
    name: string;
    description: string;
    instanceId: string;
    creationTime: number;
    deletedAt: number | undefined;
    tags: Tags;
}

export type GroupStatus = "progressing" | "accomplished";

/** Tells whether Describe operations show a snapshot or a group: not yet after its creation, still after its deletion. */
export function isVisible(
    item: { readonly creationTime: number; readonly deletedAt: number | undefined },
    now: number,
    timing: Timing,
    deletion: Behaviour["deletion"],
): boolean {
    const lingering = deletion === "asynchronous" ? timing.deletionMs : 0;
    return (
        now >= item.creationTime + timing.visibilityMs &&
        (item.deletedAt === undefined || now < item.deletedAt + lingering)
    );
}

/** Returns the progress of the upload in per cent. */
export function progress(snapshot: Snapshot, now: number, timing: Timing): number {
    const age = now - snapshot.creationTime;
    return age >= timing.uploadMs ? 100 : Math.max(0, Math.floor((100 * age) / timing.uploadMs));
}

/** Tells whether disks can be made from it, which is the case long before the upload ends. */
export function isAvailable(snapshot: Snapshot, now: number, timing: Timing): boolean {
    return now >= snapshot.creationTime + timing.availableMs;
}

/** Returns the status of a group, which follows from its members' progress. */
export function groupStatus(members: readonly Snapshot[], now: number, timing: Timing): GroupStatus {
    return members.every((member) => progress(member, now, timing) === 100) ? "accomplished" : "progressing";
}
