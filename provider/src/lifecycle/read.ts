import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { Context } from "../runtime/context";
import { driftOf } from "../snapshot-group/drift";
import { existingSnapshots, readGroup } from "../snapshot-group/group";
import { groupOutputs, withoutUndefined, type GroupOutputs, type SnapshotOutputs } from "./outputs";

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
        return leftOf(context, id, state);
    }
    const now = groupOutputs(group, context.regionId);
    const missing = noticeDrift(context, state, now);
    // What was proved when the snapshot was taken stays true, whatever becomes of the tags. Where nothing was
    // proved, or the group is looked up from elsewhere, the tags are all that is known.
    const proved = state.consistency === "crash" ? undefined : state.consistency;
    const consistency = proved ?? now.consistency;
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

/** Tells the user what has changed. The ids of all members that are missing since the snapshot was taken. */
function noticeDrift(context: Context, state: SnapshotOutputs, now: GroupOutputs): string[] {
    if (state.snapshotGroupId === undefined || state.pending !== undefined) {
        // Nothing is recorded yet to compare with.
        return [];
    }
    const { changes, missing } = driftOf(state, now);
    changes.forEach((change) => {
        context.log.warn(`${now.snapshotGroupId}: ${change}`);
    });
    return [...(state.missingSnapshotIds ?? []), ...missing.map((snapshot) => snapshot.snapshotId)];
}

/**
 * What is left of a snapshot whose group is gone. An image or a disk may hold a member, which is to be deleted
 * with the resource still.
 */
async function leftOf(
    context: Context,
    id: string,
    state: SnapshotOutputs,
): Promise<SnapshotOutputs | undefined> {
    const members =
        state.snapshots?.map((snapshot) => snapshot.snapshotId) ?? state.pending?.snapshotIds ?? [];
    const left = members.length === 0 ? [] : await existingSnapshots(context, members);
    if (left.length === 0) {
        return undefined;
    }
    context.log.warn(`${id} does not exist any more, but ${left.join(", ")} of it does.`);
    return {
        ...state,
        ...(state.snapshots === undefined
            ? {}
            : { snapshots: state.snapshots.filter((snapshot) => left.includes(snapshot.snapshotId)) }),
        missingSnapshotIds: [id],
    };
}

/** A group that lost its description or a member must not keep the old value. */
function withoutGroupOutputs(state: SnapshotOutputs): SnapshotOutputs {
    return withoutUndefined({
        ...state,
        description: undefined,
        systemDiskSnapshotId: undefined,
    });
}
