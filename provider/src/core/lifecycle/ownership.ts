import { ownerOf, type SnapshotRun } from "../run/run";
import { runBy } from "../run/run-search";
import { findPersistently } from "../../runtime/presence";
import type { Context } from "../../cloud/context";
import { readGroup } from "../snapshot-group/group";
import { needGone } from "../snapshot-group/remains";
import type { SnapshotOutputs } from "./outputs";

/** By what a resource knows a group, or a run that may still make one, as its own. */
export interface Ownership {
    /** Undefined where there is no group yet. */
    readonly snapshotGroupId: string | undefined;
    readonly invokeId: string | undefined;
    readonly ownerToken: string | undefined;
    /** The owner token that the invocation may still bear. */
    readonly previousOwner?: string | undefined;
}

export function ownershipIn(id: string, { invokeId, ownerToken, pending }: SnapshotOutputs): Ownership {
    const snapshotGroupId = pending?.phase === "running" ? undefined : id;
    return { snapshotGroupId, invokeId, ownerToken, previousOwner: pending?.previousOwner };
}

/**
 * The run that a resource came from; undefined when Cloud Assistant has forgotten it.
 *
 * @param patience how long to look for it, in milliseconds. Default: as long as a list may lag behind.
 */
export async function runBehind(
    context: Context,
    { invokeId, ownerToken }: Partial<Pick<Ownership, "invokeId" | "ownerToken">>,
    patience = 0,
): Promise<SnapshotRun | undefined> {
    return invokeId === undefined || ownerToken === undefined
        ? undefined
        : findPersistently(context, () => runBy(context, invokeId), context.clock.now() + patience);
}

/**
 * Whether the group is still the resource's: by its run, or once that is forgotten, by its members.
 *
 * @throws AppSnapshotError AbsenceNotProved when no list shows the group, and it may be there all the same.
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
        // Of what is gone, nobody else can lose anything.
        await needGone(context, snapshotGroupId);
        return true;
    }
    return group.snapshots.map(ownerOf).every((owner) => owner === undefined || owner === ownerToken);
}
