import { asFixture } from "../file-system/file-system";
import { octal } from "../file-system/inode";
import type {
    FixtureAgent,
    InstanceDirectory,
    InstanceFile,
    InstanceStatus,
    OsType,
} from "../fixture/fixture";
import { holdersOf } from "../world/holders";
import { invocationStatus, type RecordStatus } from "../world/invocation";
import { type SentFile, type SentFileStatus, sentFileStatus } from "../world/sent-file";
import { type GroupStatus, groupStatus, isAvailable, progress, type Snapshot } from "../world/snapshot";
import type { World } from "../world/world";

/** Everything that exists now, as copies: changing them changes nothing. */
export interface State {
    readonly instances: readonly InstanceState[];
    /** Groups that exist, whether or not Describe operations show them. */
    readonly snapshotGroups: readonly SnapshotGroupState[];
    /** Snapshots that exist, members of groups or left over from one. */
    readonly snapshots: readonly SnapshotState[];
    readonly invocations: readonly InvocationState[];
    /** Every SendFile. */
    readonly sentFiles: readonly SentFileState[];
}

export interface InstanceState {
    readonly instanceId: string;
    readonly status: InstanceStatus;
    readonly osType: OsType;
    /** The attached role, whether or not the instance sees it already. */
    readonly ramRoleName: string | undefined;
    readonly agent: FixtureAgent;
    /** Files and symbolic links, sorted by path. */
    readonly files: InstanceFileState[];
    /** All directories, sorted by path. */
    readonly directories: InstanceDirectory[];
    readonly diskIds: string[];
    readonly tags: Record<string, string>;
    /** True during the freeze of a snapshot, and ever after if the freezer was killed in it. */
    readonly frozen: boolean;
    /** True while a run of the plugin waits at its outcome's `holdAt`. */
    readonly pluginWaits: boolean;
    readonly reboots: number;
    /** Scripted plugin runs not yet used. */
    readonly outcomesLeft: number;
}

export interface InstanceFileState extends InstanceFile {
    readonly mtime: string;
    /**
     * True once other accounts than its owner's and its group's could read it: its mode allowed them to, and those
     * of all directories above let them come there. Linux only.
     */
    readonly exposed: boolean;
}

export interface SnapshotGroupState {
    readonly snapshotGroupId: string;
    readonly name: string;
    readonly description: string;
    readonly instanceId: string;
    readonly status: GroupStatus;
    readonly creationTime: string;
    readonly tags: Record<string, string>;
    readonly snapshotIds: string[];
}

export interface SnapshotState {
    readonly snapshotId: string;
    readonly snapshotGroupId: string;
    readonly instanceId: string;
    readonly sourceDiskId: string;
    readonly sourceDiskType: "system" | "data";
    /** A file on this machine with the content of the disk at that time; only where the disk has an `image`. */
    readonly image: string | undefined;
    readonly available: boolean;
    /** The progress of the upload in per cent. */
    readonly progress: number;
    readonly creationTime: string;
    readonly tags: Record<string, string>;
    /** Images and disks made from it. */
    readonly imageIds: string[];
    readonly diskIds: string[];
}

export interface InvocationState {
    readonly invokeId: string;
    readonly commandId: string;
    readonly name: string;
    readonly type: string;
    /** The decoded script. */
    readonly content: string;
    readonly timeoutSeconds: number;
    readonly terminationMode: "Process" | "ProcessTree";
    readonly status: string;
    readonly creationTime: string;
    readonly tags: Record<string, string>;
    readonly results: InvocationResultState[];
}

export interface InvocationResultState {
    readonly instanceId: string;
    readonly status: RecordStatus;
    readonly errorCode: string;
    readonly exitCode: number | undefined;
    /** The decoded output, with the middle cut out when it is long. */
    readonly output: string;
    readonly startTime: string | undefined;
    readonly finishTime: string | undefined;
}

export interface SentFileState {
    readonly invokeId: string;
    readonly name: string;
    readonly targetDir: string;
    /** The decoded content. */
    readonly content: string;
    readonly fileMode: string;
    readonly fileOwner: string;
    readonly fileGroup: string;
    readonly overwrite: boolean;
    readonly timeoutSeconds: number;
    readonly status: string;
    readonly creationTime: string;
    readonly tags: Record<string, string>;
    readonly results: SentFileResultState[];
}

export interface SentFileResultState {
    readonly instanceId: string;
    readonly status: SentFileStatus;
    readonly errorCode: string;
    /** True once other accounts of the instance could read it while it was being written, also when it is gone. */
    readonly exposed: boolean;
    readonly startTime: string | undefined;
    readonly finishTime: string | undefined;
}

/** Returns a live view of a world. */
export function stateOf(world: World): State {
    return {
        get instances() {
            return [...world.instances.values()].map((instance): InstanceState => ({
                instanceId: instance.instanceId,
                status: instance.status,
                osType: instance.osType,
                ramRoleName: instance.role?.name,
                agent: { ...instance.agent },
                files: instance.fileSystem.files().map((found) => ({
                    ...asFixture(found),
                    exposed: found.inode.kind === "file" && found.inode.exposed,
                })),
                directories: instance.fileSystem.directories().map(({ path, inode }) => ({
                    path,
                    owner: inode.owner,
                    group: inode.group,
                    mode: octal(inode.mode),
                })),
                diskIds: world.disksOf(instance.instanceId).map((disk) => disk.diskId),
                tags: Object.fromEntries(instance.tags.current),
                frozen: instance.frozen,
                pluginWaits: instance.holds.waiting,
                reboots: instance.reboots,
                outcomesLeft: instance.outcomes.length,
            }));
        },
        get snapshotGroups() {
            return [...world.groups.values()]
                .filter((group) => group.deletedAt === undefined)
                .map((group): SnapshotGroupState => {
                    const members = world.membersOf(group.snapshotGroupId);
                    return {
                        snapshotGroupId: group.snapshotGroupId,
                        name: group.name,
                        description: group.description,
                        instanceId: group.instanceId,
                        status: groupStatus(members, world.now, world.services.timing),
                        creationTime: world.time(group.creationTime),
                        tags: Object.fromEntries(group.tags.current),
                        snapshotIds: members.map((member) => member.snapshotId),
                    };
                });
        },
        get snapshots() {
            return [...world.snapshots.values()]
                .filter((snapshot) => snapshot.deletedAt === undefined)
                .map((snapshot) => snapshotState(snapshot, world));
        },
        get invocations() {
            return invocationStates(world);
        },
        get sentFiles() {
            return [...world.sentFiles.values()].map((sent) => asState(sent, world));
        },
    };
}

function snapshotState(snapshot: Snapshot, world: World): SnapshotState {
    const { timing } = world.services;
    const holders = holdersOf(world, snapshot.snapshotId);
    return {
        snapshotId: snapshot.snapshotId,
        snapshotGroupId: snapshot.snapshotGroupId,
        instanceId: snapshot.instanceId,
        sourceDiskId: snapshot.sourceDiskId,
        sourceDiskType: snapshot.sourceDiskType,
        image: snapshot.image,
        available: isAvailable(snapshot, world.now, timing),
        progress: progress(snapshot, world.now, timing),
        creationTime: world.time(snapshot.creationTime),
        tags: Object.fromEntries(snapshot.tags.current),
        imageIds: holders.images.map((image) => image.imageId),
        diskIds: holders.disks.map((disk) => disk.diskId),
    };
}

function invocationStates(world: World): InvocationState[] {
    return [...world.invocations.values()].map(({ invokeId, command, creationTime, tags, records }) => ({
        invokeId,
        commandId: command.commandId,
        name: command.name,
        type: command.type,
        content: command.content,
        timeoutSeconds: command.timeoutSeconds,
        terminationMode: command.terminationMode,
        status: invocationStatus(records.map((record) => record.status)),
        creationTime: world.time(creationTime),
        tags: Object.fromEntries(tags.current),
        results: records.map((record) => ({
            instanceId: record.instanceId,
            status: record.status,
            errorCode: record.errorCode,
            exitCode: record.exitCode,
            output: record.output.read().bytes.toString("utf8"),
            startTime: time(record.startTime, world),
            finishTime: time(record.finishTime, world),
        })),
    }));
}

function asState(sent: SentFile, world: World): SentFileState {
    return {
        invokeId: sent.invokeId,
        name: sent.name,
        targetDir: sent.targetDir,
        content: sent.content.toString("utf8"),
        fileMode: sent.fileMode,
        fileOwner: sent.fileOwner,
        fileGroup: sent.fileGroup,
        overwrite: sent.overwrite,
        timeoutSeconds: sent.timeoutSeconds,
        status: sentFileStatus(sent),
        creationTime: world.time(sent.creationTime),
        tags: Object.fromEntries(sent.tags.current),
        results: sent.records.map(({ instanceId, status, errorCode, exposed, startTime, finishTime }) => ({
            instanceId,
            status,
            errorCode,
            exposed,
            startTime: time(startTime, world),
            finishTime: time(finishTime, world),
        })),
    };
}

function time(ms: number | undefined, world: World): string | undefined {
    return ms === undefined ? undefined : world.time(ms);
}
