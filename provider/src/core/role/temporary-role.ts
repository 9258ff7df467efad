import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { concurrentRuns } from "../run/concurrent-runs";
import { mayStillRun, type RunResults } from "../run/snapshot-result";
import { isAbandoned, type Lease, leaseOf, leaseTag, leaseTagKey } from "./lease";
import { detachRole } from "./role";

/** Tags the instance before a temporary role is attached, so that the role is found even after a kill. */
export async function announceTemporaryRole(
    context: Context,
    instanceId: string,
    lease: Lease,
): Promise<void> {
    await context.api.tagResources("instance", [instanceId], [leaseTag(lease)]);
}

/** A role that is, or will be, attached to instances for one run of a stack. */
export interface TemporaryRole {
    readonly instanceIds: readonly string[];
    readonly ramRoleName: string;
    /** See `stackOf`. */
    readonly stack: string;
}

/**
 * Performs a task that needs a temporary role, and always detaches the role afterwards, but not from instances on which
 * the command may still be running.
 *
 * @param role the role to detach, if any.
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
    // If the results are those of another run, that run needs the role too.
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

/** Withdraws a role from instances; returns the warnings by instance. */
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

/** Withdraws a role unless another stack now uses it, as it may after a long time. */
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

/** Reads the current lease of a temporary role on an instance. */
export async function readLease(context: Context, instanceId: string): Promise<Lease | undefined> {
    const [instance] = await context.api.describeInstances([instanceId]);
    return leaseOf(instance?.tags ?? []);
}

/** Turns an error into a warning, because a role that stays attached is no reason to fail a snapshot. */
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
 * Detaches a temporary role, and then removes its tag from the instance, which stays while the role may be attached.
 *
 * @returns the warnings.
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

/** Withdraws a temporary role; an error becomes a warning. */
export function tryToWithdraw(context: Context, instanceId: string, role: string): Promise<string[]> {
    return orWarning(instanceId, role, () => withdrawTemporaryRole(context, instanceId, role));
}

/** Withdraws a temporary role that a killed run left on an instance, unless a snapshot still needs it. */
export async function withdrawAbandonedRole(
    context: Context,
    instanceId: string,
    stack: string,
): Promise<void> {
    const lease = await readLease(context, instanceId);
    if (
        lease !== undefined &&
        isAbandoned(lease, stack, context.api.answeredAt()) &&
        (await concurrentRuns(context, instanceId)).length === 0
    ) {
        warnAll(context.log, await withdrawTemporaryRole(context, instanceId, lease.ramRoleName));
    }
}
