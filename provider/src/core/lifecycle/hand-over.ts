import type { Context } from "../../cloud/context";
import type { Tag } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ignoringForgotten } from "../run/run-state";
import {
    failed,
    type FinishedResult,
    type RunResults,
    type SnapshotResult,
    unfinished,
    type UnfinishedResult,
    withLaterError,
    withPreviousOwner,
} from "../run/snapshot-result";

/** The time limit for tagging a run that is unfinished. */
const markFailedMs = 30_000;

/** The way to hand the results of a run over. */
export interface Handing {
    /** The run that is handed over. Results of other runs are returned unchanged. */
    readonly invokeId: string;
    /** The new tags of the invocation: its state and, after an adoption, its owner. */
    readonly tags: readonly Tag[];
    /** The owner token that the invocation has until it is tagged. */
    readonly previousOwner: string;
    /** True if a state already holds the run; if it can't be tagged, it is left to that state. */
    readonly isHeld: boolean;
    /** True if it belonged to another resource, or to this one under another owner token. Default: false. */
    readonly isAdoption?: boolean;
    /**
     * True if the run may be so old that Cloud Assistant has forgotten it: then it needs no tag. A new one that seems to
     * be unknown must be tagged. Default: false.
     */
    readonly mayBeForgotten?: boolean;
}

/**
 * Tags a run as handed right before its results, finished or not, go to the engine. From then on, a state may hold it,
 * so it is never deleted on suspicion.
 *
 * @returns the results; unfinished ones if it can't be tagged: it is handed over all the same, and the next update tags
 * it.
 */
export async function handOver(
    context: Context,
    results: RunResults,
    { invokeId, tags, previousOwner, isHeld, mayBeForgotten = false }: Handing,
): Promise<RunResults> {
    const remembered = [...results.values()].filter((result) => isResultOf(result, invokeId));
    if (remembered.length === 0) {
        return results;
    }
    // An error must not be delayed for long.
    const { api } = remembered.some(({ state }) => state === "finished")
        ? context
        : context.until(context.clock.now() + markFailedMs);
    try {
        const tag = (): Promise<void> => api.tagResources("invocation", [invokeId], tags);
        await (mayBeForgotten ? ignoringForgotten(tag) : tag());
        return results;
    } catch (thrown) {
        return new Map(
            [...results].map(([instanceId, result]): readonly [string, SnapshotResult] => {
                if (!isResultOf(result, invokeId)) {
                    return [instanceId, result];
                }
                const error = notMarkedError(asAppSnapshotError(thrown, instanceId), invokeId);
                return [
                    instanceId,
                    isHeld ? failed(error) : withPreviousOwner(asUnfinished(result, error), previousOwner),
                ];
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

function asUnfinished(result: FinishedResult | UnfinishedResult, error: AppSnapshotError): UnfinishedResult {
    return result.state === "unfinished"
        ? withLaterError(result, error)
        : unfinished("finalizing", result.instanceRun, error, result.warnings);
}
