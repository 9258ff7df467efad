import {
    attemptTags,
    resourceTag,
    stateTag,
    type Attempt,
    type MadeAttempt,
} from "../cloud-assistant/attempt";
import { attemptsWith } from "../cloud-assistant/attempt-search";
import { closeAttempts } from "../cloud-assistant/attempt-state";
import { verdictOf, waitForInvocation } from "../cloud-assistant/invocation";
import { ApiCallError } from "../ecs/api-error";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import type { ExitCodeEntry } from "../errors/exit-codes";
import { ownErrors } from "../errors/own-errors";
import type { InvocationResult, SnapshotGroup } from "../ecs/api";
import type { OnDegraded } from "../inputs/inputs";
import type { SnapshotSpecification } from "../inputs/specification";
import type { PluginCommand } from "../plugin/command";
import { parsePluginOutput, type PluginOutput } from "../plugin/output";
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
 * How long a group is looked for that a failed attempt may have left. If it shows even later, the next run finds
 * it: the attempt stays open.
 */
export const leftoverMilliseconds = 10_000;

/** How an attempt ended on the instance. */
export type AttemptEnd =
    | {
          readonly ok: true;
          /** Proved to be the run's own. */
          readonly snapshotGroupId: string;
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
    readonly attempt: MadeAttempt;
    /** The disks that the group has to hold; undefined for an attempt that was found again. */
    readonly diskIds: readonly string[] | undefined;
    readonly deadline: number;
}

/** Attempts for a resource that are neither committed nor closed, the newest first. */
export async function openAttempts(context: Context, resource: string): Promise<MadeAttempt[]> {
    const attempts = await attemptsWith(context, [resourceTag(resource), stateTag("open")]);
    return attempts.filter((attempt) => attempt.resource === resource && attempt.state === "open");
}

/**
 * Starts the command on an instance, tagged so that it can be found again.
 *
 * @throws AppSnapshotError StartUnknown when no answer tells whether it was started.
 */
export async function startAttempt(
    context: Context,
    instanceId: string,
    command: PluginCommand,
    attempt: Attempt,
): Promise<MadeAttempt> {
    context.log.status("starting the snapshot plugin");
    const { commandId, invokeId } = await run();
    context.log.debug(`invocation ${invokeId}`);
    const creationTime = new Date(context.clock.now()).toISOString();
    const { timeoutSeconds } = command;
    return { ...attempt, instanceId, commandId, invokeId, creationTime, timeoutSeconds, state: "open" };

    async function run(): ReturnType<Context["api"]["runCommand"]> {
        try {
            return await context.api.runCommand({
                ...command,
                instanceIds: [instanceId],
                name: attempt.groupName,
                tags: attemptTags(attempt),
                clientToken: attempt.attemptId,
            });
        } catch (thrown) {
            if (thrown instanceof ApiCallError && thrown.retryClass === "again") {
                throw new AppSnapshotError(ownErrors.StartUnknown, {
                    instanceId,
                    detail: `${thrown.message}; its snapshot group would be called ${attempt.groupName}`,
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
 * goes on, and whoever comes next takes it up.
 */
export async function endOf(context: Context, running: Running): Promise<AttemptEnd> {
    const { instanceId, invokeId } = running.attempt;
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

async function judge(context: Context, running: Running, result: InvocationResult): Promise<AttemptEnd> {
    const verdict = verdictOf(result);
    if (verdict.state === "failed") {
        return {
            ok: false,
            error: verdict.error,
            groupMayExist: verdict.groupMayExist,
            retry: verdict.retry,
        };
    }
    const { attempt } = running;
    const output = parsePluginOutput(result.output);
    const { group, foreign } = await findOwnGroup(context, attempt, {
        hint: output.snapshotGroupId,
        patience: patienceFor(result, context.clock.now()),
    });
    if (group !== undefined) {
        const { snapshotGroupId } = group;
        return { ok: true, snapshotGroupId, output, evidence: runEvidence(result, output) };
    }
    const seen = foreign === undefined ? [] : [describeForeign(foreign)];
    const error = new AppSnapshotError(ownErrors.GroupNotFound, {
        instanceId: attempt.instanceId,
        detail: [`the plugin said: ${output.message}`, ...seen].join("; "),
        resources: { invokeId: attempt.invokeId },
    });
    return { ok: false, error, groupMayExist: true, retry: undefined };
}

/** A group that is new may be missing from the lists for a while yet; an older one is gone if it is missing. */
function patienceFor({ finishedTime }: InvocationResult, now: number): number {
    const finished = Date.parse(finishedTime);
    const newUntil = Number.isNaN(finished) ? now : finished + visibilityMilliseconds;
    return Math.max(absenceMilliseconds, newUntil - now);
}

/**
 * Removes what a failed attempt left behind and closes it, or keeps it in the state.
 *
 * @param onLeftover "clear" for an attempt of an earlier run: its time is over, whatever it might still make.
 * @returns the error to throw.
 */
export async function afterFailure(
    context: Context,
    running: Running,
    end: Extract<AttemptEnd, { ok: false }>,
    onLeftover: OnDegraded | "clear",
): Promise<Error> {
    const { specification } = running;
    const { error } = end;
    try {
        const group = mayHaveGroup(end) ? await groupLeftBy(context, running, error) : undefined;
        if (group === undefined && end.groupMayExist && onLeftover !== "clear") {
            // Left open, so that the next run looks once more for what came of it.
            return error.with({
                detail: `${error.details.detail ?? ""}; no snapshot group of it is there so far`,
            });
        }
        if (group === undefined) {
            await closeAttempts(context.api, [running.attempt.invokeId]);
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

/** Whether a group has to be looked for: there may be one by the way it ended, or its output mentions one. */
export function mayHaveGroup({ groupMayExist, error }: Extract<AttemptEnd, { ok: false }>): boolean {
    return groupMayExist || error.resources.snapshotGroupId !== undefined;
}

async function groupLeftBy(
    context: Context,
    running: Running,
    error: AppSnapshotError,
): Promise<SnapshotGroup | undefined> {
    const { group } = await findOwnGroup(context, running.attempt, {
        hint: error.resources.snapshotGroupId,
        patience: leftoverMilliseconds,
    });
    return group;
}

function stillRunning(running: Running, reason: AppSnapshotError): UnfinishedSnapshot {
    return new UnfinishedSnapshot(progressOf(running), "running", reason);
}

export function progressOf({ kept, attempt, diskIds }: Running): Progress {
    const { attemptId, invokeId, commandId, claim, groupName, system, disks } = attempt;
    return { kept, attemptId, invokeId, commandId, claim, groupName, system, disks, diskIds };
}
