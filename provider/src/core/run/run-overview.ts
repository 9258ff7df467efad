import type { InvokedInstance } from "../../cloud/ecs/api";
import { isRunning, isSuccess } from "./invocation";
import type { SnapshotRun } from "./run";

/** The properties of a run by which it is looked at. */
export type ListedRun = Pick<SnapshotRun, "invokeId" | "allInstanceIds" | "creationTime" | "stack" | "state">;

/** An invocation whose end is awaited on some of its instances. */
export interface AwaitedInvocation {
    readonly run: ListedRun;
    /** The instances on which it is awaited. */
    readonly instanceIds: ReadonlySet<string>;
    /** The latest time by which its command has ended, in epoch milliseconds of the cloud's clock. */
    readonly latestEnd: number;
    /** The time until the first waiter gives up, in milliseconds. */
    readonly leftMs: number;
}

/**
 * The longest time that an instance's end waits for those of the others, as a share of the time that the invocation
 * has taken. If the ends are spread over a minute, the results are then fetched twice.
 */
const holdShare = 0.45;
const longestHoldMs = 30_000;

/**
 * Decides whether the results of an invocation are fetched, given what a list of invocations shows of it. The list has
 * no output, so the results alone tell how a run ended; but they are many for many instances. Pure.
 *
 * @param shown the instances in the list; undefined if it does not show the invocation.
 * @param now the time by the cloud's clock; undefined if unknown.
 */
export function needsResults(
    { run, instanceIds, latestEnd, leftMs }: AwaitedInvocation,
    shown: readonly InvokedInstance[] | undefined,
    now: number | undefined,
): boolean {
    const awaited = (shown ?? []).filter(
        ({ instanceId, invocationStatus }) => instanceIds.has(instanceId) && invocationStatus !== "",
    );
    if (awaited.length < instanceIds.size || now === undefined || now > latestEnd) {
        // Only the results tell whether it is forgotten.
        return true;
    }
    const ended = awaited.filter((instance) => !isRunning(instance));
    if (ended.length === 0) {
        return false;
    }
    const isUrgent = !ended.every(isSuccess);
    if (isUrgent || ended.length === awaited.length || leftMs <= longestHoldMs) {
        return true;
    }
    const longest = Math.min(longestHoldMs, holdShare * (now - Date.parse(run.creationTime)));
    // An unknown time is not waited for.
    return !ended.every(({ finishTime }) => now - Date.parse(finishTime) < longest);
}
