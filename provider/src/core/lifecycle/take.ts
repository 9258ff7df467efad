import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { stateTag } from "../run/run";
import { failed, invokeIdsOf, type RunResults, type SnapshotResult } from "../run/snapshot-result";
import { adopt, type AdoptOptions } from "./adopt";
import type { CreateRequest } from "./create-request";
import type { EarlierRuns } from "./earlier-runs";
import { type Handing, handOver } from "./hand-over";
import type { StartRun } from "./repeated-runs";
import type { StateMemory } from "./state-memory";
import { takeNew, type TakeOptions } from "./take-new";

export interface TakeServices extends AdoptOptions {
    readonly start: StartRun;
    /** Throws if no new snapshot may be begun, once the earlier runs are dealt with. Default: it may. */
    readonly assertMayBegin?: () => void;
    /** See `RepeatOptions`. */
    readonly noteFailure?: () => void;
}

/** Results that were not handed over yet. */
export interface Taken {
    readonly results: RunResults;
    /** The way to hand them over, for each of their runs. */
    readonly handings: readonly Handing[];
}

/**
 * Takes the snapshot of an instance, or adopts one that an earlier run started.
 *
 * @throws AppSnapshotError if the earlier runs could not be dealt with.
 */
export async function take(
    context: Context,
    request: CreateRequest,
    earlier: EarlierRuns,
    { start, assertMayBegin, noteFailure, ...services }: TakeServices,
): Promise<Taken> {
    const { closing } = services;
    const {
        results: adopted,
        handing,
        warnings,
        leavesResumed = false,
    } = await adopt(context, request, earlier, services);
    if (adopted.size > 0) {
        return { results: adopted, handings: handing === undefined ? [] : [handing] };
    }
    assertMayBegin?.();
    const results = await takeNewOrFail(context, request, { warnings, start, closing, noteFailure });
    const error = leavesResumed ? onlyError(results) : undefined;
    if (error !== undefined) {
        // Nothing is changed then: the state must go on to hold the earlier run.
        throw error;
    }
    const isNew = { tags: [stateTag("handed")], previousOwner: request.ownerToken, isHeld: false };
    return { results, handings: [...invokeIdsOf(results)].map((invokeId) => ({ ...isNew, invokeId })) };
}

/** Returns the error of results of which nothing exists; undefined if something does. */
function onlyError(results: RunResults): AppSnapshotError | undefined {
    const errors = [...results.values()].map((result) =>
        result.state === "failed" && result.openRun === undefined ? result.error : undefined,
    );
    return errors.every((error) => error !== undefined) ? errors[0] : undefined;
}

/** Takes a new snapshot; an error is a result: by then, the earlier runs are dealt with. */
async function takeNewOrFail(
    context: Context,
    request: CreateRequest,
    options: TakeOptions,
): Promise<RunResults> {
    try {
        return await takeNew(context, request, options);
    } catch (thrown) {
        const { instanceId } = request.specification;
        return new Map([[instanceId, failed(asAppSnapshotError(thrown, instanceId))]]);
    }
}

/** Hands results over; see `handOver`. */
export async function handOverAll(
    context: Context,
    { results, handings }: Taken,
    memory: StateMemory,
): Promise<RunResults> {
    const handed = new Map(results);
    // At once, so that equal tags share requests.
    await Promise.all(
        handings.map(async (handing) => {
            const own = [...results].filter(([, result]) => isOf(result, handing.invokeId));
            const handedOver = await handOver(context, new Map(own), handing);
            handedOver.forEach((result, instanceId) => handed.set(instanceId, result));
            if (handing.isAdoption === true) {
                noteAdoptions(handedOver, handing.invokeId, memory);
            }
        }),
    );
    return handed;
}

function isOf(result: SnapshotResult, invokeId: string): boolean {
    return result.state !== "failed" && result.instanceRun.invokeId === invokeId;
}

/** Remembers what was adopted: a changed tag may become visible late, but this process knows it. */
function noteAdoptions(results: RunResults, invokeId: string, memory: StateMemory): void {
    for (const result of results.values()) {
        if (result.state !== "failed") {
            const { ownerToken, instanceId } = result.instanceRun;
            memory.noteAdoption(invokeId, ownerToken, instanceId);
        }
    }
}
