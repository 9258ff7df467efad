import { type Clock, isoTime } from "../clock/clock";
import type { CloudClock } from "../clock/cloud-clock";
import type { FixtureCredential, FixtureInstance, FixtureRole } from "../fixture/fixture";
import type { Behaviour } from "../settings/behaviour";
import type { Timing } from "../settings/timing";
import { ByKey } from "./by-key";
import type { Image } from "./image";
import type { ImageCopies } from "./image-copies";
import { type Disk, disksOf, type Instance, instanceOf } from "./instance";
import type { Invocation } from "./invocation";
import type { SentFile } from "./sent-file";
import { isVisible, type Snapshot, type SnapshotGroup } from "./snapshot";
import type { Tags } from "./tags";

/** The injected services and settings, which all regions of one emulator share. */
export interface Services {
    /** The clock of this machine, or of a test: everything goes by it. */
    readonly clock: Clock;
    readonly cloudClock: CloudClock;
    /** May be changed while the emulator runs. */
    readonly timing: Timing;
    /** May be changed while the emulator runs. */
    readonly behaviour: Behaviour;
    readonly credentials: FixtureCredential[];
    readonly roles: FixtureRole[];
    readonly pluginConfigTimeoutSeconds: number;
    readonly imageCopies: ImageCopies;
}

/** The age of the fixture's instances at the start of the emulator. */
const fixtureAgeMs = 86_400_000;

/** Everything that exists in one region. */
export class World {
    readonly instances = new Map<string, Instance>();
    readonly disks: ReadonlyMap<string, Disk>;
    readonly images = new Map<string, Image>();
    readonly groups = new Map<string, SnapshotGroup>();
    readonly snapshots: ReadonlyMap<string, Snapshot>;
    readonly invocations = new Map<string, Invocation>();
    readonly sentFiles = new Map<string, SentFile>();
    private readonly diskMap = new Map<string, Disk>();
    private readonly snapshotMap = new Map<string, Snapshot>();
    // A scan of everything for each request would be most of what an emulator of thousands of instances costs.
    private readonly disksByInstance = new ByKey<Disk>((disk) => disk.instanceId);
    private readonly disksBySnapshot = new ByKey<Disk>((disk) => disk.sourceSnapshotId);
    private readonly snapshotsByGroup = new ByKey<Snapshot>((snapshot) => snapshot.snapshotGroupId);

    constructor(
        readonly regionId: string,
        readonly services: Services,
        instances: readonly FixtureInstance[],
    ) {
        this.disks = this.diskMap;
        this.snapshots = this.snapshotMap;
        for (const instance of instances) {
            this.addInstance(instance, fixtureAgeMs);
        }
    }

    get now(): number {
        return this.services.clock.now();
    }

    /** Formats a moment of {@link now} by the cloud's own clock, as the API writes it. */
    time(moment: number): string {
        return isoTime(this.services.cloudClock.at(moment));
    }

    /** @param ageMs how long ago the instance was created and started. Default 0. */
    addInstance(fixture: FixtureInstance, ageMs = 0): void {
        const instance = instanceOf(fixture, this.regionId, () => this.now, ageMs);
        this.instances.set(instance.instanceId, instance);
        for (const disk of disksOf(fixture, instance, this.now)) {
            this.addDisk(disk);
        }
    }

    addDisk(disk: Disk): void {
        this.diskMap.set(disk.diskId, disk);
        this.disksByInstance.add(disk);
        this.disksBySnapshot.add(disk);
    }

    removeDisk(disk: Disk): void {
        this.diskMap.delete(disk.diskId);
        this.disksByInstance.remove(disk);
        this.disksBySnapshot.remove(disk);
    }

    disksOf(instanceId: string): readonly Disk[] {
        return this.disksByInstance.of(instanceId);
    }

    /** Returns the disks that were made from a snapshot. */
    disksFrom(snapshotId: string): readonly Disk[] {
        return this.disksBySnapshot.of(snapshotId);
    }

    addSnapshot(snapshot: Snapshot): void {
        this.snapshotMap.set(snapshot.snapshotId, snapshot);
        this.snapshotsByGroup.add(snapshot);
    }

    role(name: string): FixtureRole | undefined {
        return this.services.roles.find((role) => role.name === name);
    }

    /** Returns the tags of a resource that Describe operations show now. */
    shownTags({ tags }: { readonly tags: Tags }): ReadonlyMap<string, string> {
        return tags.shown(this.now, this.services.timing);
    }

    /** Returns the snapshots of a group that Describe operations show now. */
    visibleMembersOf(snapshotGroupId: string): Snapshot[] {
        return this.snapshotsByGroup.of(snapshotGroupId).filter((snapshot) => this.shows(snapshot));
    }

    /** Returns the snapshots of a group that have not been deleted. */
    membersOf(snapshotGroupId: string): Snapshot[] {
        return this.snapshotsByGroup
            .of(snapshotGroupId)
            .filter((snapshot) => snapshot.deletedAt === undefined);
    }

    /** Returns a group that exists, whether or not Describe operations show it already. */
    existingGroup(snapshotGroupId: string): SnapshotGroup | undefined {
        const group = this.groups.get(snapshotGroupId);
        return group?.deletedAt === undefined ? group : undefined;
    }

    /** Returns a snapshot that exists, whether or not Describe operations show it already. */
    existingSnapshot(snapshotId: string): Snapshot | undefined {
        const snapshot = this.snapshots.get(snapshotId);
        return snapshot?.deletedAt === undefined ? snapshot : undefined;
    }

    /** Tells whether Describe operations show a snapshot or a group now. */
    shows(item: { readonly creationTime: number; readonly deletedAt: number | undefined }): boolean {
        const { timing, behaviour } = this.services;
        return isVisible(item, this.now, timing, behaviour.deletion);
    }
}
