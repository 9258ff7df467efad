import { runTags, type PlannedRun, type SnapshotRun } from "../cloud-assistant/run";
import { verdictOf } from "../cloud-assistant/invocation";
import { waitForRun, type RunProgress } from "../cloud-assistant/run-progress";
import { ApiCallError } from "../ecs/api-error";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import type { Circumstances } from "../errors/circumstances";
import type { ExitCodeEntry } from "../errors/exit-codes";
import { ownErrors } from "../errors/own-errors";
import type { InvocationResult } from "../ecs/api";
import type { ScriptOutput } from "../inputs/inputs";
import type { SnapshotSpecification } from "../inputs/specification";
import type { PluginCommand } from "../plugin/command";
import { parsePluginOutput, type PluginOutput } from "../plugin/output";
import { phrases, saying } from "../plugin/words";
import type { Context } from "../runtime/context";
import { absenceMilliseconds } from "../polling/presence";
import { visibilityMilliseconds } from "../snapshot-group/group";
import { describeOther, doubtfulIn, findOwnGroup } from "../snapshot-group/own-group";
import { runEvidence, type RunEvidence } from "./evidence";
import type { KeptInputs } from "./outputs";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot, type Progress } from "./unfinished";
import { warnIfUrgent } from "./urgency";

/** How a run ended on the instance. */
export type RunEnd =
    | {
          readonly ok: true;
          /** Proved to be the run's own. */
          readonly snapshotGroupId: string;
          /** Its members as far as they are known by now. */
          readonly snapshotIds: readonly string[];
          readonly output: PluginOutput;
          readonly evidence: RunEvidence;
      }
    | {
          readonly ok: false;
          readonly error: AppSnapshotError;
          /** Whether there may be a group of it, or may be one later: the plugin can outlive its invocation. */
          readonly groupMayExist: boolean;
          /** Whether its group was looked for as long as one may be missing from the lists: it was no failure. */
          readonly wasLookedFor?: boolean;
          /** The group that it named, or that may be its own, and that no list shows as such. */
          readonly unlistedGroupId?: string | undefined;
          readonly retry: ExitCodeEntry["retry"];
      };

export type FailedEnd = Extract<RunEnd, { ok: false }>;

/** What is known of a snapshot while its command runs. */
export interface Running {
    readonly specification: SnapshotSpecification;
    readonly kept: KeptInputs;
    readonly run: SnapshotRun;
    /** What becomes of what its scripts say; undefined where they were not delivered. */
    readonly scriptOutput: ScriptOutput | undefined;
    /** What the remedy of its failure is to fit; undefined where that is not known. */
    readonly circumstances: Circumstances | undefined;
    /** The disks that the group has to hold; undefined for a run that was found again. */
    readonly diskIds: readonly string[] | undefined;
    readonly deadline: number;
}

/**
 * Starts the command on an instance, tagged so that it can be found again.
 *
 * @throws AppSnapshotError StartUnknown when no answer tells whether it was started.
 */
export async function startRun(
    context: Context,
    instanceId: string,
    command: PluginCommand,
    run: PlannedRun,
): Promise<SnapshotRun> {
    context.log.status("starting the snapshot plugin");
    const { commandId, invokeId } = await request();
    context.log.debug(`invocation ${invokeId}`);
    // It is compared with the cloud's own times.
    const creationTime = new Date(context.api.answeredAt() ?? context.clock.now()).toISOString();
    const { timeoutSeconds } = command;
    return { ...run, instanceId, commandId, invokeId, creationTime, timeoutSeconds, state: "open" };

    async function request(): ReturnType<Context["api"]["runCommand"]> {
        try {
            return await context.api.runCommand({
                ...command,
                instanceIds: [instanceId],
                name: run.groupName,
                tags: runTags(run),
                clientToken: run.runId,
            });
        } catch (thrown) {
            if (thrown instanceof ApiCallError && thrown.retryClass === "again") {
                throw new AppSnapshotError(ownErrors.StartUnknown, {
                    instanceId,
                    detail: `${thrown.message}; its snapshot group would be named ${run.groupName}`,
                    cause: thrown,
                });
            }
            throw thrown;
        }
    }
}

/**
 * Waits until the command has ended, and tells how.
 *
 * @throws UnfinishedSnapshot when it has not ended by the deadline, or when that can't be found out: the command
 * goes on, and whoever comes next adopts it.
 */
export async function endOf(context: Context, running: Running): Promise<RunEnd> {
    const { instanceId, invokeId } = running.run;
    try {
        const progress = await waitForRun(context, running.run, running.deadline);
        if (progress.state === "running") {
            throw new AppSnapshotError(ownErrors.StillInProgress, {
                instanceId,
                detail: `last seen: ${progress.seen}`,
                resources: { invokeId },
            });
        }
        return await judge(context, running, progress);
    } catch (thrown) {
        throw stillRunning(running, asAppSnapshotError(thrown, instanceId));
    }
}

async function judge(
    context: Context,
    { run, scriptOutput, circumstances }: Running,
    progress: Exclude<RunProgress, { state: "running" }>,
): Promise<RunEnd> {
    const result = progress.state === "ended" ? progress.result : undefined;
    const verdict = result === undefined ? undefined : verdictOf(result, scriptOutput);
    if (verdict?.state === "failed") {
        const { groupMayExist, retry } = verdict;
        const error = verdict.error.with({ circumstances });
        warnIfUrgent(context.log, error);
        return { ok: false, error, groupMayExist, retry };
    }
    // Of a forgotten run the name is known still.
    const output = parsePluginOutput(result?.output ?? "");
    const search = await findOwnGroup(context, run, {
        hint: output.snapshotGroupId,
        patience: patienceFor(result, context.api.answeredAt()),
    });
    if (search.group !== undefined) {
        const { snapshotGroupId, snapshots } = search.group;
        const snapshotIds = snapshots.map((snapshot) => snapshot.snapshotId);
        const evidence = result === undefined ? {} : runEvidence(result, output, scriptOutput);
        return { ok: true, snapshotGroupId, snapshotIds, output, evidence };
    }
    const details = { instanceId: run.instanceId, resources: { invokeId: run.invokeId } };
    return {
        ok: false,
        error:
            result === undefined
                ? new AppSnapshotError(ownErrors.ResultForgotten, details)
                : new AppSnapshotError(ownErrors.GroupNotFound, {
                      ...details,
                      detail: phrases(saying(output, scriptOutput), describeOther(search)),
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
    const age = result === undefined ? visibilityMilliseconds : (now ?? 0) - Date.parse(result.finishedTime);
    const rest =
        now === undefined || Number.isNaN(age) ? visibilityMilliseconds : visibilityMilliseconds - age;
    return Math.min(visibilityMilliseconds, Math.max(absenceMilliseconds, rest));
}

/** Whatever went wrong: the command may go on, and whoever comes next adopts it. */
export function stillRunning(running: Running, reason: AppSnapshotError): UnfinishedSnapshot {
    return new UnfinishedSnapshot(progressOf(running), "running", reason);
}

export function progressOf({ kept, run, diskIds }: Running): Progress {
    const { runId, invokeId, commandId, ownerToken, groupName, system, disks } = run;
    return { kept, runId, invokeId, commandId, ownerToken, groupName, system, disks, diskIds };
}
