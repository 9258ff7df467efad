import type { Context } from "../../cloud/context";
import type { InvocationResult } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/thrown";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { ExitCodeEntry } from "../../errors/exit-codes";
import { ownErrors } from "../../errors/own-errors";
import { absenceMs } from "../../runtime/presence";
import { phrases } from "../../runtime/text";
import { parsePluginOutput } from "../plugin/output";
import { attributedDetails } from "../plugin/words";
import { verdictOf } from "../run/invocation";
import type { SnapshotRun } from "../run/run";
import { waitForRun, type RunProgress } from "../run/run-progress";
import { runReport, type RunReport } from "../run/run-report";
import type { TrackedInstance, TrackedRun } from "../run/tracked-run";
import { visibilityMs } from "../snapshot-group/group";
import { describeOther, doubtfulIn, findOwnGroup, originOf } from "../snapshot-group/own-group";
import { warnIfUrgent } from "./urgency";

/** How a run ended on one instance. */
export type RunEnd = SucceededEnd | FailedEnd | OpenEnd;

/** The run made a group, which is verified to be its own. */
export interface SucceededEnd {
    readonly state: "succeeded";
    readonly snapshotGroupId: string;
    /** Its members as far as they are known by now. */
    readonly snapshotIds: readonly string[];
    readonly saysFilesystemOnly: boolean;
    readonly report: RunReport;
}

export interface FailedEnd {
    readonly state: "failed";
    readonly error: AppSnapshotError;
    /** Whether there may be a group of it, or may be one later: the plugin can outlive its invocation. */
    readonly groupMayExist: boolean;
    /** Whether its group was looked for as long as one may be missing from the lists: it was no failure. */
    readonly wasLookedFor?: boolean;
    /** The group that it named, or that may be its own, and that no list shows as such. */
    readonly unlistedGroupId?: string | undefined;
    readonly retry: ExitCodeEntry["retry"];
}

/** It has not ended by the deadline, or that can't be found out: it may go on, and the next update adopts it. */
export interface OpenEnd {
    readonly state: "open";
    readonly reason: AppSnapshotError;
}

/** Waits until the command has ended on all instances; returns how, by instance. */
export async function endsOf(
    context: Context,
    { run, instances, deadline }: TrackedRun,
): Promise<ReadonlyMap<string, RunEnd>> {
    const waited = waitForRun(context, run, deadline);
    const ends = instances.map(async (instance): Promise<readonly [string, RunEnd]> => {
        const { instanceId } = instance.specification;
        try {
            return [instanceId, await endFrom(context, run, instance, (await waited).get(instanceId))];
        } catch (thrown) {
            return [instanceId, { state: "open", reason: asAppSnapshotError(thrown, instanceId) }];
        }
    });
    return new Map(await Promise.all(ends));
}

async function endFrom(
    context: Context,
    run: SnapshotRun,
    { specification: { instanceId }, scriptOutput, circumstances }: TrackedInstance,
    progress: RunProgress = { state: "running", lastSeen: "Pending" },
): Promise<RunEnd> {
    const details = { instanceId, resources: { invokeId: run.invokeId } };
    if (progress.state === "running") {
        const detail = `last seen: ${progress.lastSeen}`;
        const reason = new AppSnapshotError(ownErrors.StillInProgress, { ...details, detail });
        return { state: "open", reason };
    }
    const result = progress.state === "ended" ? progress.result : undefined;
    const verdict = result === undefined ? undefined : verdictOf(result, scriptOutput);
    if (verdict?.state === "failed") {
        const { groupMayExist, retry } = verdict;
        const error = verdict.error.with({ circumstances });
        warnIfUrgent(context.log, error);
        return { state: "failed", error, groupMayExist, retry };
    }
    // The name of a forgotten run is still known.
    const output = parsePluginOutput(result?.output ?? "");
    const search = await findOwnGroup(context, originOf(run, instanceId), {
        hint: output.snapshotGroupId,
        patience: patienceFor(result, context.api.answeredAt()),
    });
    if (search.group !== undefined) {
        const { snapshotGroupId, snapshots } = search.group;
        return {
            state: "succeeded",
            snapshotGroupId,
            snapshotIds: snapshots.map((snapshot) => snapshot.snapshotId),
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
                      detail: phrases(attributedDetails(output, scriptOutput), describeOther(search)),
                  }),
        groupMayExist: true,
        retry: undefined,
        wasLookedFor: true,
        unlistedGroupId: doubtfulIn(search, output.snapshotGroupId),
    };
}

/**
 * How long to look for a group, in milliseconds. A new one may be missing from the lists for a while yet; an older
 * one is gone if it is missing.
 *
 * @param result undefined for one that is forgotten, and so long over.
 * @param now by the cloud's clock, as the times in the result are; undefined where that is not known.
 */
export function patienceFor(
    result: Pick<InvocationResult, "finishedTime"> | undefined,
    now: number | undefined,
): number {
    const age = result === undefined ? visibilityMs : (now ?? 0) - Date.parse(result.finishedTime);
    const rest = now === undefined || Number.isNaN(age) ? visibilityMs : visibilityMs - age;
    return Math.min(visibilityMs, Math.max(absenceMs, rest));
}
