import { identityTags, isUnsettled, resourceTag, stateTag, type SnapshotRun } from "../cloud-assistant/run";
import { lookAtRun } from "../cloud-assistant/run-progress";
import { runBy, unsettledRuns } from "../cloud-assistant/run-search";
import { parsePluginOutput } from "../plugin/output";
import { present } from "../polling/presence";
import type { StateMemory } from "../recording/state-memory";
import type { Context } from "../runtime/context";
import { warnAll } from "../runtime/logger";
import { visibilityMilliseconds } from "../snapshot-group/group";
import { findOwnGroup } from "../snapshot-group/own-group";
import { clearFailed, clearRuns } from "./clear";
import { isClearable, leftAlone, temporaryRoleOf, treatmentOf, type FoundRun } from "./found-run";
import { handOver, type Settled } from "./hand-over";
import { fingerprintUnder, identityOf, runningOf, settleEnd, type Order } from "./order";
import type { SnapshotOutputs } from "./outputs";
import { throwUnlessGone } from "./failed-run";
import { endOf } from "./plugin-run";
import { withTemporaryRole } from "./temporary-role";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot } from "./unfinished";

/** What became of the runs that were found. */
export interface Adoption {
    /** Undefined when a new snapshot has to be taken. */
    readonly outputs: SnapshotOutputs | undefined;
    /** What was left alone, to be named. */
    readonly warnings: readonly string[];
}

/**
 * Looks for what earlier runs for the same resource began and no state recorded. Of the snapshot that is wanted now,
 * the newest is adopted. What was never handed to an engine is cleared away, so that it neither gets lost nor freezes
 * the instance at the same time as a new one. All else is left, and named.
 */
export async function adopt(context: Context, order: Order, memory: StateMemory): Promise<Adoption> {
    const start = context.clock.now();
    const runs = await Promise.all(
        (await unrecordedRuns(context, order, memory)).map((run) => lookAt(context, order, memory, run)),
    );
    const adopted = runs.find((found) => treatmentOf(found.facts) === "adopt");
    const others = runs
        .filter((found) => found !== adopted)
        // One that a state holds is its resource's to delete.
        .filter(({ run }) => !memory.isHeld(run.invokeId));
    const clearable = others.filter(({ facts }) => isClearable(facts));
    const warnings = others.filter((found) => !clearable.includes(found)).map((found) => leftAlone(found));
    warnAll(context.log, warnings);
    const clearAll = (): Promise<string[]> =>
        clearRuns(
            context,
            order,
            clearable.map(({ run }) => run),
            isShown(order, memory) ? start : start + visibilityMilliseconds,
        );
    if (adopted === undefined) {
        return { outputs: undefined, warnings: [...warnings, ...(await clearAll())] };
    }
    return finish(context, order, memory, { ...adopted, warnings, clearAll });
}

/** Whether the engine has shown what there is of the resource; not so where it is replaced by force. */
function isShown({ inputs: { resourceUrn } }: Order, memory: StateMemory): boolean {
    return memory.isNewcomer(resourceUrn) || memory.predecessorOf(resourceUrn) !== undefined;
}

/** The newest first. */
async function unrecordedRuns(context: Context, order: Order, memory: StateMemory): Promise<SnapshotRun[]> {
    const resource = resourceTag(order.resource);
    const { pending, invokeId } = memory.predecessorOf(order.inputs.resourceUrn) ?? {};
    const [unsettled, resumed] = await Promise.all([
        unsettledRuns(context, resource),
        pending?.phase === "running" && invokeId !== undefined
            ? present(context, () => runBy(context, invokeId))
            : undefined,
    ]);
    const found = unsettled.filter((run) => run.resource === order.resource && isUnsettled(run));
    // A change of a tag may be seen late: the same run may be in both lists.
    const all = new Map(
        [...found, ...(resumed === undefined ? [] : [resumed])].map((run) => [run.invokeId, run]),
    );
    return [...all.values()]
        .filter((run) => run.state !== "closed" && !memory.isRecorded(run.invokeId))
        .sort((a, b) => b.creationTime.localeCompare(a.creationTime));
}

async function lookAt(
    context: Context,
    order: Order,
    memory: StateMemory,
    run: SnapshotRun,
): Promise<FoundRun> {
    const { inputs, specification } = order;
    const predecessor = memory.predecessorOf(inputs.resourceUrn);
    const resumed = predecessor?.pending?.phase === "running" && predecessor.invokeId === run.invokeId;
    const wanted =
        run.fingerprint === order.fingerprint ||
        // It may have had another name then.
        (resumed && run.fingerprint === fingerprintUnder(identityOf(context, predecessor), inputs));
    const near = run.instanceId === specification.instanceId || context.namespace !== undefined;
    const young =
        wanted && !resumed && near
            ? await naming(run, () => isYoung(context, run, specification.adoptWithinSeconds))
            : false;
    return { run, facts: { state: run.state, wanted, young, resumed, near } };
}

/** What can't be looked at is there all the same: an error names it. */
async function naming<T>({ invokeId, instanceId }: SnapshotRun, task: () => Promise<T>): Promise<T> {
    try {
        return await task();
    } catch (thrown) {
        throw asAppSnapshotError(thrown, instanceId).with({ resources: { invokeId } });
    }
}

/**
 * Whether its command runs, or ended lately by the cloud's own clock, or its group is being uploaded; undefined where
 * the cloud tells no time.
 */
async function isYoung(
    context: Context,
    run: SnapshotRun,
    withinSeconds: number,
): Promise<boolean | undefined> {
    const progress = await lookAtRun(context, run);
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
    const { group } = await findOwnGroup(context, run, { hint, patience: 0 });
    return group?.status === "progressing" || (now === undefined ? undefined : false);
}

/** Goes on with a run where the earlier one stopped. */
async function finish(
    context: Context,
    order: Order,
    memory: StateMemory,
    {
        run,
        facts,
        warnings,
        clearAll,
    }: FoundRun & { readonly warnings: readonly string[]; readonly clearAll: () => Promise<string[]> },
): Promise<Adoption> {
    // After a kill the engine warns of a pending operation, and goes on with that however the next update ends.
    context.log.info(
        `adopting an earlier run: invocation ${run.invokeId}; you need not do anything else. If Pulumi warns about a pending operation, \`pulumi refresh --yes --clear-pending-creates\` clears the warning`,
    );
    const { stack, resource, fingerprint, ownerToken } = order;
    const mine = { ...run, stack, resource, fingerprint, ownerToken };
    const running = runningOf(context, order, mine, undefined);
    // A state may hold the group of one that was handed over; of one that it holds as running it holds no group.
    const mayBeHeld = facts.state !== "open" && !facts.resumed;
    const named = [...warnings];
    const left: string[] = [];
    const task = async (): Promise<Settled | undefined> => {
        const end = await endOf(context, running);
        // After its end, because clearing may detach a role that it needs; and before it is settled, because
        // nobody looks for a recorded one if clearing then fails.
        named.push(...(await clearAll()));
        if (mayBeHeld && memory.isRecorded(run.invokeId)) {
            // Meanwhile the engine has shown the state that holds it.
            return undefined;
        }
        if (!end.ok) {
            await throwUnlessGone(context, end);
            if (mayBeHeld) {
                left.push(leftAlone({ run, facts }, end.error));
                return undefined;
            }
            const { error, staysOpen } = await clearFailed(context, running, end);
            if (staysOpen) {
                context.log.info(`leaving a failed run to the next update: ${error.message}`);
            }
            return undefined;
        }
        try {
            return await settleEnd(context, running, end, {
                warnings: [...named, foundAgain(run)],
                isAdopted: !facts.resumed,
                onShortfall: mayBeHeld ? "leave" : "delete",
            });
        } catch (thrown) {
            if (mayBeHeld && isGivenUp(thrown)) {
                left.push(leftAlone({ run, facts }, thrown.reason));
                return undefined;
            }
            throw thrown;
        }
    };
    const handing = {
        invokeId: run.invokeId,
        tags: [...identityTags(mine), stateTag("handed")],
        previousOwner: run.ownerToken,
        isHeld: facts.resumed,
    };
    const outputs = await handOver(context, handing, () =>
        withTemporaryRole(context, temporaryRoleOf(run), task),
    ).catch((thrown: unknown) => {
        if (thrown instanceof UnfinishedSnapshot) {
            noteOwner(memory, thrown.outputs);
        }
        throw thrown;
    });
    noteOwner(memory, outputs);
    warnAll(context.log, left);
    return { outputs, warnings: [...named, ...left] };
}

/** What this process itself did, it knows, however late a change of a tag is seen. */
function noteOwner(memory: StateMemory, outputs: SnapshotOutputs | undefined): void {
    const { invokeId, ownerToken } = outputs ?? {};
    if (invokeId !== undefined && ownerToken !== undefined) {
        memory.noteAdoption(invokeId, ownerToken);
    }
}

/** Whether a group fell short, or is not there. */
function isGivenUp(thrown: unknown): thrown is UnfinishedSnapshot {
    return thrown instanceof UnfinishedSnapshot && thrown.outputs.pending?.phase === "failed";
}

/** Whoever runs a pipeline again has to know that its snapshot is not of this run. */
function foundAgain({ creationTime }: SnapshotRun): string {
    return `Started at ${creationTime} by an earlier run that did not finish, and adopted by this update.`;
}
