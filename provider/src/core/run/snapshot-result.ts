import type { SnapshotGroup } from "../../cloud/ecs/api";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { withoutUndefined } from "../../runtime/json";
import type { OperatingSystem } from "../inputs/specification";
import type { SnapshotTags } from "../inputs/tags";
import type { RunMembers } from "./run";
import type { RunReport } from "./run-report";

/** One instance's part of a run: all that a state must record as long as the run is not finished. */
export interface InstanceRun {
    readonly instanceId: string;
    /** See `PlannedRun.runId`. */
    readonly runId: string | undefined;
    /** True if the run has further instances. Default: false. */
    readonly isShared?: boolean;
    readonly invokeId: string;
    readonly commandId: string;
    /** See `PlannedRun.ownerToken`. */
    readonly ownerToken: string;
    /** The owner token that the invocation still has because it could not be changed. */
    readonly previousOwner?: string | undefined;
    readonly groupName: string;
    readonly osType: OperatingSystem | undefined;
    /** See `diskSetDigestOf`. */
    readonly diskSetDigest: string;
    /** The disks that the group must contain; undefined for a run that was found again. */
    readonly diskIds: readonly string[] | undefined;
    /** The program's tags that the members have, or may have. Default: none. */
    readonly tags?: SnapshotTags | undefined;
    /** The program's tags on the group itself; undefined if the cloud does not take them. */
    readonly snapshotGroupTags?: SnapshotTags | undefined;
}

/** Returns the members of the group that a run creates of its instance. */
export function membersIn({
    runId,
    isShared = false,
    instanceId,
}: Pick<InstanceRun, "runId" | "isShared" | "instanceId">): RunMembers {
    return { runId, sharedInstanceId: isShared ? instanceId : undefined };
}

/** The group that a run created of one instance. */
export interface CreatedGroup extends InstanceRun {
    readonly snapshotGroupId: string;
    /** The known members. */
    readonly snapshotIds?: readonly string[] | undefined;
    readonly saysFilesystemOnly?: boolean | undefined;
    readonly report?: RunReport | undefined;
}

/** The group that a successful run created, with the run's report. */
export interface ReportedGroup extends CreatedGroup {
    readonly saysFilesystemOnly: boolean;
    readonly report: RunReport;
}

/** The outcome of a run on one instance. */
export type SnapshotResult = FinishedResult | UnfinishedResult | FailedResult;

/** The outcome of a run, by instance. */
export type RunResults = ReadonlyMap<string, SnapshotResult>;

/** A group that is usable, verified and named. */
export interface FinishedResult {
    readonly state: "finished";
    readonly instanceRun: ReportedGroup;
    readonly group: SnapshotGroup;
    /** True if the group was kept although it does not meet the requirements. */
    readonly isDegraded: boolean;
    readonly warnings: readonly string[];
}

/**
 * Something in the cloud that the state must record.
 * - "running": as far as is known, the command has not ended.
 * - "finalizing": there is a group that is not verified or recorded yet.
 * - "failed": there is a group that should have been deleted.
 */
export type UnfinishedResult = {
    readonly state: "unfinished";
    readonly reason: AppSnapshotError;
    readonly warnings?: readonly string[] | undefined;
} & (
    | { readonly phase: "running"; readonly instanceRun: InstanceRun }
    | { readonly phase: "finalizing"; readonly instanceRun: ReportedGroup }
    | { readonly phase: "failed"; readonly instanceRun: CreatedGroup }
);

/** Nothing exists that a state would have to record. */
export interface FailedResult {
    readonly state: "failed";
    readonly error: AppSnapshotError;
    /** The run, if it stays open so that the next update looks for its group again. */
    readonly openRun: InstanceRun | undefined;
}

export function failed(error: AppSnapshotError, openRun?: InstanceRun): FailedResult {
    return { state: "failed", error, openRun };
}

/** Returns an unfinished result whose reason names the invocation and the group. */
export function unfinished<Phase extends UnfinishedResult["phase"]>(
    phase: Phase,
    instanceRun: Extract<UnfinishedResult, { readonly phase: Phase }>["instanceRun"],
    error: AppSnapshotError,
    warnings?: readonly string[],
): UnfinishedResult {
    const reason = withResources(error, instanceRun);
    return { state: "unfinished", phase, instanceRun, reason, warnings } as UnfinishedResult;
}

function withResources(
    error: AppSnapshotError,
    { invokeId, snapshotGroupId }: InstanceRun & Partial<CreatedGroup>,
): AppSnapshotError {
    return error.with({ resources: { invokeId, snapshotGroupId, ...withoutUndefined(error.resources) } });
}

/** Returns the result with a later error added to its reason. */
export function withLaterError(result: UnfinishedResult, later: AppSnapshotError): UnfinishedResult {
    const { detail = "" } = result.reason.details;
    const reason = result.reason.with({
        detail: `${detail} After that: ${later.message}`.trim(),
        problems: [result.reason, later],
    });
    return { ...result, reason };
}

/** Returns the result with the owner token that its invocation still has. */
export function withPreviousOwner(result: UnfinishedResult, previousOwner: string): UnfinishedResult {
    return previousOwner === result.instanceRun.ownerToken
        ? result
        : ({ ...result, instanceRun: { ...result.instanceRun, previousOwner } } as UnfinishedResult);
}

/** Returns the invocations whose results a state must record. */
export function invokeIdsOf(results: RunResults): ReadonlySet<string> {
    return new Set(
        [...results.values()].flatMap((result) =>
            result.state === "failed" ? [] : [result.instanceRun.invokeId],
        ),
    );
}

/** Returns the result of a run on a single instance. */
export function onlyResult(results: RunResults): SnapshotResult {
    const [result, ...others] = results.values();
    if (result === undefined || others.length > 0) {
        throw new Error(`A run on a single instance has ${results.size} results.`);
    }
    return result;
}

/** Tells whether the command may still be running, and so still needs its role. */
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
