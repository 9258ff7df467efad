import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { withoutUndefined } from "../../runtime/json";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import type { OperatingSystem } from "../inputs/specification";
import type { RunReport } from "./run-report";

/** One instance's part of a run: what a state has to remember of it as long as it is not finished. */
export interface InstanceRun {
    readonly instanceId: string;
    /** See `PlannedRun.runId`. */
    readonly runId: string | undefined;
    readonly invokeId: string;
    readonly commandId: string;
    /** See `PlannedRun.ownerToken`. */
    readonly ownerToken: string;
    /** The owner token that the invocation still bears, where it could not be changed. */
    readonly previousOwner?: string | undefined;
    readonly groupName: string;
    readonly osType: OperatingSystem | undefined;
    /** See `diskSetDigestOf`. */
    readonly diskSetDigest: string;
    /** The disks that the group has to hold; undefined for a run that was found again. */
    readonly diskIds: readonly string[] | undefined;
}

/** The group that an instance's part of a run left. */
export interface LeftGroup extends InstanceRun {
    readonly snapshotGroupId: string;
    /** Its members as far as they are known. */
    readonly snapshotIds?: readonly string[] | undefined;
    readonly saysFilesystemOnly?: boolean | undefined;
    readonly report?: RunReport | undefined;
}

/** The group that a successful run made, on its way to become a resource. */
export interface MadeGroup extends LeftGroup {
    readonly saysFilesystemOnly: boolean;
    readonly report: RunReport;
}

/** The outcome of a run on one instance. */
export type SnapshotResult = FinishedResult | UnfinishedResult | FailedResult;

/** The outcome of a run, by instance. */
export type RunResults = ReadonlyMap<string, SnapshotResult>;

/** A usable group, verified and named. */
export interface FinishedResult {
    readonly state: "finished";
    readonly of: MadeGroup;
    readonly group: SnapshotGroup;
    /** Whether it was kept although it does not meet the requirements. */
    readonly isDegraded: boolean;
    readonly warnings: readonly string[];
}

/**
 * Something exists in the cloud that the state has to remember.
 * - "running": the command has not ended, as far as is known.
 * - "finalizing": there is a group, which is not verified or recorded yet.
 * - "failed": there is a group that should have been deleted.
 */
export type UnfinishedResult = {
    readonly state: "unfinished";
    readonly reason: AppSnapshotError;
    readonly warnings?: readonly string[] | undefined;
} & (
    | { readonly phase: "running"; readonly of: InstanceRun }
    | { readonly phase: "finalizing"; readonly of: MadeGroup }
    | { readonly phase: "failed"; readonly of: LeftGroup }
);

/** Nothing exists that a state would have to remember. */
export interface FailedResult {
    readonly state: "failed";
    readonly error: AppSnapshotError;
    /** Whether the run stays open, for the next update to look for a group once more. */
    readonly staysOpen: boolean;
}

export function failed(error: AppSnapshotError, staysOpen = false): FailedResult {
    return { state: "failed", error, staysOpen };
}

/** Returns an unfinished result, whose reason names what there is. */
export function unfinished<Phase extends UnfinishedResult["phase"]>(
    phase: Phase,
    of: Extract<UnfinishedResult, { phase: Phase }>["of"],
    why: AppSnapshotError,
    warnings?: readonly string[],
): UnfinishedResult {
    return { state: "unfinished", phase, of, reason: naming(of, why), warnings } as UnfinishedResult;
}

function naming(of: InstanceRun & Partial<LeftGroup>, why: AppSnapshotError): AppSnapshotError {
    const { invokeId, snapshotGroupId } = of;
    return why.with({ resources: { invokeId, snapshotGroupId, ...withoutUndefined(why.resources) } });
}

/** Returns the same result, with something else that went wrong after it. */
export function because(result: UnfinishedResult, after: AppSnapshotError): UnfinishedResult {
    const { detail = "" } = result.reason.details;
    const reason = result.reason.with({ detail: `${detail} After that: ${after.message}`.trim() });
    return { ...result, reason };
}

/** Returns the same result, whose invocation still bears another owner token. */
export function owned(result: UnfinishedResult, previousOwner: string): UnfinishedResult {
    return previousOwner === result.of.ownerToken
        ? result
        : ({ ...result, of: { ...result.of, previousOwner } } as UnfinishedResult);
}

/** Returns the result of a run on a single instance. */
export function soleOf(results: RunResults): SnapshotResult {
    const [result, ...others] = results.values();
    if (result === undefined || others.length > 0) {
        throw new Error(`A run on a single instance has ${results.size} results.`);
    }
    return result;
}

/** Tells whether the command may still run, so that nothing that it needs may be taken from it. */
export function mayStillRun(result: SnapshotResult): boolean {
    switch (result.state) {
        case "finished":
            return false;
        case "unfinished":
            return result.phase === "running";
        case "failed":
            return result.error.code === ownErrors.StartUnknown.code;
    }
}
