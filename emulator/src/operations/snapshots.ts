import { ApiError, type Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import { boolean, choice, ids, paging, required, string, tagFilter, unmodelled } from "../parameters/spec";
import { listTags } from "../parameters/tag-words";
import { deleteSnapshot, holder } from "../world/group-life";
import { holdersOf, usage } from "../world/holders";
import { isAvailable, progress, type Snapshot } from "../world/snapshot";
import { asTagKeyValue, hasTags } from "../world/tags";
import type { World } from "../world/world";
import { refuseDryRun } from "./instances";
import { equals } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { pageFields, paginate } from "./paging";

/** The operations on single snapshots. */
export const snapshotOperations: OperationTable = {
    DescribeSnapshots: {
        authorisedByItem: true,
        parameters: {
            RegionId: required(),
            SnapshotIds: ids(100, { status: 403, code: "InvalidSnapshotIds.Malformed" }),
            InstanceId: string(),
            DiskId: string(),
            Status: choice(["progressing", "accomplished", "failed", "all"], {
                status: 404,
                code: "InvalidStatus.NotFound",
            }),
            Usage: choice(["image", "disk", "image_disk", "none"], { status: 404, code: "InvalidUsage" }),
            SourceDiskType: choice(["System", "Data", "system", "data"], {
                status: 404,
                code: "InvalidSourceDiskType",
            }),
            Encrypted: boolean(),
            Tag: tagFilter(listTags),
            DryRun: boolean(),
            ...paging(100, 100),
            Category: unmodelled,
            Filter: unmodelled,
            KMSKeyId: unmodelled,
            ResourceGroupId: unmodelled,
            SnapshotLinkId: unmodelled,
            SnapshotName: unmodelled,
            SnapshotType: unmodelled,
        },
        run: describeSnapshots,
    },
    DeleteSnapshot: {
        parameters: { SnapshotId: required(), Force: boolean() },
        run: deleteOne,
    },
};

function describeSnapshots(args: Arguments, { world }: Context): Body {
    refuseDryRun(args);
    const ids = args.list("SnapshotIds");
    const encrypted = args.flag("Encrypted");
    const status = args.text("Status");
    const found = world
        .visibleSnapshots()
        .filter(
            (snapshot) =>
                (ids === undefined || ids.includes(snapshot.snapshotId)) &&
                equals(snapshot.instanceId, args.text("InstanceId")) &&
                equals(snapshot.sourceDiskId, args.text("DiskId")) &&
                (status === "all" || equals(statusOf(snapshot, world), status)) &&
                equals(usage(holdersOf(world, snapshot.snapshotId)), args.text("Usage")) &&
                equals(snapshot.sourceDiskType, args.text("SourceDiskType")?.toLowerCase()) &&
                (encrypted === undefined || encrypted === snapshot.encrypted) &&
                hasTags(world.shownTags(snapshot), args.tags("Tag")),
        );
    const page = paginate(found, args);
    return {
        ...pageFields(page),
        Snapshots: { Snapshot: page.items.map((snapshot) => snapshotBody(snapshot, world)) },
    };
}

function statusOf(snapshot: Snapshot, world: World): string {
    return progress(snapshot, world.now, world.services.timing) === 100 ? "accomplished" : "progressing";
}

function snapshotBody(snapshot: Snapshot, world: World): Body {
    const { timing } = world.services;
    const left = snapshot.creationTime + timing.uploadMs - world.now;
    return {
        SnapshotId: snapshot.snapshotId,
        // The service names the members of groups so.
        SnapshotName:
            snapshot.snapshotGroupId === undefined ? "" : `Created_from_${snapshot.snapshotGroupId}`,
        Description: "",
        Status: statusOf(snapshot, world),
        Progress: `${progress(snapshot, world.now, timing)}%`,
        RemainTime: Math.max(0, Math.ceil(left / 1000)),
        Available: isAvailable(snapshot, world.now, timing),
        SourceDiskId: snapshot.sourceDiskId,
        SourceDiskType: snapshot.sourceDiskType,
        SourceDiskSize: String(snapshot.sourceDiskSize),
        SourceStorageType: "disk",
        SnapshotType: "user",
        Category: "standard",
        Encrypted: snapshot.encrypted,
        KMSKeyId: "",
        InstantAccess: true,
        Usage: usage(holdersOf(world, snapshot.snapshotId)),
        ResourceGroupId: "",
        ProductCode: "",
        CreationTime: world.time(snapshot.creationTime),
        LastModifiedTime: world.time(snapshot.creationTime),
        Tags: asTagKeyValue(world.shownTags(snapshot)),
    };
}

function deleteOne(args: Arguments, { worlds }: Context): Body {
    const id = args.textOr("SnapshotId", "");
    const world = worlds.find((item) => item.existingSnapshot(id) !== undefined);
    const snapshot = world?.existingSnapshot(id);
    if (world === undefined || snapshot === undefined) {
        // An unknown id is ignored, as documented.
        return {};
    }
    const held = holder(world, snapshot, args.flag("Force") !== true);
    if (held !== undefined) {
        throw new ApiError(403, held.errorCode, held.errorMessage);
    }
    deleteSnapshot(world, snapshot);
    return {};
}
