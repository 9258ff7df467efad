import type { Context } from "../../cloud/context";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import type { FleetInputs } from "../inputs/fleet-inputs";
import type { StateMemory } from "../lifecycle/state-memory";
import { deleteReplaced, removeInstances } from "./delete";
import type { FleetOutputs } from "./fleet-outputs";
import type { FleetParts } from "./fleet-parts";
import type { FleetPlan } from "./fleet-plan";
import type { FleetState } from "./fleet-state";

/* What becomes of the snapshots that an update of a fleet no longer needs. */

/** Deletes the groups that newer ones of their instances replaced; returns the warnings about those that remain. */
export async function deleteReplacedGroups(
    context: Context,
    held: FleetState,
    parts: FleetParts,
    memory: StateMemory,
): Promise<string[]> {
    const { left, warnings } = await deleteReplaced(context, held, parts.superseded, memory);
    parts.superseded = [...left];
    warnAll(context.log, warnings);
    return [...warnings];
}

/** Deletes the snapshots of instances that the program no longer names; returns the errors. */
export async function removeUnnamed(
    context: Context,
    { plan, state }: { readonly plan: FleetPlan; readonly state: FleetOutputs },
    parts: FleetParts,
    memory: StateMemory,
): Promise<ReadonlyMap<string, AppSnapshotError>> {
    const { errors } = await removeInstances(context, state, plan.remove, memory);
    for (const instanceId of plan.remove) {
        const error = errors.get(instanceId);
        if (error === undefined) {
            parts.remove(instanceId);
        } else {
            parts.fail(instanceId, error);
        }
    }
    return errors;
}

/**
 * Releases the snapshots that would be deleted without the option `retainOnDelete`.
 *
 * @returns a warning if the fleet does not know whether the option is set; in doubt nothing is deleted.
 */
export function retainOld(
    context: Context,
    {
        inputs,
        plan,
        state,
    }: { readonly inputs: FleetInputs; readonly plan: FleetPlan; readonly state: FleetOutputs },
    parts: FleetParts,
): string[] {
    const isAnything = plan.remove.length + parts.superseded.length > 0;
    for (const { snapshotGroupId, instanceId } of parts.superseded) {
        context.log.info(`${snapshotGroupId} of ${instanceId} is retained`);
    }
    if (inputs.keepLast !== undefined) {
        // As those of a replaced resource, they are deleted once there are enough newer ones.
        const { ownerToken } = state;
        parts.earlier = [
            ...parts.superseded.map((group) => ({ ...group, ownerToken })),
            ...(parts.earlier ?? []),
        ];
    }
    parts.superseded = [];
    for (const instanceId of plan.remove) {
        retain(context, instanceId, state);
        parts.remove(instanceId);
    }
    if (!isAnything || inputs.retainOnDelete === true) {
        return [];
    }
    const warning =
        "Old snapshots are retained, because a fleet can't see whether its parent has the option retainOnDelete. " +
        "Set it on the fleet itself, to true or to false.";
    warnAll(context.log, [warning]);
    return [warning];
}

/** Says what is retained of an instance that the program no longer names. */
function retain(context: Context, instanceId: string, { snapshots, unfinished = {} }: FleetOutputs): void {
    const { snapshotGroupId } = snapshots[instanceId] ?? {};
    const { snapshotGroupId: unfinishedId, invokeId = "" } = unfinished[instanceId] ?? {};
    if (snapshotGroupId !== undefined) {
        context.log.info(`${snapshotGroupId} of ${instanceId} is retained`);
    }
    if (instanceId in unfinished) {
        context.log.warn(
            `An unfinished snapshot of ${instanceId} is retained: ${unfinishedId ?? `invocation ${invokeId}`}.`,
        );
    }
}
