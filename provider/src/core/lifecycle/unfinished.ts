import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { withoutUndefined } from "../../runtime/json";
import type { LeftGroup, SnapshotResult, UnfinishedResult } from "../run/snapshot-result";
import { finishedOutputs, type EarlierGroup, type KeptInputs, type SnapshotOutputs } from "./outputs";

/**
 * Something exists in the cloud, but the resource is not finished. What is known is kept in the state under `id`, so that
 * the next update can go on from there and a deletion can clean up.
 */
export class UnfinishedSnapshot extends Error {
    /** The group's id when there is a group, else the invocation's. */
    readonly id: string;
    readonly outputs: SnapshotOutputs;
    /** Why, and what there is. */
    readonly reason: AppSnapshotError;

    constructor(kept: KeptInputs, result: UnfinishedResult, earlier: readonly EarlierGroup[] = []) {
        super(result.reason.message, { cause: result.reason });
        this.name = "UnfinishedSnapshot";
        this.reason = result.reason;
        const of: LeftGroup | UnfinishedResult["of"] = result.of;
        this.id = "snapshotGroupId" in of ? of.snapshotGroupId : of.invokeId;
        this.outputs = unfinishedOutputs(
            kept,
            result,
            earlier.filter(({ snapshotGroupId }) => snapshotGroupId !== this.id),
        );
    }
}

/** Returns the outputs of a finished snapshot, and throws whatever else came of it. */
export function outputsOrThrow(
    result: SnapshotResult,
    kept: KeptInputs,
    earlier: readonly EarlierGroup[],
): SnapshotOutputs {
    switch (result.state) {
        case "finished":
            return finishedOutputs(kept, result);
        case "unfinished":
            throw new UnfinishedSnapshot(kept, result, earlier);
        case "failed":
            throw result.error;
    }
}

function unfinishedOutputs(
    kept: KeptInputs,
    { phase, of, reason, warnings }: UnfinishedResult,
    earlier: readonly EarlierGroup[],
): SnapshotOutputs {
    const left: Partial<LeftGroup> = of;
    return withoutUndefined({
        ...kept,
        snapshotGroupId: left.snapshotGroupId,
        invokeId: of.invokeId,
        commandId: of.commandId,
        runId: of.runId,
        ownerToken: of.ownerToken,
        earlierSnapshotGroups: earlier.length === 0 ? undefined : earlier,
        ...left.report,
        osType: of.osType,
        warnings,
        pending: withoutUndefined({
            phase,
            invokeId: of.invokeId,
            groupName: of.groupName,
            reason: reason.code,
            previousOwner: of.previousOwner,
            diskSetDigest: of.diskSetDigest,
            diskIds: of.diskIds,
            snapshotIds: left.snapshotIds,
            saysFilesystemOnly: left.saysFilesystemOnly,
        }),
    });
}
