import { diskDigest, resourceTag, stackTag, type MadeAttempt } from "../cloud-assistant/attempt";
import { closeAttempts } from "../cloud-assistant/attempt-state";
import type { Readiness } from "../instance/preflight";
import type { SnapshotInputs } from "../inputs/inputs";
import { pluginCommand } from "../plugin/command";
import { generatedGroupName } from "../plugin/group-name";
import { commandTimeoutSeconds } from "../plugin/timeouts";
import { exponentialDelay } from "../polling/backoff";
import { attachRole } from "../role/role";
import type { Context } from "../runtime/context";
import { deliverScripts, deliveryMilliseconds } from "../scripts/delivery";
import { scriptFiles } from "../scripts/script-file";
import { warnAll } from "../runtime/logger";
import { only } from "../runtime/outcome";
import { afterFailure, endOf, mayHaveGroup, startAttempt, type AttemptEnd } from "./attempt-run";
import { createTimeoutSeconds } from "./deadline";
import { instanceLocks } from "./instance-lock";
import { orderOf, runningOf, settleEnd, type Order } from "./order";
import type { SnapshotOutputs } from "./outputs";
import { readyInstance } from "./ready-instance";
import { takeUp } from "./take-up";
import { announceTemporaryRole, withTemporaryRole } from "./temporary-role";

/** A newly attached role reaches the instance's metadata within this time. */
const rolePropagationMilliseconds = 120_000;

const nothing: ReadonlySet<string> = new Set();

/**
 * Takes the snapshot, or takes up one that an earlier run began for the same resource and the same inputs.
 *
 * @param recorded the invocations of snapshots that the stack's state is known to hold: of the resource that this
 * one replaces, say. They are never taken up.
 * @returns the outputs of a finished snapshot. Its attempt is open still: it is to be committed once the engine
 * has recorded the outputs.
 * @throws AppSnapshotError when there is no snapshot, and nothing is left of an attempt.
 * @throws UnfinishedSnapshot when something exists that the state has to remember.
 */
export async function create(
    context: Context,
    inputs: SnapshotInputs,
    recorded: ReadonlySet<string> = nothing,
): Promise<SnapshotOutputs> {
    const order = orderOf(context, inputs);
    return instanceLocks.run(
        inputs.instanceId,
        async () => (await takeUp(context, order, recorded)) ?? (await takeNew(context, order)),
    );
}

async function takeNew(context: Context, order: Order): Promise<SnapshotOutputs> {
    const { specification, stack } = order;
    const { instanceId, ramRoleName, roleAttachment } = specification;
    // Until its system is known, the longer of both time limits counts: that of Linux, with its scripts.
    const milliseconds = createTimeoutSeconds(specification, "linux") * 1000;
    const deadline = context.clock.now() + milliseconds;
    const readiness = await readyInstance(context, order, deadline);
    warnAll(context.log, readiness.warnings);
    const attaches = readiness.attachedRole === undefined;
    const detach = attaches && roleAttachment === "temporary" ? ramRoleName : undefined;
    const temporary = detach === undefined ? undefined : { instanceId, ramRoleName, stack };
    return withTemporaryRole(context, temporary, async () => {
        if (temporary !== undefined) {
            const longest = commandTimeoutSeconds(readiness.system, specification.linux) * 1000;
            const before = rolePropagationMilliseconds + deliveryMilliseconds;
            const expires = context.clock.now() + before + longest + milliseconds;
            await announceTemporaryRole(context, instanceId, { ramRoleName, stack, expires });
        }
        if (attaches) {
            only(await attachRole(context, [instanceId], ramRoleName), instanceId);
        }
        return runUntilSettled(context, order, readiness, { detach, deadline });
    });
}

/** Runs the plugin, again where that is known to help, until there is a group or an error. */
async function runUntilSettled(
    context: Context,
    order: Order,
    readiness: Readiness,
    { detach, deadline }: { readonly detach: string | undefined; readonly deadline: number },
): Promise<SnapshotOutputs> {
    const again = retries(context, { roleIsNew: readiness.attachedRole === undefined, deadline });
    for (let attempts = 1; ; attempts++) {
        const attempt = await startNew(context, order, readiness, detach);
        const running = runningOf(context, order, attempt, readiness.diskIds);
        const end = await endOf(context, running);
        if (end.ok) {
            return settleEnd(context, running, end, readiness.warnings);
        }
        if (!again(end)) {
            throw await afterFailure(context, running, end, order.specification.onDegraded);
        }
        await closeAttempts(context.api, [attempt.invokeId]);
        context.log.status(`${reasons[end.retry ?? "once"]} ${attempt.instanceId} (${end.error.code})`);
        await context.clock.sleep(pause(context, end, attempts), context.signal);
    }
}

/** Why the command is run once more, for the resource's row. */
const reasons = {
    "after-attach": "waiting for the RAM role to reach",
    "when-idle": "waiting for another snapshot of",
    once: "trying again on",
} as const;

/** Another snapshot takes minutes, so there is no point in asking for it every few seconds. */
function pause(context: Context, { retry }: Failed, attempts: number): number {
    return exponentialDelay(attempts, context.random, {
        first: 1_000,
        longest: retry === "when-idle" ? 60_000 : 10_000,
    });
}

type Failed = Extract<AttemptEnd, { ok: false }>;

/** Decides for each failed run whether another one is known to help. */
function retries(
    context: Context,
    { roleIsNew, deadline }: { readonly roleIsNew: boolean; readonly deadline: number },
): (end: Failed) => boolean {
    const roleArrivesBefore = context.clock.now() + (roleIsNew ? rolePropagationMilliseconds : 0);
    let retriedOnce = false;
    return (end) => {
        const { retry } = end;
        if (retry === "when-idle") {
            // The group that its output may mention is the one in the way.
            return context.clock.now() < deadline;
        }
        if (mayHaveGroup(end)) {
            return false;
        }
        if (retry === "once" && !retriedOnce) {
            retriedOnce = true;
            return true;
        }
        return retry === "after-attach" && context.clock.now() < roleArrivesBefore;
    };
}

async function startNew(
    context: Context,
    order: Order,
    readiness: Readiness,
    detachRole: string | undefined,
): Promise<MadeAttempt> {
    const { specification, stack, resource, marker, claim, inputs } = order;
    const { system, managerHasTimeout, diskIds } = readiness;
    const attemptId = context.newId();
    const groupName = generatedGroupName(inputs.resourceUrn, context.clock.now(), attemptId);
    const { instanceId, linux } = specification;
    const scripts = system === "linux" ? scriptFiles(linux, attemptId) : undefined;
    if (scripts !== undefined) {
        const tags = [stackTag(stack), resourceTag(resource)];
        await deliverScripts(context, scripts, { instanceId, attemptId, tags });
    }
    const command = pluginCommand({
        system,
        specification,
        scripts,
        snapshotGroupName: groupName,
        managerHasTimeout,
    });
    const disks = diskDigest(diskIds);
    const attempt = { attemptId, stack, resource, marker, claim, groupName, disks, system, detachRole };
    return startAttempt(context, instanceId, command, attempt);
}
