import { isAbandoned, leaseOf, leaseTag, leaseTagKey, type Lease } from "./lease";
import { concurrentRuns } from "../run/concurrent-runs";
import { detachRole } from "./role";
import type { Context } from "../../cloud/context";
import { warnAll } from "../../runtime/logger";
import { asAppSnapshotError } from "../../cloud/ecs/thrown";
import { mayStillRun, type RunResults } from "../run/snapshot-result";

/** Says on the instance that a temporary role is about to be attached, so that it is found even after a kill. */
export async function announceTemporaryRole(
    context: Context,
    instanceId: string,
    lease: Lease,
): Promise<void> {
    await context.api.tagResources("instance", [instanceId], [leaseTag(lease)]);
}

/** A role that is, or is about to be, attached to instances for one run of a stack. */
export interface TemporaryRole {
    readonly instanceIds: readonly string[];
    readonly ramRoleName: string;
    /** See `stackOf`. */
    readonly stack: string;
}

/**
 * Does something for which a role was, or is to be, attached to instances, and detaches that role afterwards, however it
 * ended; but not while the command may still run, which needs it.
 *
 * @param role undefined when there is nothing to detach.
 */
export async function withTemporaryRole(
    context: Context,
    role: TemporaryRole | undefined,
    task: () => Promise<RunResults>,
): Promise<RunResults> {
    if (role === undefined) {
        return task();
    }
    let results: RunResults;
    try {
        results = await task();
    } catch (thrown) {
        await withdrawFrom(context, role, role.instanceIds);
        throw thrown;
    }
    // Where the results are of another run, that one needs the role as well.
    const inUse = [...results].filter(([, result]) => mayStillRun(result)).map(([instanceId]) => instanceId);
    const idle = role.instanceIds.filter((instanceId) => !inUse.includes(instanceId));
    const warnings = await withdrawFrom(context, role, idle);
    return new Map(
        [...results].map(([instanceId, result]) => [
            instanceId,
            result.state === "finished"
                ? { ...result, warnings: [...result.warnings, ...(warnings.get(instanceId) ?? [])] }
                : result,
        ]),
    );
}

/** Withdraws a role from instances; returns what was warned of, by instance. */
async function withdrawFrom(
    context: Context,
    role: TemporaryRole,
    instanceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
    const warnings = new Map<string, readonly string[]>();
    for (const instanceId of instanceIds) {
        const found = await withdrawIfOwn(context, role, instanceId);
        warnAll(context.log, found);
        warnings.set(instanceId, found);
    }
    return warnings;
}

/** Withdraws a role, unless it is not the stack's any more: after a long time another one may have taken it over. */
function withdrawIfOwn(
    context: Context,
    { ramRoleName, stack }: TemporaryRole,
    instanceId: string,
): Promise<string[]> {
    return orWarning(instanceId, ramRoleName, async () => {
        const lease = await readLease(context, instanceId);
        return lease?.stack === stack && lease.ramRoleName === ramRoleName
            ? withdrawTemporaryRole(context, instanceId, ramRoleName)
            : [];
    });
}

/** What is known of a temporary role on an instance now. */
export async function readLease(context: Context, instanceId: string): Promise<Lease | undefined> {
    const [instance] = await context.api.describeInstances([instanceId]);
    return leaseOf(instance?.tags ?? []);
}

/** A role that stays attached is no reason to fail a snapshot, so a failure becomes one more thing to warn of. */
async function orWarning(
    instanceId: string,
    role: string,
    withdraw: () => Promise<string[]>,
): Promise<string[]> {
    try {
        return await withdraw();
    } catch (thrown) {
        const { message } = asAppSnapshotError(thrown);
        return [`The RAM role ${role} may still be attached to ${instanceId}: ${message}`];
    }
}

/**
 * Detaches a temporary role and then takes its mark off the instance: as long as the role may be there, so is
 * the mark.
 *
 * @returns what to warn of.
 */
export async function withdrawTemporaryRole(
    context: Context,
    instanceId: string,
    role: string,
): Promise<string[]> {
    const warnings = await detachRole(context, [instanceId], role);
    if (warnings.length === 0) {
        await context.api.untagResources("instance", [instanceId], [leaseTagKey]);
    }
    return warnings;
}

/** The same where a failure is only warned of. */
export function tryToWithdraw(context: Context, instanceId: string, role: string): Promise<string[]> {
    return orWarning(instanceId, role, () => withdrawTemporaryRole(context, instanceId, role));
}

/** Withdraws the temporary role that a killed run of a stack left on an instance, unless a snapshot needs it. */
export async function withdrawAbandonedRole(context: Context, instanceId: string, stack: string): Promise<void> {
    const lease = await readLease(context, instanceId);
    if (
        lease !== undefined &&
        isAbandoned(lease, stack, context.api.answeredAt()) &&
        (await concurrentRuns(context, instanceId)).length === 0
    ) {
        warnAll(context.log, await withdrawTemporaryRole(context, instanceId, lease.ramRoleName));
    }
}
