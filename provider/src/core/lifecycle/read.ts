import { withoutUndefined } from "../../runtime/json";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { Context } from "../../cloud/context";
import { warnAll } from "../../runtime/logger";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { driftOf } from "../snapshot-group/drift";
import { existingSnapshots, readGroup } from "../snapshot-group/group";
import { areGone, remainsOf } from "../snapshot-group/remains";
import { groupOutputs, memberOf, type SnapshotOutputs } from "./outputs";

/**
 * The snapshot as it is in the cloud now; undefined when it does not exist any more.
 *
 * @param state the outputs of the last time, or the inputs when an existing group is looked up.
 */
export async function read(
    context: Context,
    id: string,
    state: SnapshotOutputs,
): Promise<SnapshotOutputs | undefined> {
    if (state.pending?.phase === "running") {
        // Its id is an invocation's. The next update takes that up; until then there is nothing to read.
        return state;
    }
    const group = await readGroup(context, id);
    if (group === undefined) {
        // The engine takes a missing resource as deleted in a refresh, but as existing and empty in a lookup, which
        // is told by its state: there is none yet.
        if (state.snapshotGroupId === undefined) {
            throw new AppSnapshotError(ownErrors.GroupToGetNotFound, {
                detail: `${id} in ${context.regionId}`,
            });
        }
        return remainingOutputs(context, id, state);
    }
    const { group: whole, missing } = await withUnlisted(context, state, group);
    const now = groupOutputs(whole, context.regionId);
    if (isRecorded(state)) {
        warnAll(
            context.log,
            driftOf(state, now).changes.map((change) => `${now.snapshotGroupId}: ${change}`),
        );
    }
    // What was proved when the snapshot was taken stays true, whatever becomes of the tags. Where nothing was
    // proved, or the group is looked up from elsewhere, the tags are all that is known.
    const recorded = state.consistency === "crash" ? undefined : state.consistency;
    const consistency = recorded ?? now.consistency;
    // The instance is not told for groups that span several.
    const instanceId = now.instanceId === "" ? (state.instanceId ?? "") : now.instanceId;
    return withoutUndefined({
        ...withoutGroupOutputs(state),
        ...now,
        consistency,
        instanceId,
        missingSnapshotIds: missing.length === 0 ? undefined : missing,
    });
}

/** Whether there is anything to compare with. */
function isRecorded(state: SnapshotOutputs): boolean {
    return state.snapshotGroupId !== undefined && state.pending === undefined;
}

/**
 * The group with those members that it does not show now and that are not proved to be gone, and the ids of those that
 * are. A mark of an earlier refresh is no proof: it may have been mistaken.
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
    const marked = (state.missingSnapshotIds ?? []).filter((marked) => marked !== group.snapshotGroupId);
    const unlisted = [...new Set([...recorded.map(({ snapshotId }) => snapshotId), ...marked])].filter(
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
    const kept = recorded.filter(
        ({ snapshotId }) => !listed.has(snapshotId) && !missing.includes(snapshotId),
    );
    return { group: { ...group, snapshots: [...group.snapshots, ...kept.map(memberOf)] }, missing };
}

/** Those of the members that do not exist any more. */
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
 * What is left of a snapshot whose group no list shows. An image or a disk may hold a member, which is to be deleted
 * with the resource still. A snapshot that is not proved to be gone is not given up.
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
            context.log.warn(`${id} is kept in the state: ${remains.why}.`);
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

/** A group that lost its description or a member must not keep the old value. */
function withoutGroupOutputs(state: SnapshotOutputs): SnapshotOutputs {
    return withoutUndefined({
        ...state,
        description: undefined,
        systemDiskSnapshotId: undefined,
    });
}
