import type { Arguments } from "../parameters/arguments";
import { checkGroupDescription, checkGroupName } from "../parameters/rules";
import { list, paging, required, string } from "../parameters/spec";
import { missing } from "../parameters/validate";
import { ApiError, type Body } from "../refusals/api-error";
import { deleteGroup, type MemberDeletion, whyKept } from "../world/group-life";
import { groupStatus, isAvailable, progress, type Snapshot, type SnapshotGroup } from "../world/snapshot";
import { asKeyValue } from "../world/tags";
import type { World } from "../world/world";
import { needInstances } from "./lookups";
import type { Context, ItemError, OperationTable } from "./operation";
import { paginate } from "./paging";

/** The operations on snapshot groups. */
export const snapshotGroupOperations: OperationTable = {
    DescribeSnapshotGroups: {
        authorisedByItem: true,
        parameters: {
            RegionId: required(),
            InstanceId: string(),
            SnapshotGroupId: list(10),
            Name: string(),
            ...paging(1, 100),
        },
        run: describeSnapshotGroups,
    },
    ModifySnapshotGroup: {
        parameters: {
            RegionId: required(),
            SnapshotGroupId: required(),
            Name: string(),
            Description: string(),
        },
        run: modifySnapshotGroup,
    },
    DeleteSnapshotGroup: {
        parameters: { RegionId: required(), SnapshotGroupId: required() },
        run: deleteSnapshotGroup,
        failItems: failDelete,
    },
};

function describeSnapshotGroups(args: Arguments, { world }: Context): Body {
    const instanceId = args.text("InstanceId");
    if (instanceId !== undefined && instanceId !== "") {
        needInstances(world, [instanceId]);
    }
    const ids = args.list("SnapshotGroupId");
    const name = args.text("Name");
    const fuzzy = world.services.behaviour.groupNameFilter === "fuzzy";
    const found = [...world.groups.values()].filter(
        (group) =>
            (ids === undefined || ids.includes(group.snapshotGroupId)) &&
            (instanceId === undefined || instanceId === "" || group.instanceId === instanceId) &&
            (name === undefined ||
                name === "" ||
                group.name === name ||
                (fuzzy && group.name.includes(name))) &&
            world.shows(group),
    );
    const page = paginate(found, args);
    return {
        NextToken: page.nextToken,
        SnapshotGroups: { SnapshotGroup: page.items.map((group) => groupBody(group, world)) },
    };
}

function statusOf(group: SnapshotGroup, world: World): string {
    const own = world.membersOf(group.snapshotGroupId);
    const counted = own.length > 0 ? own : world.visibleMembersOf(group.snapshotGroupId);
    return groupStatus(counted, world.now, world.services.timing);
}

function groupBody(group: SnapshotGroup, world: World): Body {
    return {
        SnapshotGroupId: group.snapshotGroupId,
        Name: group.name,
        Description: group.description,
        InstanceId: group.instanceId,
        Status: statusOf(group, world),
        CreationTime: world.time(group.creationTime),
        ResourceGroupId: "",
        Tags: asKeyValue(world.shownTags(group)),
        Snapshots: {
            // Those of a deleted group stay with it.
            Snapshot: world
                .visibleMembersOf(group.snapshotGroupId)
                .map((snapshot) => memberBody(snapshot, world)),
        },
    };
}

function memberBody(snapshot: Snapshot, world: World): Body {
    const { timing } = world.services;
    return {
        SnapshotId: snapshot.snapshotId,
        SourceDiskId: snapshot.sourceDiskId,
        SourceDiskType: snapshot.sourceDiskType,
        Progress: `${progress(snapshot, world.now, timing)}%`,
        Available: isAvailable(snapshot, world.now, timing),
        InstantAccess: true,
        InstantAccessRetentionDays: 0,
        Tags: asKeyValue(world.shownTags(snapshot)),
    };
}

function needGroup(args: Arguments, world: World): SnapshotGroup {
    const group = world.existingGroup(args.textOr("SnapshotGroupId", ""));
    if (group === undefined) {
        throw new ApiError(
            404,
            "InvalidSnapshotGroup.NotFound",
            "The specified SnapshotGroupId does not exist.",
        );
    }
    return group;
}

function modifySnapshotGroup(args: Arguments, { world }: Context): Body {
    const name = args.text("Name");
    const description = args.text("Description");
    checkGroupName(name);
    checkGroupDescription(description);
    if (
        name === undefined &&
        description === undefined &&
        world.services.behaviour.emptyModification === "refused"
    ) {
        throw missing("Name");
    }
    const group = needGroup(args, world);
    group.name = name ?? group.name;
    group.description = description ?? group.description;
    return {};
}

function deleteSnapshotGroup(args: Arguments, { world }: Context): Body {
    const group = groupToDelete(args, world);
    if (group === undefined) {
        return deletionBody([]);
    }
    if (world.services.behaviour.heldMember === "call") {
        checkUnheld(group, world);
    }
    return deletionBody(deleteGroup(world, group));
}

/** Refuses to delete a group of which something holds a member. */
function checkUnheld(group: SnapshotGroup, world: World): void {
    const disksHold = world.services.behaviour.diskHeldMember === "kept";
    for (const member of world.membersOf(group.snapshotGroupId)) {
        const kept = whyKept(world, member, disksHold);
        if (kept !== undefined) {
            throw new ApiError(403, kept.errorCode, kept.errorMessage);
        }
    }
}

/** Returns the group to delete; undefined if there is none and that counts as a success. */
function groupToDelete(args: Arguments, world: World): SnapshotGroup | undefined {
    const { behaviour } = world.services;
    const known = world.groups.get(args.textOr("SnapshotGroupId", ""));
    const lingering = known?.deletedAt !== undefined && world.shows(known);
    if (
        lingering ||
        ((known?.deletedAt !== undefined || known === undefined) &&
            behaviour.deleteMissingGroup === "success")
    ) {
        return undefined;
    }
    const group = needGroup(args, world);
    if (behaviour.deleteProgressingGroup === "conflict" && statusOf(group, world) === "progressing") {
        throw new ApiError(403, "Operation.Conflict", "The snapshot group is still being created.");
    }
    return group;
}

function failDelete(args: Arguments, { world }: Context, error: Partial<ItemError>): Body {
    const group = groupToDelete(args, world);
    const kept = group === undefined ? [] : world.membersOf(group.snapshotGroupId);
    return deletionBody(
        kept.map(({ snapshotId }) => ({
            snapshotId,
            // The one failure of a member that is documented.
            errorCode: error.code ?? "SnapshotCreatedImage",
            errorMessage: error.message ?? "The snapshot has been used to create a custom image.",
        })),
    );
}

function deletionBody(results: readonly MemberDeletion[]): Body {
    return {
        OperationProgressSet: {
            OperationProgress: results.map((result) => ({
                OperationStatus: result.errorCode === undefined ? "Success" : "Failed",
                ErrorCode: result.errorCode ?? "",
                ErrorMsg: result.errorMessage,
                RelatedItemSet: { RelatedItem: [{ Name: "SnapshotId", Value: result.snapshotId }] },
            })),
        },
    };
}
