import type { Tag } from "../../cloud/ecs/api";
import type { Context } from "../../cloud/context";
import type { SnapshotOutputs } from "./outputs";
import type { Unsettled } from "./finalize";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot } from "./unfinished";

/** How long it is tried to mark a run that failed, in milliseconds. */
const markFailedMs = 30_000;

/** A finished snapshot, and what would be kept of it if it were not. */
export interface Settled {
    readonly unsettled: Unsettled;
    readonly outputs: SnapshotOutputs;
}

export interface HandingOver {
    /** The run that is handed over; undefined for whichever the task came to. What came of another one passes. */
    readonly invokeId?: string;
    /** What the invocation is tagged with: that it is handed over, and whose it is from now on. */
    readonly tags: readonly Tag[];
    /** Whose the invocation says that it is until it is tagged. */
    readonly previousOwner: string;
    /** Whether a state holds the run already: what can't be tagged is left to that one. */
    readonly isHeld: boolean;
}

/**
 * Marks a run right before what came of it, finished or not, goes to the engine: from then on a state may hold it,
 * so nobody deletes it on suspicion.
 *
 * @returns undefined when the task gives nothing to hand over.
 * @throws UnfinishedSnapshot when it can't be marked: it is handed over all the same, and the next update marks it.
 */
export async function handOver(
    context: Context,
    handing: HandingOver,
    task: () => Promise<Settled>,
): Promise<SnapshotOutputs>;
export async function handOver(
    context: Context,
    handing: HandingOver,
    task: () => Promise<Settled | undefined>,
): Promise<SnapshotOutputs | undefined>;
export async function handOver(
    context: Context,
    { invokeId: only, tags, previousOwner, isHeld }: HandingOver,
    task: () => Promise<Settled | undefined>,
): Promise<SnapshotOutputs | undefined> {
    const result = await unfinishedOr(task);
    if (result === undefined) {
        return undefined;
    }
    const { invokeId = "", instanceId } = result.outputs;
    if (only !== undefined && only !== invokeId && result instanceof UnfinishedSnapshot) {
        throw result;
    }
    // What has failed is not to be held back for long.
    const { api } =
        result instanceof UnfinishedSnapshot ? context.until(context.clock.now() + markFailedMs) : context;
    try {
        await api.tagResources("invocation", [invokeId], tags);
    } catch (thrown) {
        const error = asAppSnapshotError(thrown, instanceId);
        const { detail = "" } = error.details;
        const why = error.with({
            detail: `the invocation could not be marked as handed over. ${detail}`.trim(),
            resources: { invokeId },
        });
        if (isHeld) {
            throw why;
        }
        const unfinished =
            result instanceof UnfinishedSnapshot
                ? result.because(why)
                : new UnfinishedSnapshot(result.unsettled, "finalizing", why);
        throw unfinished.tagged(previousOwner);
    }
    if (result instanceof UnfinishedSnapshot) {
        throw result;
    }
    return result.outputs;
}

async function unfinishedOr<T>(task: () => Promise<T>): Promise<T | UnfinishedSnapshot> {
    try {
        return await task();
    } catch (thrown) {
        if (thrown instanceof UnfinishedSnapshot) {
            return thrown;
        }
        throw thrown;
    }
}
