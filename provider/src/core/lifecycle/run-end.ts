import type { Context } from "../../cloud/context";
import type { InvocationResult, SnapshotGroup } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { ExitCodeEntry } from "../../errors/exit-codes";
import { ownErrors } from "../../errors/own-errors";
import { absenceMs } from "../../runtime/absence";
import { phrases } from "../../runtime/text";
import { parsePluginOutput } from "../plugin/output";
import { attributedDetails } from "../plugin/quotable-output";
import { verdictOf } from "../run/invocation";
import { isShared, type SnapshotRun } from "../run/run";
import { type RunProgress, waitForRun } from "../run/run-progress";
import { type RunReport, runReport } from "../run/run-report";
import { instanceRunOf, type TrackedInstance, type TrackedRun } from "../run/tracked-run";
import { visibilityMs } from "../snapshot-group/group";
import { describeOtherGroup, findOwnGroup, unverifiedGroupId } from "../snapshot-group/own-group";
import { warnIfUrgent } from "./warn-if-urgent";

/** The end of a run on one instance. */
export type RunEnd = SucceededEnd | FailedEnd | StillRunning;

/** The run created a group that is verified to be its own. */
export interface SucceededEnd {
    readonly state: "succeeded";
    readonly snapshotGroupId: string;
    /** The members known so far. */
    readonly snapshotIds: readonly string[];
    /** The group as it was found; undefined if that was too long ago. */
    readonly group: SnapshotGroup | undefined;
    readonly saysFilesystemOnly: boolean;
    readonly report: RunReport;
}

export interface FailedEnd {
    readonly state: "failed";
    readonly error: AppSnapshotError;
    /** True if the run may have a group, now or later: the plugin can outlive its invocation. */
    readonly groupMayExist: boolean;
    /** True if the invocation itself did not fail, and its group was searched for as long as lists may lag behind. */
    readonly wasSearched?: boolean;
    /** The id of a group that it named or that may be its own, if no list shows it as its own. */
    readonly unlistedGroupId?: string | undefined;
    readonly retry: ExitCodeEntry["retry"];
}

/** The run is not known to have ended by the deadline: it may still be running, and the next update adopts it. */
export interface StillRunning {
    readonly state: "running";
    readonly reason: AppSnapshotError;
}

/** Waits until the command has ended on all instances; returns its ends by instance. */
export async function awaitEnds(
    context: Context,
    { run, instances, deadline }: TrackedRun,
): Promise<ReadonlyMap<string, RunEnd>> {
    const instanceIds = instances.map(({ specification }) => specification.instanceId);
    const waited = waitForRun(context, run, instanceIds, deadline);
    const ends = instances.map(async (instance): Promise<readonly [string, RunEnd]> => {
        const { instanceId } = instance.specification;
        try {
            return [instanceId, await endOf(context, run, instance, (await waited).get(instanceId))];
        } catch (thrown) {
            return [instanceId, { state: "running", reason: asAppSnapshotError(thrown, instanceId) }];
        }
    });
    return new Map(await Promise.all(ends));
}

async function endOf(
    context: Context,
    run: SnapshotRun,
    instance: TrackedInstance,
    progress: RunProgress = { state: "running", lastSeen: "Pending" },
): Promise<RunEnd> {
    const { specification, scriptOutput, circumstances } = instance;
    const { instanceId } = specification;
    const details = { instanceId, resources: { invokeId: run.invokeId } };
    if (progress.state === "running") {
        const detail = `last seen: ${progress.lastSeen}`;
        const reason = new AppSnapshotError(ownErrors.StillInProgress, { ...details, detail });
        return { state: "running", reason };
    }
    const result = progress.state === "ended" ? progress.result : undefined;
    const verdict = result === undefined ? undefined : verdictOf(result, scriptOutput);
    if (verdict?.state === "failed") {
        const { groupMayExist, retry } = verdict;
        const error = verdict.error.with({ circumstances });
        warnIfUrgent(context.log, error);
        return { state: "failed", error, groupMayExist, retry };
    }
    // Even if the result is forgotten, the group's name is known.
    const output = parsePluginOutput(result?.output ?? "");
    const search = await findOwnGroup(context, instanceRunOf(run, instance), {
        hint: output.snapshotGroupId,
        timeoutMs: searchTimeoutMs(result, context.api.answeredAt()),
        nameFirst: isShared(run),
    });
    if (search.group !== undefined) {
        const { snapshotGroupId, snapshots } = search.group;
        return {
            state: "succeeded",
            snapshotGroupId,
            snapshotIds: snapshots.map((snapshot) => snapshot.snapshotId),
            group: search.group,
            saysFilesystemOnly: output.saysFilesystemOnly,
            report: result === undefined ? {} : runReport(result, output, scriptOutput),
        };
    }
    return {
        state: "failed",
        error:
            result === undefined
                ? new AppSnapshotError(ownErrors.ResultForgotten, details)
                : new AppSnapshotError(ownErrors.GroupNotFound, {
                      ...details,
                      detail: phrases(attributedDetails(output, scriptOutput), describeOtherGroup(search)),
                  }),
        groupMayExist: true,
        retry: undefined,
        wasSearched: true,
        unlistedGroupId: unverifiedGroupId(search, output.snapshotGroupId),
    };
}

/**
 * Returns how long to search for a run's group. A new group may be missing from the lists for a while; an older one
 * that is missing is gone.
 *
 * @param result the result of the run; undefined if it is forgotten, because then the run ended long ago.
 * @param now the time by the cloud's clock, like the times in the result; undefined if unknown.
 */
export function searchTimeoutMs(
    result: Pick<InvocationResult, "finishedTime"> | undefined,
    now: number | undefined,
): number {
    const age = result === undefined ? visibilityMs : (now ?? 0) - Date.parse(result.finishedTime);
    const rest = now === undefined || Number.isNaN(age) ? visibilityMs : visibilityMs - age;
    return Math.min(visibilityMs, Math.max(absenceMs, rest));
}
