import type { GroupExistence } from "../../cloud/ecs/api";
import { AppSnapshotError, type CloudResources } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { Context } from "../../cloud/context";
import { existingSnapshots } from "./group";

/** A group that no list shows, and what is known of it. */
export interface UnlistedGroup {
    readonly snapshotGroupId: string;
    /** The members that are known. */
    readonly snapshotIds: readonly string[];
}

/**
 * What there is of a group that no list shows.
 * - "gone": neither the group nor a member of it; proved.
 * - "members": the group is gone, these members of it are there.
 * - "unknown": whether it is gone can't be told.
 */
export type Remains =
    | { readonly kind: "gone" }
    | { readonly kind: "members"; readonly snapshotIds: readonly string[] }
    | { readonly kind: "unknown"; readonly why: string };

/**
 * Finds out whether a group that no list shows is gone. An empty list is no proof: the cloud answers so to a caller
 * without the permission, and lists lag behind. So calls are made that answer differently for "not there" and for
 * "not allowed"; neither of them changes anything.
 */
export async function remainsOf(
    context: Context,
    { snapshotGroupId, snapshotIds }: UnlistedGroup,
): Promise<Remains> {
    const existence = await context.api.groupExistence(snapshotGroupId);
    if (existence === "exists" || existence === "forbidden") {
        return { kind: "unknown", why: unknownReasons[existence] };
    }
    const left = await existingSnapshots(context, snapshotIds);
    if (left.length > 0) {
        return existence === "absent"
            ? { kind: "members", snapshotIds: left }
            : { kind: "unknown", why: `no list shows it, but its members ${left.join(", ")} exist` };
    }
    return (existence === "absent" && snapshotIds.length === 0) ||
        (await context.api.mayDescribeSnapshots(snapshotIds))
        ? { kind: "gone" }
        : {
              kind: "unknown",
              why: "its snapshots are not listed, and the caller lacks ecs:DescribeSnapshots",
          };
}

const unknownReasons: Readonly<Record<Extract<GroupExistence, "exists" | "forbidden">, string>> = {
    exists: "it exists, but no list shows it as a group of this run: the lists lag behind, the caller lacks ecs:DescribeSnapshotGroups, or somebody changed the group",
    forbidden:
        "no list shows it, and ModifySnapshotGroup, which distinguishes a missing group from a missing permission, was refused: the caller needs ecs:DescribeSnapshotGroups and ecs:ModifySnapshotGroup",
};

/** @throws AppSnapshotError AbsenceNotProved when it can't be told whether the group is gone. */
export async function assertGone(context: Context, snapshotGroupId: string): Promise<void> {
    const remains = await remainsOf(context, { snapshotGroupId, snapshotIds: [] });
    if (remains.kind === "unknown") {
        throw absenceError(remains.why, { snapshotGroupId });
    }
}

/** The error for what is not given up, because it can't be told whether it is gone. */
export function absenceError(why: string, resources: CloudResources = {}): AppSnapshotError {
    return new AppSnapshotError(ownErrors.AbsenceNotProved, { detail: why, resources });
}

/**
 * Why it can't be said that there is no group of a run that named none, though no list shows one; undefined when it
 * can. No call tells of a group whose id is not known; but who may list snapshots is shown what there is.
 */
export async function unlistableReason(context: Context): Promise<string | undefined> {
    return (await context.api.mayDescribeSnapshots([]))
        ? undefined
        : "no list shows a snapshot group of this run, but without ecs:DescribeSnapshots the caller may get empty lists even if there is one";
}

/** @throws AppSnapshotError AbsenceNotProved where the caller would not be shown what there is. */
export async function assertListable(context: Context): Promise<void> {
    const doubt = await unlistableReason(context);
    if (doubt !== undefined) {
        throw absenceError(doubt);
    }
}

/** Whether snapshots that no list shows are gone, and not merely hidden from the caller. */
export async function areGone(context: Context, snapshotIds: readonly string[]): Promise<boolean> {
    return snapshotIds.length === 0 || context.api.mayDescribeSnapshots(snapshotIds);
}
