import { runTags, type PlannedRun, type SnapshotRun } from "../cloud-assistant/run";
import { closeRuns } from "../cloud-assistant/run-state";
import { latestEnd, verdictOf, waitForInvocation } from "../cloud-assistant/invocation";
import { ApiCallError } from "../ecs/api-error";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import type { ExitCodeEntry } from "../errors/exit-codes";
import { ownErrors } from "../errors/own-errors";
import type { InvocationResult, SnapshotGroup } from "../ecs/api";
import type { OnDegraded, ScriptOutput } from "../inputs/inputs";
import type { SnapshotSpecification } from "../inputs/specification";
import type { PluginCommand } from "../plugin/command";
import { parsePluginOutput, type PluginOutput } from "../plugin/output";
import { saying } from "../plugin/words";
import type { Context } from "../runtime/context";
import { absenceMilliseconds } from "../polling/presence";
import { visibilityMilliseconds } from "../snapshot-group/group";
import { describeForeign, findOwnGroup } from "../snapshot-group/own-group";
import { runEvidence, type RunEvidence } from "./evidence";
import type { KeptInputs } from "./outputs";
import { failureWithoutGroup } from "./settle";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot, type Progress } from "./unfinished";

/**
 * How long a group is looked for that a failed run may have left. If it shows even later, the next run finds
 * it: the run stays open.
 */
export const leftoverMilliseconds = 10_000;

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
          readonly retry: ExitCodeEntry["retry"];
      };

/** What is known of a snapshot while its command runs. */
export interface Running {
    readonly specification: SnapshotSpecification;
    readonly kept: KeptInputs;
    readonly run: SnapshotRun;
    /** What becomes of what its scripts say; undefined where they were not delivered. */
    readonly scriptOutput: ScriptOutput | undefined;
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
    const creationTime = new Date(context.clock.now()).toISOString();
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
                    detail: `${thrown.message}; its snapshot group would be called ${run.groupName}`,
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
        const waited = await waitForInvocation(context, invokeId, [instanceId], running.deadline);
        const result = waited.done ? waited.value.get(instanceId) : undefined;
        if (result !== undefined) {
            return await judge(context, running, result);
        }
        throw new AppSnapshotError(ownErrors.StillInProgress, {
            instanceId,
            detail: waited.done ? "no result for this instance" : `seen while waiting: ${waited.seen}`,
            resources: { invokeId },
        });
    } catch (thrown) {
        throw stillRunning(running, asAppSnapshotError(thrown, instanceId));
    }
}

async function judge(context: Context, running: Running, result: InvocationResult): Promise<RunEnd> {
    const { run, scriptOutput } = running;
    const verdict = verdictOf(result, scriptOutput);
    if (verdict.state === "failed") {
        return {
            ok: false,
            error: verdict.error,
            groupMayExist: verdict.groupMayExist,
            retry: verdict.retry,
        };
    }
    const output = parsePluginOutput(result.output);
    const { group, foreign } = await findOwnGroup(context, run, {
        hint: output.snapshotGroupId,
        patience: patienceFor(result, context.clock.now()),
    });
    if (group !== undefined) {
        const { snapshotGroupId, snapshots } = group;
        const snapshotIds = snapshots.map((snapshot) => snapshot.snapshotId);
        const evidence = runEvidence(result, output, scriptOutput);
        return { ok: true, snapshotGroupId, snapshotIds, output, evidence };
    }
    const seen = foreign === undefined ? [] : [describeForeign(foreign)];
    const error = new AppSnapshotError(ownErrors.GroupNotFound, {
        instanceId: run.instanceId,
        detail: [saying(output.message, scriptOutput), ...seen].join("; "),
        resources: { invokeId: run.invokeId },
    });
    return { ok: false, error, groupMayExist: true, retry: undefined };
}

/** A group that is new may be missing from the lists for a while yet; an older one is gone if it is missing. */
export function patienceFor({ finishedTime }: InvocationResult, now: number): number {
    const finished = Date.parse(finishedTime);
    const newUntil = Number.isNaN(finished) ? now : finished + visibilityMilliseconds;
    return Math.max(absenceMilliseconds, newUntil - now);
}

/**
 * Removes what a failed run left behind and closes it, or keeps it in the state.
 *
 * @param onLeftover "clear" for a run of an earlier run: its time is over, whatever it might still make.
 * @returns the error to throw.
 */
export async function afterFailure(
    context: Context,
    running: Running,
    end: Extract<RunEnd, { ok: false }>,
    onLeftover: OnDegraded | "clear",
): Promise<Error> {
    const { specification } = running;
    const { error } = end;
    try {
        const group = mayHaveGroup(end) ? await groupLeftBy(context, running, error) : undefined;
        if (
            group === undefined &&
            end.groupMayExist &&
            (onLeftover !== "clear" || mayStillCome(context, running, end))
        ) {
            // Left open, so that the next run looks once more for what came of it.
            return error.with({
                detail: `${error.details.detail ?? ""}; no snapshot group of it is there so far`,
            });
        }
        if (group === undefined) {
            await closeRuns(context.api, [running.run.invokeId]);
            return error;
        }
        const { snapshotGroupId } = group;
        const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
        const { deadline } = running;
        const leftover = { ...progressOf(running), snapshotGroupId, snapshotIds, deadline };
        if (onLeftover !== "keep") {
            return await failureWithoutGroup(context, leftover, error);
        }
        return new UnfinishedSnapshot(leftover, "failed", error.with({ resources: { snapshotGroupId } }));
    } catch (thrown) {
        // The failure itself matters more than what went wrong after it.
        const why = asAppSnapshotError(thrown, specification.instanceId);
        return stillRunning(
            running,
            error.with({ detail: `${error.details.detail ?? ""}. After that: ${why.message}` }),
        );
    }
}

/**
 * Whether the plugin may have outlived its invocation, and make a group still. It had until the time limit of the
 * command, by the cloud's clock, and its group may show late.
 */
function mayStillCome(
    { api }: Context,
    { run }: Running,
    { error }: Extract<RunEnd, { ok: false }>,
): boolean {
    const now = api.answeredAt();
    return (
        error.code !== ownErrors.GroupNotFound.code &&
        (now === undefined || now < latestEnd(run) + visibilityMilliseconds)
    );
}

/** Whether a group has to be looked for: there may be one by the way it ended, or its output mentions one. */
export function mayHaveGroup({ groupMayExist, error }: Extract<RunEnd, { ok: false }>): boolean {
    return groupMayExist || error.resources.snapshotGroupId !== undefined;
}

async function groupLeftBy(
    context: Context,
    running: Running,
    error: AppSnapshotError,
): Promise<SnapshotGroup | undefined> {
    const { group } = await findOwnGroup(context, running.run, {
        hint: error.resources.snapshotGroupId,
        patience: leftoverMilliseconds,
    });
    return group;
}

function stillRunning(running: Running, reason: AppSnapshotError): UnfinishedSnapshot {
    return new UnfinishedSnapshot(progressOf(running), "running", reason);
}

export function progressOf({ kept, run, diskIds }: Running): Progress {
    const { runId, invokeId, commandId, ownerToken, groupName, system, disks } = run;
    return { kept, runId, invokeId, commandId, ownerToken, groupName, system, disks, diskIds };
}
