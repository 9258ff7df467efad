import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { selectDisks } from "../instance/disks";
import { parsePluginOutput } from "../plugin/output";
import { withTemporaryRole } from "../role/temporary-role";
import { identityTags, isShared, type SnapshotRun, stateTag } from "../run/run";
import { readRunProgress, type RunProgress } from "../run/run-progress";
import { failed, type RunResults, type SnapshotResult } from "../run/snapshot-result";
import { instanceRunOf, type TrackedInstance } from "../run/tracked-run";
import { visibilityMs } from "../snapshot-group/group";
import { findOwnGroup, originOf } from "../snapshot-group/own-group";
import { isTimeOver } from "./assert-no-group";
import { clearFailed, type Clearing, clearRuns } from "./clear";
import { conclude, isGone, runningResults } from "./conclude";
import { type CreateRequest, trackedRun } from "./create-request";
import type { EarlierRuns } from "./earlier-runs";
import { hiddenGroupError } from "./failed-run";
import type { Handing } from "./hand-over";
import type { RunClosing } from "./run-closing";
import { awaitEnds, type FailedEnd, type SucceededEnd } from "./run-end";
import type { StateMemory } from "./state-memory";
import { describeLeftAlone, type FoundRun, isClearable, temporaryRoleOf, treatmentOf } from "./treatment";

/** The result of the search for earlier runs. */
export interface Adoption {
    /** The results of the adopted run, or of one that could not be cleared away; empty if a new snapshot is needed. */
    readonly results: RunResults;
    /** The way to hand these over; undefined if there are none. */
    readonly handing: Handing | undefined;
    /** A warning for each run that was left alone. */
    readonly warnings: readonly string[];
    /** True if a run that the state holds was left alone, although it may still have a group. Default: false. */
    readonly leavesResumed?: boolean;
}

export interface AdoptOptions {
    readonly memory: StateMemory;
    readonly closing: RunClosing;
    /**
     * True if the caller keeps a run that may still create a group in its state, and so must not begin another one
     * meanwhile. Otherwise the state that holds the run stays until it is dealt with. Default: false.
     */
    readonly keepsOpenRuns?: boolean;
}

/**
 * Looks for earlier runs of the same resource that no state has recorded. The newest run of the wanted snapshot is
 * adopted. Runs that were never handed to an engine are cleared away, so that their snapshots are not lost, and they
 * don't freeze the instance while a new run does. All others are left alone, with a warning.
 */
export async function adopt(
    context: Context,
    request: CreateRequest,
    earlier: EarlierRuns,
    options: AdoptOptions,
): Promise<Adoption> {
    const { memory, closing } = options;
    const start = context.clock.now();
    const runs = await Promise.all(earlier.runs.map((run) => examine(context, request, earlier, run)));
    const adopted = runs.find((found) => treatmentOf(found.facts) === "adopt");
    const others = runs
        .filter((found) => found !== adopted)
        // A run that a state holds is left to its resource.
        .filter(({ run }) => !memory.isHeld(run.invokeId));
    const clearable = others.filter(({ facts }) => isClearable(facts));
    const warnings = others
        .filter((found) => !clearable.includes(found))
        .map((found) => describeLeftAlone(found));
    warnAll(context.log, warnings);
    const clearAll = (): Promise<Clearing> =>
        clearRuns(
            context,
            request,
            clearable.map(({ run }) => run),
            { closing, notBefore: earlier.isStateKnown ? start : start + visibilityMs },
        );
    if (adopted === undefined) {
        const { leftAlone, ...cleared } = await clearAll();
        return { ...cleared, warnings: [...warnings, ...leftAlone] };
    }
    return resume(context, request, { ...adopted, warnings, clearAll }, options);
}

async function examine(
    context: Context,
    { fingerprint, specification }: CreateRequest,
    earlier: EarlierRuns,
    run: SnapshotRun,
): Promise<FoundRun> {
    const resumed = earlier.resumed?.invokeId === run.invokeId;
    const wanted = run.fingerprint === fingerprint || (resumed && earlier.resumed.isWanted(run));
    const inScope = run.instanceIds.includes(specification.instanceId) || context.namespace !== undefined;
    const young =
        wanted && !resumed && inScope
            ? await orNamedError(run, specification.instanceId, () =>
                  isYoung(context, run, specification.adoptWithinSeconds),
              )
            : false;
    return { run, facts: { state: run.state, wanted, young, resumed, inScope } };
}

/** Adds the invocation to the error of a task: the run exists even if its age or its disks can't be determined. */
async function orNamedError<T>(
    { invokeId }: SnapshotRun,
    instanceId: string,
    task: () => Promise<T>,
): Promise<T> {
    try {
        return await task();
    } catch (thrown) {
        throw asAppSnapshotError(thrown, instanceId).with({ resources: { invokeId } });
    }
}

/**
 * Tells whether the command of a run is running or ended recently by the cloud's clock, or its group is being uploaded,
 * on any instance; undefined if the cloud's time is unknown.
 */
async function isYoung(
    context: Context,
    run: SnapshotRun,
    withinSeconds: number,
): Promise<boolean | undefined> {
    const ages = await Promise.all(
        [...(await readRunProgress(context, run))].map(([instanceId, progress]) =>
            isYoungOn(context, { run, instanceId, progress }, withinSeconds),
        ),
    );
    return ages.includes(true) ? true : ages.includes(undefined) ? undefined : false;
}

async function isYoungOn(
    context: Context,
    {
        run,
        instanceId,
        progress,
    }: { readonly run: SnapshotRun; readonly instanceId: string; readonly progress: RunProgress },
    withinSeconds: number,
): Promise<boolean | undefined> {
    if (progress.state !== "ended") {
        return progress.state === "running";
    }
    if (withinSeconds === 0) {
        return false;
    }
    const { result } = progress;
    const now = context.api.answeredAt();
    if (now !== undefined && now - Date.parse(result.finishedTime) <= withinSeconds * 1000) {
        return true;
    }
    const hint = parsePluginOutput(result.output).snapshotGroupId;
    const { group } = await findOwnGroup(context, originOf(run, instanceId), { hint, timeoutMs: 0 });
    return group?.status === "progressing" || (now === undefined ? undefined : false);
}

interface Adopted extends FoundRun {
    readonly warnings: readonly string[];
    readonly clearAll: () => Promise<Clearing>;
}

/** Resumes a run where the earlier update stopped. */
async function resume(
    context: Context,
    request: CreateRequest,
    { run, facts, warnings, clearAll }: Adopted,
    { memory, closing, keepsOpenRuns = false }: AdoptOptions,
): Promise<Adoption> {
    // After a kill, the engine warns about a pending operation in every update, however the next one ends.
    context.log.info(
        `adopting an earlier run: invocation ${run.invokeId}; you need not do anything else. If Pulumi warns about a pending operation, \`pulumi refresh --yes --clear-pending-creates\` clears the warning`,
    );
    const { stack, resource, fingerprint, ownerToken } = request;
    const adopted = { ...run, stack, resource, fingerprint, ownerToken };
    const disks = await orNamedError(run, request.specification.instanceId, () =>
        currentDisks(context, request, run),
    );
    const tracked = trackedRun(context, request, adopted, disks);
    // A state may hold the group of a run that was handed over, unless it holds the run as running.
    const mayBeHeld = facts.state !== "open" && !facts.resumed;
    const runWarnings = [...warnings];
    const ownWarnings: string[] = [];
    let otherHanding: Handing | undefined;
    const task = async (): Promise<RunResults> => {
        const ends = await awaitEnds(context, tracked);
        const running = runningResults(tracked, ends);
        if (running.size > 0) {
            return running;
        }
        // Clear after the run has ended, because this may detach a role that it needs, and before it is finalized,
        // because no search finds a recorded run if clearing then fails.
        const cleared = await clearAll();
        runWarnings.push(...cleared.leftAlone);
        if (cleared.results.size > 0) {
            otherHanding = cleared.handing;
            return cleared.results;
        }
        if (mayBeHeld && memory.isRecorded(run.invokeId)) {
            // Meanwhile, the engine has shown the state that holds it.
            return new Map();
        }
        const results = new Map<string, SnapshotResult>();
        let nothingElse = true;
        for (const instance of tracked.instances) {
            const { instanceId } = instance.specification;
            const end = ends.get(instanceId);
            const {
                result,
                leftReason,
                isCleared = false,
            }: ResumedInstance = end?.state === "succeeded"
                ? await resumeGroup(instance, end)
                : end?.state === "failed"
                  ? await resumeFailure(instance, end)
                  : {};
            if (result !== undefined) {
                results.set(instanceId, result);
            }
            if (leftReason !== undefined) {
                ownWarnings.push(describeLeftAlone({ run, facts }, leftReason));
            }
            nothingElse &&= isCleared || result?.state === "failed";
        }
        if (nothingElse && isGone(results)) {
            await closing.noteGone(context, run);
        }
        return results;
    };
    const results = await withTemporaryRole(context, temporaryRoleOf(run), task);
    warnAll(context.log, ownWarnings);
    const handing = otherHanding ?? {
        invokeId: run.invokeId,
        tags: [...identityTags(adopted), stateTag("handed")],
        previousOwner: run.ownerToken,
        isHeld: facts.resumed,
        isAdoption: true,
    };
    const leavesResumed = facts.resumed && ownWarnings.length > 0;
    return { results, handing, warnings: [...runWarnings, ...ownWarnings], leavesResumed };

    async function resumeGroup(instance: TrackedInstance, end: SucceededEnd): Promise<ResumedInstance> {
        // Clearing may have taken a while.
        const result = await conclude(
            context,
            tracked,
            instance,
            { ...end, group: undefined },
            {
                warnings: [...runWarnings, adoptionWarning(run)],
                isAdopted: !facts.resumed,
                onViolation: mayBeHeld ? "leave" : "delete",
            },
        );
        const hasFailed = result.state === "unfinished" && result.phase === "failed";
        return mayBeHeld && hasFailed ? { leftReason: result.reason } : { result };
    }

    async function resumeFailure(instance: TrackedInstance, end: FailedEnd): Promise<ResumedInstance> {
        const error = await hiddenGroupError(context, end);
        if (error !== undefined) {
            return { result: failed(error, instanceRunOf(run, instance)) };
        }
        if (mayBeHeld) {
            return { leftReason: end.error };
        }
        const { result, remains } = await clearFailed(context, tracked, instance, end);
        if (remains !== undefined && keepsOpenRuns) {
            const mayRunOn = end.error.exitCode === undefined;
            if (mayRunOn || isTimeOver(run, context.api.answeredAt())) {
                return { result: failed(remains, instanceRunOf(run, instance)) };
            }
            // Its own end was seen, and its group was searched for: another run need not wait until its time is over.
            return { leftReason: remains };
        }
        if (remains !== undefined) {
            context.log.info(`leaving a failed run to the next update: ${remains.message}`);
        }
        return result === undefined ? { isCleared: remains === undefined } : { result };
    }
}

/**
 * Returns the disks that the groups of a run with several instances must contain, as of now: its tag identifies only
 * those of all instances together.
 */
async function currentDisks(
    context: Context,
    { specification }: CreateRequest,
    run: SnapshotRun,
): Promise<ReadonlyMap<string, readonly string[]>> {
    if (!isShared(run)) {
        return new Map();
    }
    return new Map(
        await Promise.all(
            run.instanceIds.map(async (instanceId) => {
                const disks = await context.api.describeDisks({ instanceId });
                const { included } = selectDisks(disks, specification.excludeDiskIds);
                return [instanceId, included.map(({ diskId }) => diskId)] as const;
            }),
        ),
    );
}

/** The outcome of an adopted run on one instance: its result, or the reason why it is left alone, or neither. */
interface ResumedInstance {
    readonly result?: SnapshotResult;
    readonly leftReason?: AppSnapshotError;
    /** True if nothing is left of it. Default: false. */
    readonly isCleared?: boolean;
}

/** Returns the warning that the snapshot was not started by this update. */
function adoptionWarning({ creationTime }: SnapshotRun): string {
    return `Started at ${creationTime} by an earlier run that did not finish, and adopted by this update.`;
}
