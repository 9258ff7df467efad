import { markerOf, stateTag, type MadeAttempt } from "../cloud-assistant/attempt";
import { preflight, type Readiness } from "../instance/preflight";
import type { SnapshotInputs } from "../inputs/inputs";
import { specify, type SnapshotSpecification } from "../inputs/specification";
import { pluginCommand } from "../plugin/command";
import { generatedGroupName } from "../plugin/group-name";
import { exponentialDelay } from "../polling/backoff";
import { attachRole, detachRole } from "../role/role";
import type { Context } from "../runtime/context";
import { KeyedLock } from "../runtime/keyed-lock";
import { only } from "../runtime/outcome";
import { readGroup } from "../snapshot-group/group";
import {
    afterFailure,
    endOf,
    openAttempts,
    startAttempt,
    type AttemptEnd,
    type Running,
} from "./attempt-run";
import { createTimeoutSeconds } from "./deadline";
import { definitionOf } from "./definition";
import { keptInputs, type SnapshotOutputs } from "./outputs";
import { settle } from "./settle";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot } from "./unfinished";

/** A newly attached role reaches the instance's metadata within this time. */
const rolePropagationMilliseconds = 120_000;

const instanceLocks = new KeyedLock();

/** What create works on. */
interface Order {
    readonly inputs: SnapshotInputs;
    readonly specification: SnapshotSpecification;
    readonly marker: string;
}

/**
 * Takes the snapshot, or takes up one that an earlier run began for the same resource and the same inputs.
 *
 * @returns the outputs of a finished snapshot.
 * @throws AppSnapshotError when there is no snapshot, and nothing is left of an attempt.
 * @throws UnfinishedSnapshot when something exists that the state has to remember.
 */
export async function create(context: Context, inputs: SnapshotInputs): Promise<SnapshotOutputs> {
    const specification = specify(inputs);
    // Without a URN nothing could tell two resources apart, so nothing is taken up then.
    const marker = markerOf(inputs.resourceUrn ?? context.newId(), definitionOf(inputs));
    const order: Order = { inputs, specification, marker };
    return instanceLocks.run(
        specification.instanceId,
        async () => (await takeUp(context, order)) ?? (await takeNew(context, order)),
    );
}

/** The snapshot of an attempt that nobody finished; undefined when there is none that came to anything. */
async function takeUp(context: Context, order: Order): Promise<SnapshotOutputs | undefined> {
    for (const attempt of await openAttempts(context, order.marker)) {
        context.log.info(`taking up invocation ${attempt.invokeId}, which an earlier run began`);
        const running = runningOf(context, order, attempt, undefined);
        const outputs = await withoutTemporaryRole(context, order.specification, attempt.detachRole, () =>
            finishFound(context, running),
        );
        if (outputs !== undefined) {
            return outputs;
        }
    }
    return undefined;
}

async function finishFound(context: Context, running: Running): Promise<SnapshotOutputs | undefined> {
    const { invokeId } = running.attempt;
    const end = await endOf(context, running);
    if (!end.ok) {
        // What is left of it is nobody's: a new snapshot is about to be taken.
        const error = await afterFailure(context, running, end, [invokeId], "fail");
        if (error instanceof UnfinishedSnapshot) {
            throw error;
        }
        context.log.info(`that one had failed and is cleared away: ${error.message}`);
        return undefined;
    }
    if ((await readGroup(context, end.snapshotGroupId)) === undefined) {
        await context.api.tagResources("invocation", [invokeId], [stateTag("closed")]);
        context.log.info(`its snapshot group ${end.snapshotGroupId} does not exist any more`);
        return undefined;
    }
    return settleEnd(context, running, end, [invokeId], []);
}

async function takeNew(context: Context, order: Order): Promise<SnapshotOutputs> {
    const { specification } = order;
    const { instanceId, ramRoleName, roleAttachment } = specification;
    const readiness = only(await preflight(context, [specification]), instanceId);
    readiness.warnings.forEach((warning) => {
        context.log.warn(warning);
    });
    const attaches = readiness.attachedRole === undefined;
    const detach = attaches && roleAttachment === "temporary" ? ramRoleName : undefined;
    return withoutTemporaryRole(context, specification, detach, async () => {
        if (attaches) {
            only(await attachRole(context, [instanceId], ramRoleName), instanceId);
        }
        return runUntilSettled(context, order, readiness, attaches, detach);
    });
}

/** Runs the plugin, again where that is known to help, until there is a group or an error. */
async function runUntilSettled(
    context: Context,
    order: Order,
    readiness: Readiness,
    roleIsNew: boolean,
    detach: string | undefined,
): Promise<SnapshotOutputs> {
    const { specification } = order;
    const roleArrivesBefore = context.clock.now() + (roleIsNew ? rolePropagationMilliseconds : 0);
    const invokeIds: string[] = [];
    let retriedOnce = false;
    for (;;) {
        const attempt = await startNew(context, order, readiness, detach);
        invokeIds.push(attempt.invokeId);
        const running = runningOf(context, order, attempt, readiness);
        const end = await endOf(context, running);
        if (end.ok) {
            return settleEnd(context, running, end, invokeIds, readiness.warnings);
        }
        const again =
            (end.retry === "after-attach" && context.clock.now() < roleArrivesBefore) ||
            (end.retry === "once" && !retriedOnce);
        if (!again) {
            throw await afterFailure(context, running, end, invokeIds, specification.onDegraded);
        }
        retriedOnce ||= end.retry === "once";
        context.log.status(
            end.retry === "once"
                ? `trying again after ${end.error.code}`
                : `waiting for the RAM role to reach ${specification.instanceId}`,
        );
        await context.clock.sleep(
            exponentialDelay(invokeIds.length, context.random, { first: 1_000, longest: 10_000 }),
            context.signal,
        );
    }
}

function startNew(
    context: Context,
    order: Order,
    readiness: Readiness,
    detachRole: string | undefined,
): Promise<MadeAttempt> {
    const { specification, marker, inputs } = order;
    const attemptId = context.newId();
    const groupName = generatedGroupName(inputs.resourceUrn, context.clock.now(), attemptId);
    const command = pluginCommand({
        system: readiness.system,
        specification,
        snapshotGroupName: groupName,
        managerHasTimeout: readiness.managerHasTimeout,
    });
    return startAttempt(context, specification.instanceId, command, {
        attemptId,
        marker,
        groupName,
        detachRole,
    });
}

function runningOf(
    context: Context,
    { inputs, specification }: Order,
    attempt: MadeAttempt,
    readiness: Readiness | undefined,
): Running {
    const system = readiness?.system;
    return {
        specification,
        kept: keptInputs(inputs, context.regionId),
        attempt,
        system,
        diskIds: readiness?.diskIds,
        deadline: context.clock.now() + createTimeoutSeconds(specification, system ?? "linux") * 1000,
    };
}

function settleEnd(
    context: Context,
    running: Running,
    end: Extract<AttemptEnd, { ok: true }>,
    invokeIds: readonly string[],
    warnings: readonly string[],
): Promise<SnapshotOutputs> {
    const { specification, kept, attempt, deadline, system, diskIds } = running;
    return settle(context, {
        specification,
        kept,
        invokeId: attempt.invokeId,
        commandId: attempt.commandId,
        groupName: attempt.groupName,
        snapshotGroupId: end.snapshotGroupId,
        saysFilesystemOnly: end.output.saysFilesystemOnly,
        pluginMessage: end.output.message,
        invokeIds,
        system,
        diskIds,
        warnings,
        deadline,
    });
}

/**
 * Detaches a role that was attached for one snapshot only, however that ended; but not while the command may
 * still run, which needs it.
 */
async function withoutTemporaryRole<T extends SnapshotOutputs | undefined>(
    context: Context,
    specification: SnapshotSpecification,
    role: string | undefined,
    task: () => Promise<T>,
): Promise<T> {
    if (role === undefined) {
        return task();
    }
    let outputs: T;
    try {
        outputs = await task();
    } catch (thrown) {
        if (!(thrown instanceof UnfinishedSnapshot && thrown.outputs.pending?.phase === "running")) {
            (await detachQuietly(context, specification, role)).forEach((warning) => {
                context.log.warn(warning);
            });
        }
        throw thrown;
    }
    const warnings = await detachQuietly(context, specification, role);
    return outputs === undefined
        ? outputs
        : { ...outputs, warnings: [...(outputs.warnings ?? []), ...warnings] };
}

async function detachQuietly(
    context: Context,
    specification: SnapshotSpecification,
    role: string,
): Promise<string[]> {
    try {
        return await detachRole(context, [specification.instanceId], role);
    } catch (thrown) {
        return [`The RAM role ${role} may still be attached: ${asAppSnapshotError(thrown).message}`];
    }
}
