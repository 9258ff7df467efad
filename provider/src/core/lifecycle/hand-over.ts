import type { Context } from "../../cloud/context";
import type { Tag } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/thrown";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import {
    withLaterError,
    failed,
    withPreviousOwner,
    unfinished,
    type FinishedResult,
    type RunResults,
    type SnapshotResult,
    type UnfinishedResult,
} from "../run/snapshot-result";

/** How long it is tried to mark a run that failed, in milliseconds. */
const markFailedMs = 30_000;

export interface HandOverOptions {
    /** The run that is handed over. Results of another run pass unchanged. */
    readonly invokeId: string;
    /** The new tags of the invocation: that it is handed over, and whose it is from now on. */
    readonly tags: readonly Tag[];
    /** The owner token that the invocation bears until it is tagged. */
    readonly previousOwner: string;
    /** Whether a state holds the run already: what can't be tagged is left to that one. */
    readonly isHeld: boolean;
}

/**
 * Marks a run right before its results, finished or not, go to the engine: from then on a state may hold it, so nobody
 * deletes it on suspicion.
 *
 * @returns the results; unfinished ones when it can't be marked: it is handed over all the same, and the next update
 * marks it.
 */
export async function handOver(
    context: Context,
    results: RunResults,
    { invokeId, tags, previousOwner, isHeld }: HandOverOptions,
): Promise<RunResults> {
    const remembered = [...results.values()].filter((result) => isResultOf(result, invokeId));
    if (remembered.length === 0) {
        return results;
    }
    // A failure is not to be held back for long.
    const { api } = remembered.some(({ state }) => state === "finished")
        ? context
        : context.until(context.clock.now() + markFailedMs);
    try {
        await api.tagResources("invocation", [invokeId], tags);
        return results;
    } catch (thrown) {
        return new Map(
            [...results].map(([instanceId, result]): readonly [string, SnapshotResult] => {
                if (!isResultOf(result, invokeId)) {
                    return [instanceId, result];
                }
                const why = notMarkedError(asAppSnapshotError(thrown, instanceId), invokeId);
                return [instanceId, isHeld ? failed(why) : withPreviousOwner(asUnfinished(result, why), previousOwner)];
            }),
        );
    }
}

function isResultOf(result: SnapshotResult, invokeId: string): result is FinishedResult | UnfinishedResult {
    return result.state !== "failed" && result.instanceRun.invokeId === invokeId;
}

function notMarkedError(error: AppSnapshotError, invokeId: string): AppSnapshotError {
    const { detail = "" } = error.details;
    return error.with({
        detail: `the invocation could not be marked as handed over. ${detail}`.trim(),
        resources: { invokeId },
    });
}

function asUnfinished(result: FinishedResult | UnfinishedResult, why: AppSnapshotError): UnfinishedResult {
    return result.state === "unfinished"
        ? withLaterError(result, why)
        : unfinished("finalizing", result.instanceRun, why, result.warnings);
}
