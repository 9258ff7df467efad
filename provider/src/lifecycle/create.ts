import { diskDigest, type MadeAttempt } from "../cloud-assistant/attempt";
import { preflight, type Readiness } from "../instance/preflight";
import type { SnapshotInputs } from "../inputs/inputs";
import { pluginCommand } from "../plugin/command";
import { generatedGroupName } from "../plugin/group-name";
import { exponentialDelay } from "../polling/backoff";
import { attachRole } from "../role/role";
import type { Context } from "../runtime/context";
import { KeyedLock } from "../runtime/keyed-lock";
import { warnAll } from "../runtime/logger";
import { only } from "../runtime/outcome";
import { afterFailure, endOf, mayHaveGroup, startAttempt, type AttemptEnd } from "./attempt-run";
import { orderOf, runningOf, settleEnd, type Order } from "./order";
import type { SnapshotOutputs } from "./outputs";
import { takeUp } from "./take-up";
import { withTemporaryRole } from "./temporary-role";

/** A newly attached role reaches the instance's metadata within this time. */
const rolePropagationMilliseconds = 120_000;

const instanceLocks = new KeyedLock();

/**
 * Takes the snapshot, or takes up one that an earlier run began for the same resource and the same inputs.
 *
 * @returns the outputs of a finished snapshot.
 * @throws AppSnapshotError when there is no snapshot, and nothing is left of an attempt.
 * @throws UnfinishedSnapshot when something exists that the state has to remember.
 */
export async function create(context: Context, inputs: SnapshotInputs): Promise<SnapshotOutputs> {
    const order = orderOf(context, inputs);
    return instanceLocks.run(
        inputs.instanceId,
        async () => (await takeUp(context, order)) ?? (await takeNew(context, order)),
    );
}

async function takeNew(context: Context, order: Order): Promise<SnapshotOutputs> {
    const { specification } = order;
    const { instanceId, ramRoleName, roleAttachment } = specification;
    const readiness = only(await preflight(context, [specification]), instanceId);
    warnAll(context.log, readiness.warnings);
    const attaches = readiness.attachedRole === undefined;
    const detach = attaches && roleAttachment === "temporary" ? ramRoleName : undefined;
    return withTemporaryRole(context, instanceId, detach, async () => {
        if (attaches) {
            only(await attachRole(context, [instanceId], ramRoleName), instanceId);
        }
        return runUntilSettled(context, order, readiness, detach);
    });
}

/** Runs the plugin, again where that is known to help, until there is a group or an error. */
async function runUntilSettled(
    context: Context,
    order: Order,
    readiness: Readiness,
    detach: string | undefined,
): Promise<SnapshotOutputs> {
    const again = retries(context, readiness.attachedRole === undefined);
    const invokeIds: string[] = [];
    for (;;) {
        const attempt = await startNew(context, order, readiness, detach);
        invokeIds.push(attempt.invokeId);
        const running = runningOf(context, order, attempt, readiness.diskIds);
        const end = await endOf(context, running);
        if (end.ok) {
            return settleEnd(context, running, end, invokeIds, readiness.warnings);
        }
        if (!again(end)) {
            throw await afterFailure(context, running, end, invokeIds, order.specification.onDegraded);
        }
        context.log.status(
            end.retry === "after-attach"
                ? `waiting for the RAM role to reach ${attempt.instanceId}`
                : `trying again after ${end.error.code}`,
        );
        await context.clock.sleep(
            exponentialDelay(invokeIds.length, context.random, { first: 1_000, longest: 10_000 }),
            context.signal,
        );
    }
}

/** Decides for each failed run whether another one is known to help. */
function retries(context: Context, roleIsNew: boolean): (end: Extract<AttemptEnd, { ok: false }>) => boolean {
    const roleArrivesBefore = context.clock.now() + (roleIsNew ? rolePropagationMilliseconds : 0);
    let retriedOnce = false;
    return (end) => {
        const { retry } = end;
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

function startNew(
    context: Context,
    order: Order,
    readiness: Readiness,
    detachRole: string | undefined,
): Promise<MadeAttempt> {
    const { specification, resource, marker, inputs } = order;
    const { system, managerHasTimeout, diskIds } = readiness;
    const attemptId = context.newId();
    const groupName = generatedGroupName(inputs.resourceUrn, context.clock.now(), attemptId);
    const command = pluginCommand({ system, specification, snapshotGroupName: groupName, managerHasTimeout });
    const disks = diskDigest(diskIds);
    const attempt = { attemptId, resource, marker, groupName, disks, system, detachRole };
    return startAttempt(context, specification.instanceId, command, attempt);
}
