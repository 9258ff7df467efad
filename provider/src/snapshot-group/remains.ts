import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { Context } from "../runtime/context";
import { existingSnapshots } from "./group";

/** A group that no list shows, and what is known of it. */
export interface UnlistedGroup {
    readonly snapshotGroupId: string;
    /** The name that it was given last, where it is known to be the caller's own group. */
    readonly name?: string | undefined;
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
 * "not allowed"; neither of them deletes anything.
 */
export async function remainsOf(
    context: Context,
    { snapshotGroupId, name, snapshotIds }: UnlistedGroup,
): Promise<Remains> {
    // Without a name the call changes nothing; if the API does not take it so, it is named as it was recorded.
    let existence = await context.api.groupExistence(snapshotGroupId);
    if (existence === "unknown" && name !== undefined) {
        existence = await context.api.groupExistence(snapshotGroupId, name);
    }
    if (existence !== "absent") {
        return { kind: "unknown", why: whys[existence] };
    }
    const left = await existingSnapshots(context, snapshotIds);
    if (left.length > 0) {
        return { kind: "members", snapshotIds: left };
    }
    return (await areProvedGone(context, snapshotIds))
        ? { kind: "gone" }
        : {
              kind: "unknown",
              why: "its snapshots are not listed, and the caller lacks ecs:DescribeSnapshots",
          };
}

/** @throws AppSnapshotError AbsenceNotProved when it can't be told whether the group is gone. */
export async function needGone(context: Context, snapshotGroupId: string): Promise<void> {
    const remains = await remainsOf(context, { snapshotGroupId, snapshotIds: [] });
    if (remains.kind === "unknown") {
        throw new AppSnapshotError(ownErrors.AbsenceNotProved, {
            detail: remains.why,
            resources: { snapshotGroupId },
        });
    }
}

const whys = {
    exists: "it exists, but no list shows it: a list lags behind, or the caller lacks ecs:DescribeSnapshotGroups",
    unknown:
        "no list shows it, and ModifySnapshotGroup, which tells a missing group from a missing permission, is refused: the caller needs ecs:DescribeSnapshotGroups and ecs:ModifySnapshotGroup",
} as const;

/** Whether snapshots that no list shows are gone, and not merely hidden from the caller. */
export async function areProvedGone(context: Context, snapshotIds: readonly string[]): Promise<boolean> {
    return snapshotIds.length === 0 || context.api.mayDescribeSnapshots(snapshotIds);
}
