import type { Context } from "../../cloud/context";
import { findPersistently } from "../../runtime/absence";
import { ownerOf, type SnapshotRun } from "../run/run";
import { findRun } from "../run/run-search";
import { readGroup } from "../snapshot-group/group";
import { assertGone } from "../snapshot-group/remains";
import type { SnapshotOutputs } from "./outputs";

/** The ids by which a resource recognizes its group, or a run that may still create one. */
export interface Ownership {
    /** The group, if there is one yet. */
    readonly snapshotGroupId: string | undefined;
    readonly invokeId: string | undefined;
    readonly ownerToken: string | undefined;
    /** The owner token that the invocation may still have. */
    readonly previousOwner?: string | undefined;
}

export function ownershipIn(id: string, { invokeId, ownerToken, pending }: SnapshotOutputs): Ownership {
    const snapshotGroupId = pending?.phase === "running" ? undefined : id;
    return { snapshotGroupId, invokeId, ownerToken, previousOwner: pending?.previousOwner };
}

/**
 * Returns the run of a resource; undefined if Cloud Assistant has forgotten it.
 *
 * @param timeoutMs how long to search for a missing run; at least `absenceMs`, which is the default.
 */
export async function findOwnRun(
    context: Context,
    { invokeId, ownerToken }: Partial<Pick<Ownership, "invokeId" | "ownerToken">>,
    timeoutMs = 0,
): Promise<SnapshotRun | undefined> {
    return invokeId === undefined || ownerToken === undefined
        ? undefined
        : findPersistently(context, () => findRun(context, invokeId), context.clock.now() + timeoutMs);
}

/**
 * Tells whether the group still belongs to the resource: by its run or, if that is forgotten, by its members.
 *
 * @throws AppSnapshotError AbsenceNotProved if no list shows the group, but it may exist.
 */
export async function isOwner(
    context: Context,
    { snapshotGroupId, ownerToken, previousOwner }: Ownership,
    run: SnapshotRun | undefined,
): Promise<boolean> {
    if (ownerToken === undefined) {
        return true;
    }
    if (run !== undefined) {
        return [ownerToken, previousOwner].includes(run.ownerToken);
    }
    if (snapshotGroupId === undefined) {
        return true;
    }
    const group = await readGroup(context, snapshotGroupId);
    if (group === undefined) {
        // If the group is gone, no other resource can lose it.
        await assertGone(context, snapshotGroupId);
        return true;
    }
    return group.snapshots.map(ownerOf).every((owner) => owner === undefined || owner === ownerToken);
}
