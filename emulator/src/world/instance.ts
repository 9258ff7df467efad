import type { FileSystem } from "../file-system/file-system";
import { filesOf } from "../file-system/layout";
import { Users } from "../file-system/users";
import type {
    FixtureDisk,
    FixtureFileSystem,
    FixtureInstance,
    InstanceStatus,
    NetworkTarget,
    OsType,
    PluginOutcome,
} from "../fixture/fixture";
import { Holds } from "./holds";
import { Tags } from "./tags";

/** An instance as it is now. A record of the emulator's state, changed in place. */
export interface Instance {
    instanceId: string;
    instanceName: string;
    regionId: string;
    zoneId: string;
    status: InstanceStatus;
    osType: OsType;
    osName: string;
    networkType: "vpc" | "classic";
    httpTokens: "optional" | "required";
    httpEndpoint: "enabled" | "disabled";
    /** The services that a firewall keeps it from. */
    unreachable: NetworkTarget[];
    lockReasons: string[];
    creationTime: number;
    /** The time of the last start; absent for an instance that was never started. */
    startTime: number | undefined;
    tags: Tags;
    role: AttachedRole | undefined;
    agent: { installed: boolean; online: boolean; version: string };
    /** The mounted file systems, except for those of the kernel. */
    fileSystems: readonly FixtureFileSystem[];
    /** Mount points on this machine that a freeze really freezes. */
    mounts: readonly string[];
    fileSystem: FileSystem;
    users: Users;
    /** The time that a run of the plugin takes, if it is this instance's own. */
    pluginMs: number | undefined;
    outcomes: PluginOutcome[];
    /** True while a run of the plugin has not ended. */
    pluginRuns: boolean;
    holds: Holds;
    /** True while the file systems are frozen; stays true if the freezer is killed before it thaws. */
    frozen: boolean;
    /** The number of times that a command's exit code made the agent reboot the instance. */
    reboots: number;
}

interface AttachedRole {
    readonly name: string;
    /** From then on the instance itself sees it. */
    readonly visibleFrom: number;
}

/** A disk. A record of the emulator's state, changed in place. */
export interface Disk {
    diskId: string;
    /** "" for a disk that is not attached. */
    instanceId: string;
    zoneId: string;
    type: "system" | "data";
    category: string;
    size: number;
    multiAttach: "Disabled" | "Enabled";
    device: string;
    /** The snapshot it was made from, or "". */
    sourceSnapshotId: string;
    /** A file on this machine that holds its content. */
    image: string | undefined;
    creationTime: number;
}

const agentVersions: Readonly<Record<OsType, string>> = { linux: "2.2.4.910", windows: "2.1.4.910" };

/**
 * Returns an instance of a fixture, with its defaults.
 *
 * @param ageMs how long ago it was created and started.
 */
export function instanceOf(
    fixture: FixtureInstance,
    regionId: string,
    now: () => number,
    ageMs: number,
): Instance {
    const role = fixture.ramRoleName ?? undefined;
    const creationTime = now() - ageMs;
    return {
        instanceId: fixture.instanceId,
        instanceName: fixture.instanceName ?? fixture.instanceId,
        regionId,
        zoneId: fixture.zoneId ?? `${regionId}-h`,
        status: fixture.status ?? "Running",
        osType: fixture.osType,
        osName: fixture.osName,
        networkType: fixture.networkType ?? "vpc",
        httpTokens: fixture.httpTokens ?? "optional",
        httpEndpoint: fixture.httpEndpoint ?? "enabled",
        unreachable: [...(fixture.unreachable ?? [])],
        lockReasons: [...(fixture.lockReasons ?? [])],
        creationTime,
        startTime: fixture.status === "Pending" ? undefined : creationTime,
        tags: new Tags(Object.entries(fixture.tags ?? {})),
        role: role === undefined ? undefined : { name: role, visibleFrom: now() },
        agent: {
            ...(fixture.agent ?? { installed: true, online: true, version: agentVersions[fixture.osType] }),
        },
        fileSystems: [...(fixture.fileSystems ?? [{ target: "/", type: "ext4", source: "/dev/vda1" }])],
        mounts: [...(fixture.mounts ?? [])],
        fileSystem: filesOf(fixture, now),
        users: new Users(),
        pluginMs: fixture.pluginMs,
        outcomes: [...(fixture.plugin?.outcomes ?? [])],
        pluginRuns: false,
        holds: new Holds(),
        frozen: false,
        reboots: 0,
    };
}

/** Returns the disks of an instance of a fixture. */
export function disksOf(fixture: FixtureInstance, instance: Instance, now: number): Disk[] {
    return fixture.disks.map((disk, index) => diskOf(disk, index, instance, now));
}

function diskOf(disk: FixtureDisk, index: number, instance: Instance, now: number): Disk {
    return {
        diskId: disk.diskId,
        instanceId: instance.instanceId,
        zoneId: instance.zoneId,
        type: disk.type,
        category: disk.category,
        size: disk.size ?? 40,
        multiAttach: disk.multiAttach ?? "Disabled",
        device: `/dev/xvd${String.fromCharCode("a".charCodeAt(0) + index)}`,
        sourceSnapshotId: "",
        image: disk.image,
        creationTime: now,
    };
}

/** Gives an instance another status, and dates the start that it may be, in one step or in two. */
export function changeStatus(instance: Instance, status: InstanceStatus, now: number): void {
    const before = instance.status;
    if (status !== before && (status === "Starting" || (status === "Running" && before !== "Starting"))) {
        instance.startTime = now;
    }
    instance.status = status;
}

/** Tells whether commands can reach the instance. */
export function agentAnswers(instance: Instance): boolean {
    return instance.status === "Running" && instance.agent.installed && instance.agent.online;
}

/** Tells whether a program on the instance gets an answer of its metadata service, be it a refusal. */
export function metadataAnswers(instance: Instance): boolean {
    return instance.httpEndpoint === "enabled" && !instance.unreachable.includes("metadata");
}

/** Returns the role that a program on the instance finds in the metadata. */
export function visibleRole(instance: Instance, now: number): string | undefined {
    const role = instance.role;
    return role !== undefined && now >= role.visibleFrom ? role.name : undefined;
}
