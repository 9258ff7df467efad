import type { Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import {
    boolean,
    choice,
    ids,
    integer,
    paging,
    required,
    string,
    tagFilter,
    unmodelled,
    unused,
} from "../parameters/spec";
import { listTags } from "../parameters/tag-words";
import type { Disk } from "../world/instance";
import { asTagKeyValue, hasTags } from "../world/tags";
import type { World } from "../world/world";
import { refuseDryRun } from "./instances";
import { equals } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { pageFields, paginate } from "./paging";

/** The operations on disks. */
export const diskOperations: OperationTable = {
    DescribeDisks: {
        parameters: {
            RegionId: required({ absent: { status: 400, code: "MissingParamter.RegionId" } }),
            DiskIds: ids(
                100,
                { status: 400, code: "InvalidParameter.DiskIds" },
                {
                    tooMany: { status: 403, code: "InvalidDiskIds.Malformed" },
                },
            ),
            InstanceId: string(),
            DiskType: choice(["system", "data", "all"], {
                status: 400,
                code: "InvalidDiskType.ValueNotSupported",
            }),
            Category: string(),
            SnapshotId: string(),
            Status: choice(
                ["In_use", "Available", "Attaching", "Detaching", "Creating", "ReIniting", "All"],
                { status: 400, code: "InvalidStatus.ValueNotSupported" },
            ),
            ZoneId: string(),
            Encrypted: boolean(),
            MultiAttach: string(),
            Tag: tagFilter(listTags),
            DryRun: boolean(),
            ...paging(500, 100),
            MaxResults: integer(10, 500, { clamped: true }),
            AdditionalAttributes: unused,
            AutoSnapshotPolicyId: unmodelled,
            DeleteAutoSnapshot: unmodelled,
            DeleteWithInstance: unmodelled,
            DiskChargeType: unmodelled,
            DiskName: unmodelled,
            EnableAutoSnapshot: unmodelled,
            EnableAutomatedSnapshotPolicy: unmodelled,
            EnableShared: unmodelled,
            Filter: unmodelled,
            KMSKeyId: unmodelled,
            LockReason: unmodelled,
            Portable: unmodelled,
            ResourceGroupId: unmodelled,
        },
        run: describeDisks,
    },
};

function describeDisks(args: Arguments, { world }: Context): Body {
    refuseDryRun(args);
    const ids = args.list("DiskIds");
    const type = args.text("DiskType");
    const encrypted = args.flag("Encrypted");
    const found = [...world.disks.values()].filter(
        (disk) =>
            (ids === undefined || ids.includes(disk.diskId)) &&
            equals(disk.instanceId, args.text("InstanceId")) &&
            (type === undefined || type === "all" || type === disk.type) &&
            equals(disk.category, args.text("Category")) &&
            (args.text("Status") === "All" || equals(disk.status, args.text("Status"))) &&
            equals(disk.sourceSnapshotId, args.text("SnapshotId")) &&
            equals(disk.zoneId, args.text("ZoneId")) &&
            (encrypted === undefined || encrypted === disk.encrypted) &&
            equals(disk.multiAttach, args.text("MultiAttach")) &&
            hasTags(world.shownTags(disk), args.tags("Tag")),
    );
    const page = paginate(found, args);
    return {
        RegionId: world.regionId,
        ...pageFields(page),
        // Documented as meaningless when paging by token.
        TotalCount: args.has("MaxResults") || args.has("NextToken") ? 0 : page.totalCount,
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
        ...(disk.performanceLevel === "" ? {} : { PerformanceLevel: disk.performanceLevel }),
        Size: disk.size,
        Status: disk.status,
        MultiAttach: disk.multiAttach,
        Encrypted: disk.encrypted,
        Portable: disk.type === "data",
        SourceSnapshotId: disk.sourceSnapshotId,
        CreationTime: world.time(disk.creationTime),
        Attachments: { Attachment: disk.instanceId === "" ? [] : [attachment] },
        Tags: asTagKeyValue(world.shownTags(disk)),
    };
}
