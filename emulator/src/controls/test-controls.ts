import type {
    FixtureInstance,
    InstanceDirectory,
    InstanceFile,
    InstanceStatus,
    NetworkTarget,
    PluginOutcome,
} from "../fixture/fixture";
import { instanceDirectory, instanceFile } from "../fixture/instance-files";
import { checkOutcome, fixtureInstance, networkTarget, pluginOutcome } from "../fixture/parse";
import { checkMounts } from "../freeze/check-mounts";
import type { Behaviour } from "../settings/behaviour";
import type { Timing } from "../settings/timing";
import { checkImages } from "../world/check-images";
import { createGroup, deleteGroup, deleteSnapshot, essdFamily } from "../world/group-life";
import { diskFrom, holdersOf, imageFrom } from "../world/holders";
import type { ImageStatus } from "../world/image";
import { changeStatus, type Instance } from "../world/instance";
import type { Snapshot, SnapshotGroup } from "../world/snapshot";
import type { World } from "../world/world";

/**
 * Changes the world from outside, as another user, the console or an accident would.
 * Every method throws when what it names does not exist.
 */
export class TestControls {
    constructor(private readonly world: World) {}

    /** Changes readings of uncertain points from now on. */
    behaviour(changes: Partial<Behaviour>): void {
        Object.assign(this.world.services.behaviour, changes);
    }

    /** Changes durations from now on; ages count from the creation, so this also ages what exists. Dates stay. */
    timing(changes: Partial<Timing>): void {
        const { timing, cloudClock } = this.world.services;
        Object.assign(timing, changes);
        if (changes.clockOffsetMs !== undefined) {
            cloudClock.change(changes.clockOffsetMs, this.world.now);
        }
    }

    /** Creates an instance, which is new then, whatever its status. */
    addInstance(instance: FixtureInstance): void {
        const checked = fixtureInstance(instance, "instance");
        checkMounts(checked, "instance");
        checkImages(checked, "instance");
        this.world.addInstance(checked);
    }

    /** Releases an instance and its disks; snapshots stay. */
    removeInstance(instanceId: string): void {
        this.instance(instanceId);
        for (const disk of this.world.disksOf(instanceId)) {
            this.world.removeDisk(disk);
        }
        this.world.instances.delete(instanceId);
    }

    /** Changes the status. A change to `Starting`, or to `Running` without it, is a start, which DescribeInstances dates. */
    setInstanceStatus(instanceId: string, status: InstanceStatus): void {
        changeStatus(this.instance(instanceId), status, this.world.now);
    }

    setAgent(
        instanceId: string,
        changes: Partial<{ readonly installed: boolean; readonly online: boolean; readonly version: string }>,
    ): void {
        Object.assign(this.instance(instanceId).agent, changes);
    }

    /** Changes the metadata service of an instance, and what a firewall keeps it from. */
    setNetwork(
        instanceId: string,
        changes: Partial<{
            readonly httpEndpoint: Instance["httpEndpoint"];
            readonly httpTokens: Instance["httpTokens"];
            readonly unreachable: NetworkTarget[];
        }>,
    ): void {
        const unreachable = changes.unreachable?.map((item) => networkTarget(item, "unreachable"));
        Object.assign(this.instance(instanceId), changes, unreachable === undefined ? {} : { unreachable });
    }

    /** Attaches a role at once, without propagation delay, replacing any other. */
    attachRole(instanceId: string, roleName: string): void {
        this.role(roleName);
        this.instance(instanceId).role = { name: roleName, visibleFrom: this.world.now };
    }

    detachRole(instanceId: string): void {
        this.instance(instanceId).role = undefined;
    }

    /** Changes the category of a disk, as ModifyDiskSpec does. */
    setDiskCategory(diskId: string, category: string): void {
        existing(this.world.disks.get(diskId), `disk ${diskId}`).category = category;
    }

    /** Replaces what an access key may use, from the next request on. */
    setCredentialActions(accessKeyId: string, actions: readonly string[]): void {
        const { credentials } = this.world.services;
        const credential = credentials.find((item) => item.accessKeyId === accessKeyId);
        existing(credential, `access key ${accessKeyId}`).allow = [...actions];
    }

    /** Replaces what a role allows. */
    setRoleActions(roleName: string, actions: readonly string[]): void {
        this.role(roleName).actions = [...actions];
    }

    /** Adds or replaces a file or a symbolic link on an instance. */
    setFile(instanceId: string, file: InstanceFile): void {
        const checked = instanceFile(file, "file");
        this.linuxInstance(instanceId).fileSystem.put(checked);
    }

    /** Adds a directory to an instance, or changes its owner and mode. */
    setDirectory(instanceId: string, directory: InstanceDirectory): void {
        const checked = instanceDirectory(directory, "directory");
        this.linuxInstance(instanceId).fileSystem.putDirectory(checked);
    }

    removeFile(instanceId: string, path: string): void {
        this.instance(instanceId).fileSystem.drop(path);
    }

    /** Scripts the next runs of the plugin on an instance, after those already scripted. */
    addOutcomes(instanceId: string, ...outcomes: PluginOutcome[]): void {
        const instance = this.instance(instanceId);
        const checked = outcomes.map((item) => pluginOutcome(item, "outcome"));
        for (const outcome of checked) {
            checkOutcome(outcome, instance.osType, "outcome");
        }
        instance.outcomes.push(...checked);
    }

    /** Releases the runs of the plugin that wait at their outcome's `holdAt`. Throws when none does. */
    releasePlugin(instanceId: string): void {
        if (this.instance(instanceId).holds.release() === 0) {
            throw new Error(`no run of the plugin waits on instance ${instanceId}`);
        }
    }

    /**
     * Has Cloud Assistant forget an invocation with its results, or only those with the output, as it does after thirty
     * days or ten thousand records. What still runs goes on.
     */
    forgetInvocation(invokeId: string, what: "all" | "results"): void {
        const invocation = existing(this.world.invocations.get(invokeId), `invocation ${invokeId}`);
        if (what === "all") {
            this.world.invocations.delete(invokeId);
        } else {
            invocation.resultsForgotten = true;
        }
    }

    /** Makes a group as somebody else would, of the ESSD disks of an instance, without their images. Returns its id. */
    createSnapshotGroup(
        instanceId: string,
        { name = "", description = "" }: { readonly name?: string; readonly description?: string } = {},
    ): string {
        this.instance(instanceId);
        const disks = this.world.disksOf(instanceId).filter((disk) => essdFamily.has(disk.category));
        return createGroup(this.world, disks, { instanceId, name, description }).snapshotGroupId;
    }

    /** Deletes a group with all its members that nothing holds. */
    deleteSnapshotGroup(snapshotGroupId: string): void {
        deleteGroup(this.world, this.group(snapshotGroupId));
    }

    /** Makes a group disappear at once that was deleted, and could still be described for a while. */
    finishDeletion(snapshotGroupId: string): void {
        const group = existing(this.world.groups.get(snapshotGroupId), `snapshot group ${snapshotGroupId}`);
        if (group.deletedAt === undefined) {
            throw new Error(`snapshot group ${snapshotGroupId} was not deleted`);
        }
        group.deletedAt = -Infinity;
    }

    /** Renames a group, and describes it anew if a description is given. */
    renameSnapshotGroup(snapshotGroupId: string, name: string, description?: string): void {
        const group = this.group(snapshotGroupId);
        group.name = name;
        group.description = description ?? group.description;
    }

    /** Deletes one snapshot, whatever holds it. */
    deleteSnapshot(snapshotId: string): void {
        deleteSnapshot(this.world, this.snapshot(snapshotId));
    }

    /**
     * Makes an image or a disk from a snapshot, which then holds it. An image may be made from several snapshots; it is
     * named like its id and `Available` unless told otherwise. A disk is attached to nothing.
     */
    holdSnapshot(
        snapshotId: string,
        by:
            | { readonly imageId: string; readonly imageName?: string; readonly status?: ImageStatus }
            | { readonly diskId: string },
    ): void {
        const snapshot = this.snapshot(snapshotId);
        if ("imageId" in by) {
            imageFrom(this.world, snapshot, by);
        } else if (this.world.disks.has(by.diskId)) {
            throw new Error(`there is a disk ${by.diskId} already`);
        } else {
            diskFrom(this.world, snapshot, by.diskId);
        }
    }

    /** Deletes the images and disks that were made from a snapshot, or only one of them. */
    releaseSnapshot(
        snapshotId: string,
        from?: { readonly imageId: string } | { readonly diskId: string },
    ): void {
        const { images, disks } = holdersOf(this.world, snapshotId);
        const imageIds = images.map((image) => image.imageId);
        const diskIds = disks.map((disk) => disk.diskId);
        const one = from && ("imageId" in from ? from.imageId : from.diskId);
        if (one !== undefined && ![...imageIds, ...diskIds].includes(one)) {
            throw new Error(`${one} was not made from snapshot ${snapshotId}`);
        }
        for (const id of one === undefined ? imageIds : [one]) {
            this.world.images.delete(id);
        }
        for (const disk of disks.filter(({ diskId }) => one === undefined || diskId === one)) {
            this.world.removeDisk(disk);
        }
    }

    /**
     * Sets tags of a snapshot, group, instance, invocation or sent file, to be seen at once; undefined removes one.
     */
    setTags(resourceId: string, tags: Record<string, string | undefined>): void {
        const { groups, snapshots, instances, invocations, sentFiles } = this.world;
        const resource = [groups, snapshots, instances, invocations, sentFiles]
            .map((kind) => kind.get(resourceId))
            .find((found) => found !== undefined);
        if (resource === undefined) {
            throw new Error(`there is no resource ${resourceId}`);
        }
        for (const [key, value] of Object.entries(tags)) {
            resource.tags.set(key, value);
        }
    }

    private instance(id: string): Instance {
        return existing(this.world.instances.get(id), `instance ${id}`);
    }

    private linuxInstance(id: string): Instance {
        const instance = this.instance(id);
        if (instance.osType !== "linux") {
            throw new Error(`the emulator does not model the files of Windows instances: ${id}`);
        }
        return instance;
    }

    private group(id: string): SnapshotGroup {
        return existing(this.world.existingGroup(id), `snapshot group ${id}`);
    }

    private snapshot(id: string): Snapshot {
        return existing(this.world.existingSnapshot(id), `snapshot ${id}`);
    }

    private role(name: string) {
        return existing(this.world.role(name), `role ${name}`);
    }
}

function existing<T>(found: T | undefined, what: string): T {
    if (found === undefined) {
        throw new Error(`there is no ${what}`);
    }
    return found;
}
