import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { withoutUndefined } from "../../runtime/json";
import type { CreatedGroup, InstanceRun, SnapshotResult, UnfinishedResult } from "../run/snapshot-result";
import {
    type EarlierGroup,
    type FinishedOutputs,
    finishedOutputs,
    type KeptInputs,
    type SnapshotOutputs,
} from "./outputs";

/**
 * The resource is not finished, but something exists in the cloud. The engine records `outputs` under `id`, so that the
 * next update can continue and a deletion can clean up.
 */
export class UnfinishedSnapshot extends Error {
    /** @param id the group's id if there is a group, otherwise the invocation's. */
    constructor(
        readonly id: string,
        readonly outputs: SnapshotOutputs,
        readonly reason: AppSnapshotError,
    ) {
        super(reason.message, { cause: reason });
        this.name = "UnfinishedSnapshot";
    }
}

/** Returns the outputs of a finished snapshot, and throws any other result. */
export function outputsOrThrow(
    result: SnapshotResult,
    kept: KeptInputs,
    earlier: readonly EarlierGroup[],
): FinishedOutputs {
    switch (result.state) {
        case "finished":
            return finishedOutputs(kept, result);
        case "unfinished":
            throw unfinishedSnapshot(kept, result, earlier);
        case "failed":
            throw result.error;
    }
}

/** Returns the error for a result that a later update continues. */
function unfinishedSnapshot(
    kept: KeptInputs,
    result: UnfinishedResult,
    earlier: readonly EarlierGroup[],
): UnfinishedSnapshot {
    const { snapshotGroupId, invokeId }: InstanceRun & Partial<CreatedGroup> = result.instanceRun;
    const id = snapshotGroupId ?? invokeId;
    const others = earlier.filter(({ snapshotGroupId }) => snapshotGroupId !== id);
    return new UnfinishedSnapshot(id, unfinishedOutputs(kept, result, others), result.reason);
}

/** Returns the outputs of an unfinished snapshot. */
export function unfinishedOutputs(
    kept: KeptInputs,
    { phase, instanceRun, reason, warnings }: UnfinishedResult,
    earlier: readonly EarlierGroup[],
): SnapshotOutputs {
    const { snapshotGroupId, snapshotIds, saysFilesystemOnly, report }: Partial<CreatedGroup> = instanceRun;
    const { invokeId, commandId, runId, isShared, ownerToken, osType } = instanceRun;
    const { groupName, previousOwner, diskSetDigest, diskIds, tags, snapshotGroupTags } = instanceRun;
    return withoutUndefined({
        ...kept,
        ...{ snapshotGroupId, invokeId, commandId, runId, isShared, ownerToken, tags, snapshotGroupTags },
        earlierSnapshotGroups: earlier.length === 0 ? undefined : earlier,
        ...report,
        osType,
        warnings,
        pending: withoutUndefined({
            ...{ phase, invokeId, groupName, reason: reason.code, previousOwner },
            ...{ diskSetDigest, diskIds, snapshotIds, saysFilesystemOnly },
        }),
    });
}
