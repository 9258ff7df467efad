import type { Context } from "../../cloud/context";
import type { GroupExistence } from "../../cloud/ecs/api";
import { AppSnapshotError, type CloudResources } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { existingSnapshots } from "./group";

/** A group that no list shows. */
export interface UnlistedGroup {
    readonly snapshotGroupId: string;
    /** The known members. */
    readonly snapshotIds: readonly string[];
}

/**
 * The remains of a group that no list shows.
 * - "gone": verified that neither the group nor a member of it exists.
 * - "members": the group is gone, but these members exist.
 * - "unknown": it is unknown whether the group is gone.
 */
export type Remains =
    | { readonly kind: "gone" }
    | { readonly kind: "members"; readonly snapshotIds: readonly string[] }
    | { readonly kind: "unknown"; readonly reason: string };

/**
 * Finds out whether a group that no list shows is gone. An empty list is not enough: a caller without the permission
 * gets one too, and lists lag behind. So it makes calls that distinguish "missing" from "forbidden"; neither changes
 * anything.
 */
export async function remainsOf(
    context: Context,
    { snapshotGroupId, snapshotIds }: UnlistedGroup,
): Promise<Remains> {
    const existence = await context.api.groupExistence(snapshotGroupId);
    if (existence === "exists" || existence === "forbidden") {
        return { kind: "unknown", reason: unknownReasons[existence] };
    }
    const left = await existingSnapshots(context, snapshotIds);
    if (left.length > 0) {
        return existence === "absent"
            ? { kind: "members", snapshotIds: left }
            : { kind: "unknown", reason: `no list shows it, but its members ${left.join(", ")} exist` };
    }
    return (existence === "absent" && snapshotIds.length === 0) ||
        (await context.api.mayDescribeSnapshots(snapshotIds))
        ? { kind: "gone" }
        : {
              kind: "unknown",
              reason: "its snapshots are not listed, and the caller lacks ecs:DescribeSnapshots",
          };
}

const unknownReasons: Readonly<Record<Extract<GroupExistence, "exists" | "forbidden">, string>> = {
    exists: "it exists, but no list shows it as a group of this run: the lists lag behind, the caller lacks ecs:DescribeSnapshotGroups, or somebody changed the group",
    forbidden:
        "no list shows it, and ModifySnapshotGroup, which distinguishes a missing group from a missing permission, was refused: the caller needs ecs:DescribeSnapshotGroups and ecs:ModifySnapshotGroup",
};

/** @throws AppSnapshotError AbsenceNotProved unless the group is verified to be gone. */
export async function assertGone(context: Context, snapshotGroupId: string): Promise<void> {
    const remains = await remainsOf(context, { snapshotGroupId, snapshotIds: [] });
    if (remains.kind === "unknown") {
        throw absenceError(remains.reason, { snapshotGroupId });
    }
}

/** Returns the error for something that can't be verified to be gone. */
export function absenceError(detail: string, resources: CloudResources = {}): AppSnapshotError {
    return new AppSnapshotError(ownErrors.AbsenceNotProved, { detail, resources });
}

/**
 * Returns the reason why a run that named no group may have one although no list shows it; undefined if there is none.
 * No call can check a group of unknown id, but a caller who may list snapshots gets complete lists.
 */
export async function unlistableReason(context: Context): Promise<string | undefined> {
    return (await context.api.mayDescribeSnapshots([]))
        ? undefined
        : "no list shows a snapshot group of this run, but without ecs:DescribeSnapshots the caller may get empty lists even if there is one";
}

/** @throws AppSnapshotError AbsenceNotProved if the caller may get empty lists although there is something. */
export async function assertListable(context: Context): Promise<void> {
    const reason = await unlistableReason(context);
    if (reason !== undefined) {
        throw absenceError(reason);
    }
}

/** Tells whether snapshots that no list shows are gone, and not just hidden from the caller. */
export async function areGone(context: Context, snapshotIds: readonly string[]): Promise<boolean> {
    return snapshotIds.length === 0 || context.api.mayDescribeSnapshots(snapshotIds);
}
