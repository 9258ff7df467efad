import { AppSnapshotError } from "../errors/app-snapshot-error";
import { resourceOf } from "../cloud-assistant/attempt";
import type { SnapshotInputs } from "../inputs/inputs";
import { specify } from "../inputs/specification";
import type { Context } from "../runtime/context";
import { createTimeoutSeconds } from "./deadline";
import { evidenceIn } from "./evidence";
import { keptInputs, withoutUndefined, type SnapshotOutputs } from "./outputs";
import { settle, type Unsettled } from "./settle";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot } from "./unfinished";

/**
 * Changes what can be changed in place, the name and the description, and finishes a snapshot that was left
 * half done.
 *
 * @returns all outputs: what is missing would be erased from the state.
 */
export async function update(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    inputs: SnapshotInputs,
): Promise<SnapshotOutputs> {
    return state.pending === undefined
        ? rename(context, id, state, inputs)
        : finish(context, id, state, state.pending, inputs);
}

async function rename(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    inputs: SnapshotInputs,
): Promise<SnapshotOutputs> {
    const { snapshotGroupName: name, description } = inputs;
    const change = {
        ...(name === undefined || name === state.snapshotGroupName ? {} : { name }),
        ...(description === undefined || description === state.description ? {} : { description }),
    };
    if (Object.keys(change).length > 0) {
        context.log.status(`changing ${Object.keys(change).join(" and ")} of ${id}`);
        try {
            await context.api.modifySnapshotGroup(id, change);
        } catch (thrown) {
            throw asAppSnapshotError(thrown, state.instanceId);
        }
    }
    return withoutUndefined({
        ...state,
        ...keptInputs(inputs, context.regionId),
        snapshotGroupName: name ?? state.snapshotGroupName,
        description: description ?? state.description,
    });
}

async function finish(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    pending: NonNullable<SnapshotOutputs["pending"]>,
    inputs: SnapshotInputs,
): Promise<SnapshotOutputs> {
    const specification = specify(inputs);
    const unsettled: Unsettled = {
        specification,
        resource: resourceOf(inputs.resourceUrn ?? ""),
        kept: keptInputs(inputs, context.regionId),
        snapshotGroupId: id,
        attemptId: pending.attemptId,
        invokeId: pending.invokeId,
        commandId: state.commandId ?? "",
        claim: state.claim ?? "",
        groupName: pending.groupName,
        disks: pending.disks,
        diskIds: pending.diskIds,
        saysFilesystemOnly: pending.saysFilesystemOnly ?? false,
        evidence: evidenceIn(state),
        system: state.osType,
        warnings: state.warnings ?? [],
        deadline: context.clock.now() + createTimeoutSeconds(specification, state.osType ?? "linux") * 1000,
    };
    try {
        return await settle(context, unsettled);
    } catch (thrown) {
        // Its group fell short and is deleted. The state must not go on with it: the next update takes a new one.
        throw thrown instanceof AppSnapshotError
            ? new UnfinishedSnapshot(unsettled, "failed", thrown)
            : thrown;
    }
}
