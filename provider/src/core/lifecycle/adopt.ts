import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/thrown";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { findPersistently } from "../../runtime/presence";
import { parsePluginOutput } from "../plugin/output";
import { withTemporaryRole } from "../role/temporary-role";
import { identityTags, isUnrecorded, resourceTag, stateTag, type SnapshotRun } from "../run/run";
import { lookAtRun, type RunProgress } from "../run/run-progress";
import { runBy, unrecordedRuns } from "../run/run-search";
import { failed, type RunResults, type SnapshotResult } from "../run/snapshot-result";
import type { TrackedInstance } from "../run/tracked-run";
import { visibilityMs } from "../snapshot-group/group";
import { findOwnGroup, originOf } from "../snapshot-group/own-group";
import { clearFailed, clearRuns, type Clearing } from "./clear";
import { closeWithoutRemains, conclude, openResults } from "./conclude";
import { fingerprintUnder, identityOf, trackedRun, type CreateRequest } from "./create-request";
import { doubtfulFailure } from "./failed-run";
import { isClearable, leftAlone, temporaryRoleOf, treatmentOf, type FoundRun } from "./found-run";
import { handOver } from "./hand-over";
import { endsOf, type FailedEnd, type SucceededEnd } from "./run-end";
import type { StateMemory } from "./state-memory";

/** What became of the runs that were found. */
export interface Adoption {
    /** Of the run that was adopted, or of one that could not be cleared away; empty when a new snapshot has to be taken. */
    readonly results: RunResults;
    /** What was left alone, to be named. */
    readonly warnings: readonly string[];
}

/**
 * Looks for what earlier runs for the same resource began and no state recorded. Of the snapshot that is wanted now,
 * the newest is adopted. What was never handed to an engine is cleared away, so that it neither gets lost nor freezes
 * the instance at the same time as a new one. All else is left, and named.
 */
export async function adopt(
    context: Context,
    request: CreateRequest,
    memory: StateMemory,
): Promise<Adoption> {
    const start = context.clock.now();
    const runs = await Promise.all(
        (await runsOfResource(context, request, memory)).map((run) => examine(context, request, memory, run)),
    );
    const adopted = runs.find((found) => treatmentOf(found.facts) === "adopt");
    const others = runs
        .filter((found) => found !== adopted)
        // One that a state holds is its resource's to delete.
        .filter(({ run }) => !memory.isHeld(run.invokeId));
    const clearable = others.filter(({ facts }) => isClearable(facts));
    const warnings = others.filter((found) => !clearable.includes(found)).map((found) => leftAlone(found));
    warnAll(context.log, warnings);
    const clearAll = (): Promise<Clearing> =>
        clearRuns(
            context,
            request,
            clearable.map(({ run }) => run),
            isShown(request, memory) ? start : start + visibilityMs,
        );
    if (adopted === undefined) {
        const { left, results } = await clearAll();
        return { results, warnings: [...warnings, ...left] };
    }
    return resume(context, request, memory, { ...adopted, warnings, clearAll });
}

/** Whether the engine has shown what there is of the resource; not so where it is replaced by force. */
function isShown({ inputs: { resourceUrn } }: CreateRequest, memory: StateMemory): boolean {
    return memory.isNewcomer(resourceUrn) || memory.predecessorOf(resourceUrn) !== undefined;
}

/** The newest first. */
async function runsOfResource(
    context: Context,
    request: CreateRequest,
    memory: StateMemory,
): Promise<SnapshotRun[]> {
    const resource = resourceTag(request.resource);
    const { pending, invokeId } = memory.predecessorOf(request.inputs.resourceUrn) ?? {};
    const [unsettled, resumed] = await Promise.all([
        unrecordedRuns(context, resource),
        pending?.phase === "running" && invokeId !== undefined
            ? findPersistently(context, () => runBy(context, invokeId))
            : undefined,
    ]);
    const found = unsettled.filter((run) => run.resource === request.resource && isUnrecorded(run));
    // A change of a tag may be seen late: the same run may be in both lists.
    const all = new Map(
        [...found, ...(resumed === undefined ? [] : [resumed])].map((run) => [run.invokeId, run]),
    );
    return [...all.values()]
        .filter((run) => run.state !== "closed" && !memory.isRecorded(run.invokeId))
        .sort((a, b) => b.creationTime.localeCompare(a.creationTime));
}

async function examine(
    context: Context,
    request: CreateRequest,
    memory: StateMemory,
    run: SnapshotRun,
): Promise<FoundRun> {
    const { inputs, specification } = request;
    const predecessor = memory.predecessorOf(inputs.resourceUrn);
    const resumed = predecessor?.pending?.phase === "running" && predecessor.invokeId === run.invokeId;
    const wanted =
        run.fingerprint === request.fingerprint ||
        // It may have had another name then.
        (resumed && run.fingerprint === fingerprintUnder(identityOf(context, predecessor), inputs));
    const near = run.instanceIds.includes(specification.instanceId) || context.namespace !== undefined;
    const young =
        wanted && !resumed && near
            ? await naming(run, specification.instanceId, () =>
                  isYoung(context, run, specification.adoptWithinSeconds),
              )
            : false;
    return { run, facts: { state: run.state, wanted, young, resumed, near } };
}

/** What can't be looked at is there all the same: an error names it. */
async function naming<T>({ invokeId }: SnapshotRun, instanceId: string, task: () => Promise<T>): Promise<T> {
    try {
        return await task();
    } catch (thrown) {
        throw asAppSnapshotError(thrown, instanceId).with({ resources: { invokeId } });
    }
}

/**
 * Tells whether its command runs, or ended lately by the cloud's own clock, or its group is being uploaded, on any
 * instance; undefined where the cloud tells no time.
 */
async function isYoung(
    context: Context,
    run: SnapshotRun,
    withinSeconds: number,
): Promise<boolean | undefined> {
    const ages = await Promise.all(
        [...(await lookAtRun(context, run))].map(([instanceId, progress]) =>
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
    const { group } = await findOwnGroup(context, originOf(run, instanceId), { hint, patience: 0 });
    return group?.status === "progressing" || (now === undefined ? undefined : false);
}

interface Adopted extends FoundRun {
    readonly warnings: readonly string[];
    readonly clearAll: () => Promise<Clearing>;
}

/** Goes on with a run where the earlier update stopped. */
async function resume(
    context: Context,
    request: CreateRequest,
    memory: StateMemory,
    { run, facts, warnings, clearAll }: Adopted,
): Promise<Adoption> {
    // After a kill the engine warns of a pending operation, and goes on with that however the next update ends.
    context.log.info(
        `adopting an earlier run: invocation ${run.invokeId}; you need not do anything else. If Pulumi warns about a pending operation, \`pulumi refresh --yes --clear-pending-creates\` clears the warning`,
    );
    const { stack, resource, fingerprint, ownerToken } = request;
    const mine = { ...run, stack, resource, fingerprint, ownerToken };
    const tracked = trackedRun(context, request, mine);
    // A state may hold the group of one that was handed over; of one that it holds as running it holds no group.
    const mayBeHeld = facts.state !== "open" && !facts.resumed;
    const named = [...warnings];
    const left: string[] = [];
    const task = async (): Promise<RunResults> => {
        const ends = await endsOf(context, tracked);
        const open = openResults(tracked, ends);
        if (open.size > 0) {
            return open;
        }
        // After its end, because clearing may detach a role that it needs; and before it is finalized, because nobody
        // looks for a recorded one if clearing then fails.
        const cleared = await clearAll();
        named.push(...cleared.left);
        if (cleared.results.size > 0) {
            return cleared.results;
        }
        if (mayBeHeld && memory.isRecorded(run.invokeId)) {
            // Meanwhile the engine has shown the state that holds it.
            return new Map();
        }
        const results = new Map<string, SnapshotResult>();
        let isGone = true;
        for (const instance of tracked.instances) {
            const { instanceId } = instance.specification;
            const end = ends.get(instanceId);
            const {
                result,
                why,
                isCleared = false,
            }: Resumed = end?.state === "succeeded"
                ? await resumeGroup(instance, end)
                : end?.state === "failed"
                  ? await resumeFailure(instance, end)
                  : {};
            if (result !== undefined) {
                results.set(instanceId, result);
            }
            if (why !== undefined) {
                left.push(leftAlone({ run, facts }, why));
            }
            isGone &&= isCleared || result?.state === "failed";
        }
        if (isGone) {
            await closeWithoutRemains(context, run, results);
        }
        return results;
    };
    const results = await handOver(context, await withTemporaryRole(context, temporaryRoleOf(run), task), {
        invokeId: run.invokeId,
        tags: [...identityTags(mine), stateTag("handed")],
        previousOwner: run.ownerToken,
        isHeld: facts.resumed,
    });
    for (const result of results.values()) {
        // What this process itself did, it knows, however late a change of a tag is seen.
        if (result.state !== "failed") {
            memory.noteAdoption(result.of.invokeId, result.of.ownerToken);
        }
    }
    warnAll(context.log, left);
    return { results, warnings: [...named, ...left] };

    async function resumeGroup(instance: TrackedInstance, end: SucceededEnd): Promise<Resumed> {
        const result = await conclude(context, tracked, instance, end, {
            warnings: [...named, foundAgain(run)],
            isAdopted: !facts.resumed,
            onViolation: mayBeHeld ? "leave" : "delete",
        });
        const isGivenUp = result.state === "unfinished" && result.phase === "failed";
        return mayBeHeld && isGivenUp ? { why: result.reason } : { result };
    }

    async function resumeFailure(instance: TrackedInstance, end: FailedEnd): Promise<Resumed> {
        const doubtful = await doubtfulFailure(context, end);
        if (doubtful !== undefined) {
            return { result: failed(doubtful, true) };
        }
        if (mayBeHeld) {
            return { why: end.error };
        }
        const { result, remains } = await clearFailed(context, tracked, instance, end);
        if (remains !== undefined) {
            context.log.info(`leaving a failed run to the next update: ${remains.message}`);
        }
        return result === undefined ? { isCleared: remains === undefined } : { result };
    }
}

/** What becomes of an adopted run on one instance: its result, or why it is left alone, or neither. */
interface Resumed {
    readonly result?: SnapshotResult;
    readonly why?: AppSnapshotError;
    /** Whether nothing is left of it. Default: false. */
    readonly isCleared?: boolean;
}

/** Whoever runs a pipeline again has to know that its snapshot is not of this run. */
function foundAgain({ creationTime }: SnapshotRun): string {
    return `Started at ${creationTime} by an earlier run that did not finish, and adopted by this update.`;
}
