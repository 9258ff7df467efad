import { ApiError, type Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import { checkGroupDescription, checkGroupName } from "../parameters/rules";
import { missing } from "../parameters/validate";
import { essdFamily, takeGroup } from "../world/group-life";
import type { Disk } from "../world/instance";
import type { World } from "../world/world";
import { needInstances } from "./lookups";
import type { Context } from "./operation";

/** Takes snapshots of the disks of an instance, or of chosen disks, as a group. */
export async function createSnapshotGroup(args: Arguments, { world }: Context): Promise<Body> {
    checkGroupName(args.text("Name"));
    checkGroupDescription(args.text("Description"));
    const disks = chosenDisks(args, world);
    for (const disk of disks) {
        checkDisk(disk, disks);
    }
    const group = await takeGroup(world, disks, {
        name: args.textOr("Name", ""),
        description: args.textOr("Description", ""),
        tags: args.tagMap("Tag"),
    });
    return { SnapshotGroupId: group.snapshotGroupId };
}

function chosenDisks(args: Arguments, world: World): Disk[] {
    const instanceId = args.text("InstanceId");
    const diskIds = args.list("DiskId");
    const excluded = args.list("ExcludeDiskId");
    if (diskIds !== undefined && excluded !== undefined) {
        throw new ApiError(
            400,
            "InvalidParam.ExcludeDiskIdsAndDiskIds.Conflict",
            "DiskId and ExcludeDiskId exclude each other.",
        );
    }
    if (instanceId === undefined && diskIds === undefined) {
        throw missing("InstanceId", { status: 400, code: "MissingParamter.InstanceId" });
    }
    if (instanceId !== undefined) {
        checkInstance(world, instanceId);
    }
    const all = instanceId === undefined ? [...world.disks.values()] : world.disksOf(instanceId);
    const unknown = (diskIds ?? []).find((id) => !all.some((disk) => disk.diskId === id));
    if (unknown !== undefined) {
        throw new ApiError(404, "InvalidDiskId.NotFound", `The specified disk does not exist: ${unknown}.`);
    }
    const chosen = all.filter((disk) =>
        diskIds === undefined ? !(excluded ?? []).includes(disk.diskId) : diskIds.includes(disk.diskId),
    );
    if (chosen.length === 0) {
        throw new ApiError(403, "InvalidInstance.NoDisk", "No disk is left to take a snapshot of.");
    }
    return chosen;
}

function checkInstance(world: World, instanceId: string): void {
    for (const instance of needInstances(world, [instanceId])) {
        if (instance.status !== "Running" && instance.status !== "Stopped") {
            throw new ApiError(403, "IncorrectInstanceStatus", "The instance must be running or stopped.");
        }
        if (instance.lockReasons.includes("security")) {
            throw new ApiError(
                403,
                "InstanceLockedForSecurity",
                "The instance is locked for security reasons.",
            );
        }
    }
}

function checkDisk(disk: Disk, all: readonly Disk[]): void {
    if (!essdFamily.has(disk.category)) {
        throw new ApiError(
            400,
            "DiskCategory.OperationNotSupported",
            `The category of ${disk.diskId} is not supported.`,
        );
    }
    if (disk.multiAttach === "Enabled") {
        throw new ApiError(403, "InvalidOperation.MultiAttachDisk", `${disk.diskId} is a multi-attach disk.`);
    }
    if (disk.status !== "In_use" && disk.status !== "Available") {
        throw new ApiError(403, "IncorrectDiskStatus", `The status of ${disk.diskId} is ${disk.status}.`);
    }
    if (disk.zoneId !== all[0]?.zoneId) {
        throw new ApiError(400, "InvalidDiskIds.NotInSameZone", "The disks are not in the same zone.");
    }
}
