import { withoutUndefined } from "../../runtime/json";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { RunReport } from "./run-report";
import { type EarlierGroup, type KeptInputs, type Pending, type SnapshotOutputs } from "./outputs";
import type { OperatingSystem } from "../inputs/specification";

/** What is known of a snapshot that is not finished. */
export interface Progress {
    readonly kept: KeptInputs;
    /** Undefined in the state of an older release. */
    readonly runId?: string | undefined;
    readonly invokeId: string;
    readonly commandId: string;
    readonly ownerToken: string;
    /** The owner token that the invocation still bears, where it could not be changed. */
    readonly previousOwner?: string | undefined;
    readonly groupName: string;
    readonly snapshotGroupId?: string | undefined;
    /** See `diskSetDigestOf`. */
    readonly diskSetDigest: string;
    readonly diskIds?: readonly string[] | undefined;
    /** The members of the group, where they are known. */
    readonly snapshotIds?: readonly string[] | undefined;
    readonly saysFilesystemOnly?: boolean | undefined;
    readonly evidence?: RunReport | undefined;
    readonly osType?: OperatingSystem | undefined;
    readonly warnings?: readonly string[] | undefined;
    readonly earlierSnapshotGroups?: readonly EarlierGroup[] | undefined;
}

/**
 * Something exists in the cloud, but the resource is not as it should be. What is known is kept in the state
 * under `id`, so that the next update can go on from there and a deletion can clean up.
 */
export class UnfinishedSnapshot extends Error {
    /** The group's id when there is a group, else the invocation's. */
    readonly id: string;
    readonly outputs: SnapshotOutputs;
    /** Why, and what there is. */
    readonly reason: AppSnapshotError;

    constructor(
        private readonly progress: Progress,
        private readonly phase: Pending["phase"],
        why: AppSnapshotError,
    ) {
        const { invokeId, snapshotGroupId } = progress;
        const reason = why.with({
            resources: { invokeId, snapshotGroupId, ...withoutUndefined(why.resources) },
        });
        super(reason.message, { cause: reason });
        this.name = "UnfinishedSnapshot";
        this.reason = reason;
        this.id = progress.snapshotGroupId ?? progress.invokeId;
        this.outputs = withoutUndefined({
            ...progress.kept,
            snapshotGroupId: progress.snapshotGroupId,
            invokeId: progress.invokeId,
            commandId: progress.commandId,
            runId: progress.runId,
            ownerToken: progress.ownerToken,
            earlierSnapshotGroups: progress.earlierSnapshotGroups,
            ...progress.evidence,
            osType: progress.osType,
            warnings: progress.warnings,
            pending: withoutUndefined({
                phase,
                invokeId: progress.invokeId,
                groupName: progress.groupName,
                reason: reason.code,
                previousOwner: progress.previousOwner,
                diskSetDigest: progress.diskSetDigest,
                diskIds: progress.diskIds,
                snapshotIds: progress.snapshotIds,
                saysFilesystemOnly: progress.saysFilesystemOnly,
            }),
        });
    }

    /** The same, whose invocation still bears another owner token. */
    tagged(previousOwner: string): UnfinishedSnapshot {
        return previousOwner === this.progress.ownerToken
            ? this
            : new UnfinishedSnapshot({ ...this.progress, previousOwner }, this.phase, this.reason);
    }

    /** The same, with something else that went wrong after it. */
    because(after: AppSnapshotError): UnfinishedSnapshot {
        const { detail = "" } = this.reason.details;
        const reason = this.reason.with({ detail: `${detail} After that: ${after.message}`.trim() });
        return new UnfinishedSnapshot(this.progress, this.phase, reason);
    }

    /** The same, with the list of the resource's earlier groups. */
    after(earlierSnapshotGroups: readonly EarlierGroup[]): UnfinishedSnapshot {
        const others = earlierSnapshotGroups.filter((group) => group.snapshotGroupId !== this.id);
        return new UnfinishedSnapshot(
            { ...this.progress, earlierSnapshotGroups: others },
            this.phase,
            this.reason,
        );
    }
}
