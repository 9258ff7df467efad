import type { InvokedInstance, Tag } from "../../cloud/ecs/api";
import { isRunning, isSuccess } from "./invocation";
import type { SnapshotRun } from "./run";

/** The properties of an invocation by which it is looked at. */
export interface ListedCommand extends Pick<SnapshotRun, "invokeId" | "allInstanceIds" | "creationTime"> {
    /** Its tags that others have too, so that one list shows them all. */
    readonly commonTags: readonly Tag[];
}

/** Returns a text that is the same for invocations that one list shows. */
export function listKeyOf({ commonTags }: Pick<ListedCommand, "commonTags">): string {
    return JSON.stringify(commonTags);
}

/** An invocation whose end is awaited on some of its instances. */
export interface AwaitedInvocation {
    readonly command: ListedCommand;
    /** The instances on which it is awaited. */
    readonly instanceIds: ReadonlySet<string>;
    /** The latest time by which its command has ended, in epoch milliseconds of the cloud's clock. */
    readonly latestEnd: number;
    /** The time until the first waiter gives up, in milliseconds. */
    readonly leftMs: number;
}

/**
 * The time that an instance's end waits for those of the others, as a share of the time that the invocation has taken.
 * If the ends are spread over a minute, the results are then fetched twice.
 */
const holdShare = 0.45;
const shortestHoldMs = 3_000;
const longestHoldMs = 30_000;

/** The age from which a list shows an invocation, as a rule. */
const listedAfterMs = 3_000;

/**
 * Decides whether the results of an invocation are fetched, given what a list of invocations shows of it. The list has
 * no output, so the results alone tell how a run ended; but they are many for many instances. Pure.
 *
 * @param shown the instances in the list; none if it does not show the invocation.
 * @param now the time by the cloud's clock; undefined if unknown.
 */
export function needsResults(
    { command, instanceIds, latestEnd, leftMs }: AwaitedInvocation,
    shown: readonly InvokedInstance[],
    now: number | undefined,
): boolean {
    // Only the results tell whether it is forgotten, and they have the last word.
    if (now === undefined || now > latestEnd || leftMs <= 0) {
        return true;
    }
    const age = now - Date.parse(command.creationTime);
    const awaited = shown.filter(
        ({ instanceId, invocationStatus }) => instanceIds.has(instanceId) && invocationStatus !== "",
    );
    if (awaited.length < instanceIds.size && !(age < listedAfterMs)) {
        return true;
    }
    const ended = awaited.filter((instance) => !isRunning(instance));
    if (ended.length === 0) {
        return false;
    }
    const isUrgent = !ended.every(isSuccess);
    if (isUrgent || ended.length === instanceIds.size || leftMs <= longestHoldMs) {
        return true;
    }
    const longest = Math.min(longestHoldMs, Math.max(shortestHoldMs, holdShare * age));
    // An unknown time is not waited for.
    return !ended.every(({ finishTime }) => now - Date.parse(finishTime) < longest);
}
