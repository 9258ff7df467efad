import type { Arguments } from "../parameters/arguments";
import { paging, required, string } from "../parameters/spec";
import type { Body } from "../refusals/api-error";
import type { Disk } from "../world/instance";
import type { World } from "../world/world";
import { equals } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { paginate } from "./paging";

/** The operations on disks. */
export const diskOperations: OperationTable = {
    DescribeDisks: {
        parameters: {
            RegionId: required({ absent: { status: 400, code: "MissingParamter.RegionId" } }),
            InstanceId: string(),
            SnapshotId: string(),
            ...paging(10, 500),
        },
        run: describeDisks,
    },
};

function describeDisks(args: Arguments, { world }: Context): Body {
    const found = [...world.disks.values()].filter(
        (disk) =>
            equals(disk.instanceId, args.text("InstanceId")) &&
            equals(disk.sourceSnapshotId, args.text("SnapshotId")),
    );
    const page = paginate(found, args);
    return {
        RegionId: world.regionId,
        ...page.fields,
        NextToken: page.nextToken,
        // Documented as meaningless when paging by token.
        TotalCount: 0,
        Disks: { Disk: page.items.map((disk) => diskBody(disk, world)) },
    };
}

function diskBody(disk: Disk, world: World): Body {
    const attachment = {
        InstanceId: disk.instanceId,
        Device: disk.device,
        AttachedTime: world.time(disk.creationTime),
    };
    // A disk for several instances tells its instances in the list of attachments only.
    const shared = disk.multiAttach === "Enabled";
    return {
        DiskId: disk.diskId,
        DiskName: "",
        RegionId: world.regionId,
        ZoneId: disk.zoneId,
        InstanceId: shared ? "" : disk.instanceId,
        Device: shared ? "" : disk.device,
        Type: disk.type,
        Category: disk.category,
        Size: disk.size,
        Status: disk.instanceId === "" ? "Available" : "In_use",
        MultiAttach: disk.multiAttach,
        Portable: disk.type === "data",
        SourceSnapshotId: disk.sourceSnapshotId,
        CreationTime: world.time(disk.creationTime),
        Attachments: { Attachment: disk.instanceId === "" ? [] : [attachment] },
    };
}
