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

type Timed = Pick<SnapshotRun, "creationTime" | "timeoutSeconds">;

/** By this long after its time limit Cloud Assistant has told the end of a command, in milliseconds. */
export const afterTimeoutMs = 5 * 60_000;

/** A result that says "Running" for a day longer than that says nothing any more. */
const overdueMs = 86_400_000;

/** Whether what says that it is running can't be so any more, by the cloud's clock. */
export function isOverdue(run: Timed, now: number | undefined): boolean {
    return isPast(latestEnd(run) + overdueMs, now);
}

/** When a command has ended at the latest, in epoch milliseconds of the cloud's clock. */
export function latestEnd({ creationTime, timeoutSeconds }: Timed): number {
    return Date.parse(creationTime) + timeoutSeconds * 1000 + afterTimeoutMs;
}

/**
 * Decides how far a run is on one of its instances: the one rule for whether it has ended; pure.
 *
 * @param results those of its invocation.
 * @param now by the cloud's clock; undefined where that is not known.
 */
export function runProgress(
    run: Timed,
    instanceId: string,
    results: readonly InvocationResult[],
    now: number | undefined,
): RunProgress {
    const result = results.find((candidate) => candidate.instanceId === instanceId);
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

type Followed = Timed & Pick<SnapshotRun, "invokeId" | "instanceIds">;

/** Looks how far a run is now, by instance. */
export async function lookAtRun(
    { api }: Pick<Context, "api">,
    run: Followed,
): Promise<ReadonlyMap<string, RunProgress>> {
    const results = await api.describeInvocationResults(run.invokeId);
    const now = api.answeredAt();
    return new Map(
        run.instanceIds.map((instanceId) => [instanceId, runProgress(run, instanceId, results, now)]),
    );
}

/** A single answer without a result proves nothing. */
const forgottenLooks = 3;

/**
 * Waits until a run has ended on all of its instances, or is known to be forgotten.
 *
 * @returns the progress by instance: "running" where it has not ended by the deadline.
 */
export async function waitForRun(
    context: Context,
    run: Followed,
    deadline: number,
): Promise<ReadonlyMap<string, RunProgress>> {
    const known = new Map<string, RunProgress>();
    const looksWithoutResult = new Map<string, number>();
    const state = (instanceId: string, progress: RunProgress): RunProgress => {
        if (progress.state !== "forgotten") {
            return progress;
        }
        const looks = (looksWithoutResult.get(instanceId) ?? 0) + 1;
        looksWithoutResult.set(instanceId, looks);
        return looks < forgottenLooks ? { state: "running", lastSeen: "no result" } : progress;
    };
    const waited = await poll<typeof known>({
        look: async () => {
            for (const [instanceId, progress] of await lookAtRun(context, run)) {
                known.set(instanceId, state(instanceId, progress));
            }
            const running = [...known.values()].find((progress) => progress.state === "running");
            return running === undefined
                ? { done: true, value: known }
                : { done: false, lastSeen: running.lastSeen };
        },
        delay: resultDelay,
        deadline,
        ...polling(context),
        onWait: (lastSeen, elapsed) => {
            context.log.status(progressLine(lastSeen.toLowerCase(), elapsed, "the snapshot plugin"));
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
