import {
    identityTags,
    isUnsettled,
    ownerTag,
    resourceTag,
    stateTag,
    type RunState,
    type SnapshotRun,
} from "../cloud-assistant/run";
import { verdictOf } from "../cloud-assistant/invocation";
import { runBy, unsettledRuns } from "../cloud-assistant/run-search";
import { closeRuns } from "../cloud-assistant/run-state";
import type { AppSnapshotError } from "../errors/app-snapshot-error";
import { parsePluginOutput } from "../plugin/output";
import type { StateMemory } from "../recording/state-memory";
import type { Context } from "../runtime/context";
import { warnAll } from "../runtime/logger";
import { deleteGroup } from "../snapshot-group/deletion";
import { findOwnGroup } from "../snapshot-group/own-group";
import { handOver, type Settled } from "./hand-over";
import { fingerprintUnder, identityOf, runningOf, settleEnd, type Order } from "./order";
import type { SnapshotOutputs } from "./outputs";
import { afterFailure, endOf, type RunEnd, type Running } from "./plugin-run";
import { withdrawLeftOver, withTemporaryRole, type TemporaryRole } from "./temporary-role";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot } from "./unfinished";

/** What became of the runs that were found. */
export interface Adoption {
    /** Undefined when a new snapshot has to be taken. */
    readonly outputs: SnapshotOutputs | undefined;
    /** What was left alone, to be named. */
    readonly warnings: readonly string[];
}

/** What is to be done with a run that no state is known to have recorded. */
export type Treatment = "adopt" | "clear" | "leave";

/** What a treatment depends on. */
export interface RunFacts {
    readonly state: string;
    /** Whether it is of the snapshot that the program asks for now. */
    readonly wanted: boolean;
    /** Whether it was made so lately that whoever runs the program again means it. */
    readonly young: boolean;
    /** Whether a state holds it as unfinished, which the resource that is created now succeeds. */
    readonly resumed: boolean;
    /** Whether it is of the instance that the program names, or of whatever instance of a stack of its own name. */
    readonly near: boolean;
}

/**
 * Decides about a run; pure. Only what was never handed to an engine is ever cleared away: of all else a state may
 * hold the group, or may have been told to retain it.
 */
export function treatmentOf({ state, wanted, young, resumed, near }: RunFacts): Treatment {
    if (wanted && (resumed || (young && near))) {
        return "adopt";
    }
    return isClearable({ state, near }) ? "clear" : "leave";
}

function isClearable({ state, near }: Pick<RunFacts, "state" | "near">): boolean {
    return near && state === ("open" satisfies RunState);
}

/**
 * Looks for what earlier runs for the same resource began and no state recorded. Of the snapshot that is wanted now,
 * the newest is adopted. What was never handed to an engine is cleared away, so that it neither gets lost nor freezes
 * the instance at the same time as a new one. All else is left, and named.
 */
export async function adopt(context: Context, order: Order, memory: StateMemory): Promise<Adoption> {
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
    const clearAll = (): Promise<void> =>
        clearRuns(
            context,
            order,
            clearable.map(({ run }) => run),
        );
    if (adopted === undefined) {
        await clearAll();
        return { outputs: undefined, warnings };
    }
    return finish(context, order, memory, { ...adopted, warnings, clearAll });
}

interface Found {
    readonly run: SnapshotRun;
    readonly facts: RunFacts;
}

/** The newest first. */
async function unrecordedRuns(context: Context, order: Order, memory: StateMemory): Promise<SnapshotRun[]> {
    const resource = resourceTag(order.resource);
    const { pending, invokeId } = memory.predecessorOf(order.inputs.resourceUrn) ?? {};
    const [unsettled, resumed] = await Promise.all([
        unsettledRuns(context, resource),
        pending?.phase === "running" && invokeId !== undefined ? runBy(context, invokeId) : undefined,
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

async function lookAt(context: Context, order: Order, memory: StateMemory, run: SnapshotRun): Promise<Found> {
    const { inputs, specification } = order;
    const predecessor = memory.predecessorOf(inputs.resourceUrn);
    const resumed = predecessor?.pending?.phase === "running" && predecessor.invokeId === run.invokeId;
    const wanted =
        run.fingerprint === order.fingerprint ||
        // It may have had another name then.
        (resumed && run.fingerprint === fingerprintUnder(identityOf(context, predecessor), inputs));
    const near = run.instanceId === specification.instanceId || context.namespace !== undefined;
    const young =
        wanted &&
        !resumed &&
        near &&
        (await naming(run, () => isYoung(context, run, specification.adoptWithinSeconds)));
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

/** Whether its command runs, or ended lately by the cloud's own clock, or its group is being uploaded. */
async function isYoung(context: Context, run: SnapshotRun, withinSeconds: number): Promise<boolean> {
    const results = await context.api.describeInvocationResults(run.invokeId);
    const now = context.api.answeredAt();
    const result = results.find(({ instanceId }) => instanceId === run.instanceId);
    if (result !== undefined && verdictOf(result).state === "running") {
        return true;
    }
    if (withinSeconds === 0) {
        return false;
    }
    // There is no result yet for a moment after it was begun.
    const since = Date.parse(result === undefined ? run.creationTime : result.finishedTime);
    if (now !== undefined && now - since <= withinSeconds * 1000) {
        return true;
    }
    if (result === undefined) {
        return false;
    }
    const hint = parsePluginOutput(result.output).snapshotGroupId;
    const { group } = await findOwnGroup(context, run, { hint, patience: 0 });
    return group?.status === "progressing";
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
    }: Found & { readonly warnings: readonly string[]; readonly clearAll: () => Promise<void> },
): Promise<Adoption> {
    context.log.info(`adopting invocation ${run.invokeId}, which an earlier run began`);
    const { stack, resource, fingerprint, ownerToken } = order;
    const mine = { ...run, stack, resource, fingerprint, ownerToken };
    const running = runningOf(context, order, mine, undefined);
    // A state may hold the group of one that was handed over; of one that it holds as running it holds no group.
    const mayBeHeld = facts.state !== "open" && !facts.resumed;
    const left: string[] = [];
    const task = async (): Promise<Settled | undefined> => {
        const end = await endOf(context, running);
        // After its end, because clearing may detach a role that it needs; and before it is settled, because
        // nobody looks for a recorded one if clearing then fails.
        await clearAll();
        if (mayBeHeld && memory.isRecorded(run.invokeId)) {
            // Meanwhile the engine has shown the state that holds it.
            return undefined;
        }
        if (!end.ok) {
            if (mayBeHeld) {
                left.push(leftAlone({ run, facts }, end.error));
                return undefined;
            }
            return clearFailed(context, running, end);
        }
        try {
            return await settleEnd(context, running, end, {
                warnings: [...warnings, foundAgain(run)],
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
    return { outputs, warnings: [...warnings, ...left] };
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

async function clearRuns(context: Context, order: Order, runs: readonly SnapshotRun[]): Promise<void> {
    const { ownerToken } = order;
    for (const run of runs) {
        context.log.info(`clearing invocation ${run.invokeId} away, which an earlier run began`);
        const running = runningOf(context, order, { ...run, ownerToken }, undefined);
        const handing = {
            invokeId: run.invokeId,
            tags: [ownerTag(ownerToken), stateTag("handed")],
            previousOwner: run.ownerToken,
            isHeld: false,
        };
        // Of another instance than the one that is locked, a snapshot may be on its way that needs the role.
        const isLocked = run.instanceId === order.specification.instanceId;
        const role = isLocked ? temporaryRoleOf(run) : undefined;
        await handOver(context, handing, () =>
            withTemporaryRole(context, role, () => clear(context, running)),
        );
        if (!isLocked && run.detachRole !== undefined) {
            await withdrawLeftOver(context, run.instanceId, run.stack);
        }
    }
}

async function clear(context: Context, running: Running): Promise<undefined> {
    const end = await endOf(context, running);
    const now = await runBy(context, running.run.invokeId);
    if (now !== undefined && now.state !== ("open" satisfies RunState)) {
        // That it was handed over is seen late.
        context.log.warn(leftAlone({ run: now, facts: { ...undecided, state: now.state } }));
        return undefined;
    }
    if (!end.ok) {
        return clearFailed(context, running, end);
    }
    await deleteGroup(context, end.snapshotGroupId, { snapshotIds: end.snapshotIds });
    await closeRuns(context.api, [running.run.invokeId]);
    return undefined;
}

async function clearFailed(
    context: Context,
    running: Running,
    end: Extract<RunEnd, { ok: false }>,
): Promise<undefined> {
    const error = await afterFailure(context, running, end, "clear");
    if (error instanceof UnfinishedSnapshot) {
        throw error;
    }
    context.log.info(`it had failed and is cleared away: ${error.message}`);
    return undefined;
}

function temporaryRoleOf({ instanceId, detachRole, stack }: SnapshotRun): TemporaryRole | undefined {
    return detachRole === undefined ? undefined : { instanceId, ramRoleName: detachRole, stack };
}

/** Whoever runs a pipeline again has to know that its snapshot is not of this run. */
function foundAgain({ creationTime }: SnapshotRun): string {
    return `Begun at ${creationTime} by an earlier run that did not finish, and adopted by this one.`;
}

const undecided = { wanted: false, young: false, resumed: false, near: true };

function leftAlone({ run, facts }: Found, why?: AppSnapshotError): string {
    const { invokeId, instanceId, creationTime, groupName } = run;
    const because = facts.near
        ? "a state may hold it, or may have retained it"
        : "the program names another instance now, and it may be of another stack of this name";
    return [
        `Invocation ${invokeId}, which began the snapshot group ${groupName} of ${instanceId} at ${creationTime}, is left alone: ${because}.`,
        ...(why === undefined ? [] : [`It can't be adopted: ${why.message}`]),
        "`npx app-snapshot orphans` shows what is left of it.",
    ].join(" ");
}
