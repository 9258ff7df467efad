import type { InvocationResult } from "../../cloud/ecs/api";
import { poll, polling } from "../../runtime/poll";
import { progressLine } from "../../runtime/progress";
import type { Context } from "../../cloud/context";
import { resultDelay, verdictOf } from "./invocation";
import type { SnapshotRun } from "./run";

/**
 * How far the command of a run is.
 * - "running": it has not ended, as far as is known.
 * - "ended": it has, and this is its result.
 * - "forgotten": it must have ended, and the cloud does not tell how any more. It keeps results for 30 days, or 10,000
 *   of them, whichever is less.
 */
export type RunProgress =
    | { readonly state: "running"; readonly lastSeen: string }
    | { readonly state: "ended"; readonly result: InvocationResult }
    | { readonly state: "forgotten" };

type Timed = Pick<SnapshotRun, "instanceId" | "creationTime" | "timeoutSeconds">;

/** By this long after its time limit Cloud Assistant has told the end of a command, in milliseconds. */
export const afterTimeoutMs = 5 * 60_000;

/** A result that says "Running" for a day longer than that says nothing any more. */
const overdueMs = 86_400_000;

/** Whether what says that it is running can't be so any more, by the cloud's clock. */
export function isOverdue(run: Omit<Timed, "instanceId">, now: number | undefined): boolean {
    return isPast(latestEnd(run) + overdueMs, now);
}

/** When a command has ended at the latest, in epoch milliseconds of the cloud's clock. */
export function latestEnd({ creationTime, timeoutSeconds }: Omit<Timed, "instanceId">): number {
    return Date.parse(creationTime) + timeoutSeconds * 1000 + afterTimeoutMs;
}

/**
 * The one rule for whether a run has ended; a pure decision.
 *
 * @param results those of its invocation.
 * @param now by the cloud's clock; undefined where that is not known.
 */
export function runProgress(
    run: Timed,
    results: readonly InvocationResult[],
    now: number | undefined,
): RunProgress {
    const result = results.find(({ instanceId }) => instanceId === run.instanceId);
    if (result === undefined) {
        // A new invocation has no results for a moment.
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

/** How far a run is now. */
export async function lookAtRun(
    { api }: Pick<Context, "api">,
    run: Timed & Pick<SnapshotRun, "invokeId">,
): Promise<RunProgress> {
    const results = await api.describeInvocationResults(run.invokeId);
    return runProgress(run, results, api.answeredAt());
}

/** A single answer without a result proves nothing. */
const forgottenLooks = 3;

/**
 * Waits until a run has ended, or is known to be forgotten.
 *
 * @returns "running" when it has not ended by the deadline, with what was seen.
 */
export async function waitForRun(
    context: Context,
    run: Timed & Pick<SnapshotRun, "invokeId">,
    deadline: number,
): Promise<RunProgress> {
    let withoutResult = 0;
    const waited = await poll<RunProgress>({
        look: async () => {
            const progress = await lookAtRun(context, run);
            if (progress.state === "running") {
                return { done: false, lastSeen: progress.lastSeen };
            }
            withoutResult += progress.state === "forgotten" ? 1 : 0;
            return progress.state === "forgotten" && withoutResult < forgottenLooks
                ? { done: false, lastSeen: "no result" }
                : { done: true, value: progress };
        },
        delay: resultDelay,
        deadline,
        ...polling(context),
        onWait: (lastSeen, elapsed) => {
            context.log.status(progressLine(lastSeen.toLowerCase(), elapsed, "the snapshot plugin"));
        },
    });
    return waited.done ? waited.value : { state: "running", lastSeen: waited.lastSeen };
}
