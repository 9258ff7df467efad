import type { Context } from "../../cloud/context";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { withoutUndefined } from "../../runtime/json";
import { warnAll } from "../../runtime/logger";
import type { SnapshotTags } from "../inputs/tags";
import { driftOf } from "../snapshot-group/drift";
import { existingSnapshots, readGroup } from "../snapshot-group/group";
import { areGone, remainsOf } from "../snapshot-group/remains";
import { tagsByKey } from "../snapshot-group/tag-change";
import { groupOutputs, memberOf, type SnapshotOutputs } from "./outputs";

/**
 * Reads the current state of a snapshot in the cloud.
 *
 * @param state the recorded outputs, or the inputs if an existing group is looked up.
 * @returns undefined if it no longer exists.
 */
export async function read(
    context: Context,
    id: string,
    state: SnapshotOutputs,
): Promise<SnapshotOutputs | undefined> {
    if (state.pending?.phase === "running") {
        // Its id is an invocation's, which the next update adopts; until then, there is nothing to read.
        return state;
    }
    const group = await readGroup(context, id);
    if (group === undefined) {
        // The engine treats a missing resource as deleted in a refresh, but as existing and empty in a lookup, which is
        // recognized by its missing state.
        if (state.snapshotGroupId === undefined) {
            throw new AppSnapshotError(ownErrors.GroupToGetNotFound, {
                detail: `${id} in ${context.regionId}`,
            });
        }
        return remainingOutputs(context, id, state);
    }
    const { group: whole, missing } = await withUnlisted(context, state, group);
    const snapshotGroupTags = tagsOfGroup(state, group);
    const now = { ...groupOutputs(whole, context.regionId), snapshotGroupTags };
    if (isRecorded(state)) {
        warnAll(
            context.log,
            driftOf(state, now).changes.map((change) => `${now.snapshotGroupId}: ${change}`),
        );
    }
    // The consistency that was verified at first stays true even if the tags change. If nothing was verified, or the
    // group is looked up, only the tags are known.
    const recorded = state.consistency === "crash" ? undefined : state.consistency;
    const consistency = recorded ?? now.consistency;
    // A group that spans several instances names none.
    const instanceId = now.instanceId === "" ? (state.instanceId ?? "") : now.instanceId;
    return withoutUndefined({
        ...withoutGroupOutputs(state),
        ...now,
        consistency,
        instanceId,
        missingSnapshotIds: missing.length === 0 ? undefined : missing,
    });
}

/**
 * Returns those of the program's tags that the group itself has. It is not documented whether lists show them, so that
 * none at all says nothing.
 */
function tagsOfGroup(
    { snapshotGroupTags: recorded }: SnapshotOutputs,
    { tags }: SnapshotGroup,
): SnapshotTags | undefined {
    return recorded === undefined || tags.length === 0
        ? recorded
        : tagsByKey(tags.filter(({ key }) => Object.hasOwn(recorded, key)));
}

/** Tells whether the state holds a finished snapshot to compare with. */
function isRecorded(state: SnapshotOutputs): boolean {
    return state.snapshotGroupId !== undefined && state.pending === undefined;
}

/**
 * Returns the group with the members that it does not list but that are not verified to be gone, and the ids of those
 * that are. Members that an earlier refresh found missing are checked again.
 */
async function withUnlisted(
    context: Context,
    state: SnapshotOutputs,
    group: SnapshotGroup,
): Promise<{ readonly group: SnapshotGroup; readonly missing: readonly string[] }> {
    if (!isRecorded(state)) {
        return { group, missing: [] };
    }
    const listed = new Set(group.snapshots.map(({ snapshotId }) => snapshotId));
    const recorded = state.snapshots ?? [];
    const earlier = (state.missingSnapshotIds ?? []).filter((earlier) => earlier !== group.snapshotGroupId);
    const unlisted = [...new Set([...recorded.map(({ snapshotId }) => snapshotId), ...earlier])].filter(
        (snapshotId) => !listed.has(snapshotId),
    );
    const missing = await verifiedMissing(context, group.snapshotGroupId, unlisted);
    for (const { snapshotId, sourceDiskId } of recorded.filter(({ snapshotId }) =>
        missing.includes(snapshotId),
    )) {
        context.log.warn(
            `${group.snapshotGroupId}: Snapshot ${snapshotId} of disk ${sourceDiskId} was deleted outside of Pulumi.`,
        );
    }
    const unverified = recorded.filter(
        ({ snapshotId }) => !listed.has(snapshotId) && !missing.includes(snapshotId),
    );
    return { group: { ...group, snapshots: [...group.snapshots, ...unverified.map(memberOf)] }, missing };
}

/** Returns the members that are verified to be gone. */
async function verifiedMissing(
    context: Context,
    snapshotGroupId: string,
    snapshotIds: readonly string[],
): Promise<readonly string[]> {
    const existing = await existingSnapshots(context, snapshotIds);
    const missing = snapshotIds.filter((snapshotId) => !existing.includes(snapshotId));
    if (await areGone(context, missing)) {
        return missing;
    }
    context.log.warn(
        `${snapshotGroupId}: It is unknown whether its members ${missing.join(", ")} exist, because the caller lacks ecs:DescribeSnapshots.`,
    );
    return [];
}

/**
 * Returns the outputs of a snapshot whose group no list shows. Members that an image or a disk holds may be left, and
 * must still be deleted with the resource; and a snapshot stays in the state until it is verified to be gone.
 */
async function remainingOutputs(
    context: Context,
    id: string,
    state: SnapshotOutputs,
): Promise<SnapshotOutputs | undefined> {
    const snapshotIds =
        state.snapshots?.map((snapshot) => snapshot.snapshotId) ?? state.pending?.snapshotIds ?? [];
    const remains = await remainsOf(context, { snapshotGroupId: id, snapshotIds });
    switch (remains.kind) {
        case "gone":
            context.log.warn(
                `${id} no longer exists: the next update takes a new snapshot, of the data at that time.`,
            );
            return undefined;
        case "unknown":
            context.log.warn(`${id} is kept in the state: ${remains.reason}.`);
            return state;
        case "members": {
            const left = remains.snapshotIds;
            context.log.warn(`${id} no longer exists, but its members ${left.join(", ")} do.`);
            return {
                ...state,
                ...(state.snapshots === undefined
                    ? {}
                    : { snapshots: state.snapshots.filter(({ snapshotId }) => left.includes(snapshotId)) }),
                missingSnapshotIds: [id],
            };
        }
    }
}

/** Removes the outputs that a group may have lost, so that the state does not keep old values. */
function withoutGroupOutputs(state: SnapshotOutputs): SnapshotOutputs {
    return withoutUndefined({
        ...state,
        description: undefined,
        systemDiskSnapshotId: undefined,
    });
}
