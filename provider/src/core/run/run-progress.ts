import type { Context } from "../../cloud/context";
import type { InvocationResult } from "../../cloud/ecs/api";
import { polling, type PollState } from "../../runtime/poll";
import { progressLine } from "../../runtime/progress";
import { isRunning, resultDelay, verdictOf } from "./invocation";
import { listTags, type SnapshotRun } from "./run";
import type { ListedCommand } from "./run-overview";
import { createRunPoll, runPollKey, type RunSight } from "./run-poll";

/**
 * The progress of a run's command.
 * - "running": as far as is known, it has not ended.
 * - "ended": it has ended with this result.
 * - "forgotten": it must have ended, but the cloud no longer has the result. It keeps results for 30 days, and at most
 *   10,000 of them.
 */
export type RunProgress =
    | { readonly state: "running"; readonly lastSeen: string }
    | { readonly state: "ended"; readonly result: InvocationResult }
    | { readonly state: "forgotten" };

type Timed = Pick<SnapshotRun, "creationTime" | "timeoutSeconds">;

/** The time after a command's time limit within which Cloud Assistant reports its end. */
export const afterTimeoutMs = 5 * 60_000;

/** A result that is still "Running" a day later is not believed any more. */
const overdueMs = 86_400_000;

/** Tells whether a run has been "Running" for too long to be believed, by the cloud's clock. */
export function isOverdue(run: Timed, now: number | undefined): boolean {
    return isPast(latestEnd(run) + overdueMs, now);
}

/** Returns the latest time by which a command has ended, in epoch milliseconds of the cloud's clock. */
export function latestEnd({ creationTime, timeoutSeconds }: Timed): number {
    return Date.parse(creationTime) + timeoutSeconds * 1000 + afterTimeoutMs;
}

/**
 * Decides on the progress of a run on one of its instances. This is the only rule for whether a run has ended. Pure.
 *
 * @param results the results of its invocation.
 * @param now the time by the cloud's clock; undefined if unknown.
 */
export function runProgress(
    run: Timed,
    instanceId: string,
    results: readonly InvocationResult[],
    now: number | undefined,
): RunProgress {
    const result = results.find((candidate) => candidate.instanceId === instanceId);
    if (result === undefined) {
        // For a moment, a new invocation has no results.
        return isPast(latestEnd(run), now)
            ? { state: "forgotten" }
            : { state: "running", lastSeen: "Pending" };
    }
    const verdict = verdictOf(result);
    if (verdict.state !== "running") {
        return { state: "ended", result };
    }
    return isOverdue(run, now) ? { state: "forgotten" } : verdict;
}

function isPast(time: number, now: number | undefined): boolean {
    return now !== undefined && now > time;
}

/** A command whose end is awaited. */
export type AwaitedCommand = Timed & ListedCommand;

type AwaitedRun = Timed & Pick<SnapshotRun, "invokeId" | "allInstanceIds" | "stack" | "state">;

/** Reads the current progress of a run, by instance. */
export async function readRunProgress(
    { api }: Pick<Context, "api">,
    run: Timed & Pick<SnapshotRun, "invokeId" | "instanceIds">,
): Promise<ReadonlyMap<string, RunProgress>> {
    const results = await api.describeInvocationResults(run.invokeId);
    const now = api.answeredAt();
    return new Map(
        run.instanceIds.map((instanceId) => [instanceId, runProgress(run, instanceId, results, now)]),
    );
}

/** A single response without a result may be incomplete. */
const forgottenPolls = 3;

/** Waits until a run has ended on these of its instances, or is forgotten; see {@link waitForCommand}. */
export function waitForRun(
    context: Context,
    run: AwaitedRun,
    instanceIds: readonly string[],
    deadline: number,
): Promise<ReadonlyMap<string, RunProgress>> {
    const command = { ...run, commonTags: listTags(run) };
    return waitForCommand(context, command, instanceIds, deadline, "the snapshot plugin");
}

/**
 * Waits until a command has ended on these of its instances, or is forgotten. All waits of the process share their
 * polls.
 *
 * @param what the command's name in the progress line.
 * @returns the progress by instance: "running" if it has not ended by the deadline.
 */
export async function waitForCommand(
    context: Context,
    command: AwaitedCommand,
    instanceIds: readonly string[],
    deadline: number,
    what: string,
): Promise<ReadonlyMap<string, RunProgress>> {
    const { api, clock, shared } = context;
    const known = new Map<string, RunProgress>();
    const awaited = new Set(instanceIds);
    const pollsWithoutResult = new Map<string, number>();
    const state = (instanceId: string, progress: RunProgress): RunProgress => {
        if (progress.state !== "forgotten") {
            return progress;
        }
        const polls = (pollsWithoutResult.get(instanceId) ?? 0) + 1;
        pollsWithoutResult.set(instanceId, polls);
        return polls < forgottenPolls ? { state: "running", lastSeen: "no result" } : progress;
    };
    const question = { api, command, awaited, latestEnd: latestEnd(command), deadline };
    const waited = await shared
        .get(runPollKey, () => createRunPoll(clock))
        .wait(question, {
            judge: (sight): PollState<typeof known> => {
                // A later response may lack a result that was there already.
                for (const instanceId of awaited) {
                    const progress = state(instanceId, progressIn(sight, command, instanceId));
                    known.set(instanceId, progress);
                    if (progress.state === "ended") {
                        awaited.delete(instanceId);
                    }
                }
                const running = [...known.values()].find((progress) => progress.state === "running");
                return running === undefined
                    ? { done: true, value: known }
                    : { done: false, lastSeen: running.lastSeen };
            },
            delay: resultDelay,
            firstMs: firstLookMs(command, api.answeredAt()),
            deadline,
            ...polling(context),
            onWait: (lastSeen, elapsed) => {
                context.log.status(progressLine(lastSeen.toLowerCase(), elapsed, what));
            },
        });
    if (waited.done) {
        return waited.value;
    }
    const { lastSeen } = waited;
    return new Map(
        [...known].map(([instanceId, progress]) => [
            instanceId,
            progress.state === "running" ? { state: "running", lastSeen } : progress,
        ]),
    );
}

/** Returns the time before the first look at a command: one that has just been started can't have ended. */
function firstLookMs({ creationTime }: Timed, now: number | undefined): number {
    const isNew = now !== undefined && now - Date.parse(creationTime) < resultDelay(0);
    return isNew ? resultDelay(0) : 0;
}

function progressIn(sight: RunSight, command: Timed, instanceId: string): RunProgress {
    if ("results" in sight) {
        return runProgress(command, instanceId, sight.results, sight.now);
    }
    const listed = sight.listed.find((instance) => instance.instanceId === instanceId);
    const { invocationStatus = "" } = listed ?? {};
    if (listed !== undefined && !isRunning(listed)) {
        // Its result is not fetched yet.
        return { state: "running", lastSeen: "Running" };
    }
    return { state: "running", lastSeen: invocationStatus === "" ? "Pending" : invocationStatus };
}
