import { type Context, withLog } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { mapConcurrently } from "../../runtime/map-concurrently";
import { preflight, type PreflightVerdict } from "../instance/preflight";
import type { CreateRequest } from "../lifecycle/create-request";
import type { EarlierRuns } from "../lifecycle/earlier-runs";
import type { Handing } from "../lifecycle/hand-over";
import { withInstanceLock } from "../lifecycle/instance-lock";
import { RunClosing } from "../lifecycle/run-closing";
import type { StateMemory } from "../lifecycle/state-memory";
import { take, type Taken } from "../lifecycle/take";
import type { SnapshotRun } from "../run/run";
import { onlyResult, type SnapshotResult } from "../run/snapshot-result";
import { FleetProgress } from "./fleet-progress";
import type { FleetRequest } from "./fleet-request";
import { SharedStart, type StartPlace } from "./shared-start";

/** The work on one instance of a fleet. */
export interface InstanceWork {
    readonly request: CreateRequest;
    /** True if an earlier run of it may still be in progress, so that it goes first. */
    readonly isUnderWay: boolean;
    /** The earlier runs of it that the work deals with, each with only its part on the instance. */
    readonly earlier: readonly SnapshotRun[];
    /** Does the work. An error of it is that of the instance. */
    readonly run: (context: Context, services: WorkServices) => Promise<Taken>;
}

export interface WorkServices {
    readonly memory: StateMemory;
    readonly closing: RunClosing;
    readonly place: StartPlace;
    /** Throws if a new snapshot must not be begun any more. */
    readonly assertMayBegin: () => void;
    /** Tells the others at once that this one has failed. */
    readonly noteFailure: () => void;
}

/** The results of the work on the instances of a fleet, not handed over yet. */
export interface FleetTaken {
    readonly results: ReadonlyMap<string, SnapshotResult>;
    /** The errors of instances on which nothing was changed: what the state holds of them stays. */
    readonly errors: ReadonlyMap<string, AppSnapshotError>;
    readonly handings: readonly Handing[];
}

/** Returns the work that takes a snapshot, or adopts an earlier run. */
export function taking(request: CreateRequest, earlier: EarlierRuns): InstanceWork {
    let hasBegun = false;
    return {
        request,
        isUnderWay: earlier.runs.length > 0,
        earlier: earlier.runs,
        run: (context, { place, ...services }) =>
            withInstanceLock(context, request.specification.instanceId, () =>
                take(context, request, earlier, {
                    ...services,
                    // What it needs before that may have taken a while; a run that is only repeated has begun.
                    start: (where, instances) => {
                        if (!hasBegun) {
                            services.assertMayBegin();
                        }
                        hasBegun = true;
                        return place.start(where, instances);
                    },
                    keepsOpenRuns: true,
                }),
            ),
    };
}

/**
 * Works on the instances of a fleet, each by itself, at most `maxConcurrentInstances` at the same time: first on those
 * that are under way already, then in the order of the list.
 *
 * @returns a result or an error for each instance.
 */
export async function workOnInstances(
    context: Context,
    fleet: FleetRequest,
    works: readonly InstanceWork[],
    memory: StateMemory,
): Promise<FleetTaken> {
    const progress = new FleetProgress(context.log, context.clock, works.length);
    const starts = new SharedStart(context);
    const closing = new RunClosing();
    const results = new Map<string, SnapshotResult>();
    const errors = new Map<string, AppSnapshotError>();
    const handings = new Map<string, Handing>();
    const isRolling = fleet.maxConcurrentInstances < works.length;
    const unfit = isRolling ? await unfitInstances(context, works) : new Map<string, AppSnapshotError>();
    let hasFailed = unfit.size > 0;

    const order = [...works.filter((work) => work.isUnderWay), ...works.filter((work) => !work.isUnderWay)];
    const work = async (one: InstanceWork): Promise<void> => {
        const { instanceId } = one.request.specification;
        try {
            const result = await resultOf(one, instanceId);
            results.set(instanceId, result);
            hasFailed ||= result.state !== "finished";
        } catch (thrown) {
            errors.set(instanceId, asAppSnapshotError(thrown, instanceId));
            hasFailed = true;
        }
    };
    await mapConcurrently(order, fleet.maxConcurrentInstances, work);
    return { results, errors, handings: [...handings.values()] };

    async function resultOf(one: InstanceWork, instanceId: string): Promise<SnapshotResult> {
        const error = unfit.get(instanceId);
        if (error !== undefined) {
            throw error;
        }
        const assertMayBegin = (): void => {
            if (isRolling && hasFailed && fleet.onFailure === "stop") {
                throw new AppSnapshotError(ownErrors.NotBegun, { instanceId });
            }
        };
        if (!one.isUnderWay) {
            assertMayBegin();
        }
        const place = starts.place();
        const log = progress.begin(instanceId);
        let isFinished = false;
        try {
            const taken = await one.run(withLog(context, log), {
                ...{ memory, closing, place, assertMayBegin },
                noteFailure: () => {
                    hasFailed = true;
                },
            });
            taken.handings.forEach((handing) =>
                handings.set(handing.invokeId, { ...handing, isHeld: false }),
            );
            const result = onlyResult(taken.results);
            isFinished = result.state === "finished";
            return result;
        } finally {
            progress.end(instanceId, isFinished);
            place.leave();
        }
    }
}

/**
 * Returns the errors of instances that are not fit for a snapshot, found before the first one begins: a problem of the
 * last instance must not show only after hours.
 */
async function unfitInstances(
    context: Context,
    works: readonly InstanceWork[],
): Promise<ReadonlyMap<string, AppSnapshotError>> {
    const specifications = works
        .filter(({ isUnderWay }) => !isUnderWay)
        .map(({ request }) => request.specification);
    const unfit = new Map<string, AppSnapshotError>();
    if (specifications.length === 0) {
        return unfit;
    }
    context.log.status("checking the instances");
    for (const [instanceId, verdict] of await preflight(context, specifications)) {
        if (!verdict.ok && !isStarting(verdict)) {
            unfit.set(instanceId, verdict.error);
        }
    }
    return unfit;
}

/** Tells whether an instance is worth waiting for; its start may be over although its problems are those of a start. */
function isStarting({ awaited }: PreflightVerdict): boolean {
    return awaited?.phase === "starting" || awaited?.phase === "new";
}
