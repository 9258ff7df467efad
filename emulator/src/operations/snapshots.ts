import type { Arguments } from "../parameters/arguments";
import { boolean, ids, paging, required, tagFilter } from "../parameters/spec";
import { listTags } from "../parameters/tag-words";
import { ApiError, type Body } from "../refusals/api-error";
import { deleteSnapshot, whyKept } from "../world/group-life";
import { isAvailable, progress, type Snapshot } from "../world/snapshot";
import { asTagKeyValue } from "../world/tags";
import type { World } from "../world/world";
import { withTags } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { paginate } from "./paging";

/** The operations on single snapshots. */
export const snapshotOperations: OperationTable = {
    DescribeSnapshots: {
        authorisedByItem: true,
        parameters: {
            RegionId: required(),
            SnapshotIds: ids(100, { status: 403, code: "InvalidSnapshotIds.Malformed" }),
            Tag: tagFilter(listTags),
            DryRun: boolean(),
            ...paging(10, 100),
        },
        run: describeSnapshots,
    },
    DeleteSnapshot: { parameters: { SnapshotId: required() }, run: deleteOne },
};

function describeSnapshots(args: Arguments, { world }: Context): Body {
    if (args.flag("DryRun") === true) {
        throw new ApiError(
            400,
            "DryRunOperation",
            "Request validation has been passed with DryRun flag set.",
        );
    }
    const ids = args.set("SnapshotIds");
    const visible = [...world.snapshots.values()].filter(
        (snapshot) => (ids === undefined || ids.has(snapshot.snapshotId)) && world.shows(snapshot),
    );
    const found = withTags(world, visible, args.tags("Tag"));
    const page = paginate(found, args);
    return {
        ...page.fields,
        NextToken: page.nextToken,
        Snapshots: { Snapshot: page.items.map((snapshot) => snapshotBody(snapshot, world)) },
    };
}

function snapshotBody(snapshot: Snapshot, world: World): Body {
    const { timing } = world.services;
    const uploaded = progress(snapshot, world.now, timing);
    return {
        SnapshotId: snapshot.snapshotId,
        // The service names the members of groups so.
        SnapshotName: `Created_from_${snapshot.snapshotGroupId}`,
        Description: "",
        Status: uploaded === 100 ? "accomplished" : "progressing",
        Progress: `${uploaded}%`,
        Available: isAvailable(snapshot, world.now, timing),
        SourceDiskId: snapshot.sourceDiskId,
        SourceDiskType: snapshot.sourceDiskType,
        SourceDiskSize: String(snapshot.sourceDiskSize),
        SourceStorageType: "disk",
        SnapshotType: "user",
        Category: "standard",
        InstantAccess: true,
        CreationTime: world.time(snapshot.creationTime),
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
    const kept = whyKept(world, snapshot, true);
    if (kept !== undefined) {
        throw new ApiError(403, kept.errorCode, kept.errorMessage);
    }
    deleteSnapshot(world, snapshot);
    return {};
}
