import { withoutUndefined } from "../../runtime/json";
import { memberTags, ownerTag, resourceOf, stateTag } from "../run/run";
import { ifRemembered } from "../run/run-state";
import type { SnapshotInputs } from "../inputs/inputs";
import { specify } from "../inputs/specification";
import type { Context } from "../../cloud/context";
import { warnAll } from "../../runtime/logger";
import { createTimeoutSeconds } from "../inputs/deadline";
import { reportIn } from "./run-report";
import { keptInputs, type SnapshotOutputs } from "./outputs";
import { identityOf } from "./create-request";
import { deleteSuperseded, keepLast } from "./retention";
import { finalize, type Unsettled } from "./finalize";
import { sayTaken } from "./success";
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
    const outputs =
        state.pending === undefined
            ? await rename(context, id, state, inputs)
            : await finish(context, id, state, state.pending, inputs);
    if (inputs.keepLast === undefined || state.pending !== undefined) {
        return outputs;
    }
    const { left, warnings } = await deleteSuperseded(context, state, inputs.keepLast);
    warnAll(context.log, warnings);
    return withoutUndefined({
        ...outputs,
        earlierSnapshotGroups: state.earlierSnapshotGroups === undefined ? undefined : left,
    });
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
        context.log.status(`changing ${Object.keys(change).join(" and ")}: ${id}`);
        try {
            if (change.name !== undefined) {
                await markMembers(context, state);
            }
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

/** From then on it is the members that tell whose the group is. */
async function markMembers(
    context: Context,
    { runId, ownerToken, snapshots = [] }: SnapshotOutputs,
): Promise<void> {
    if (runId !== undefined && ownerToken !== undefined && snapshots.length > 0) {
        const snapshotIds = snapshots.map(({ snapshotId }) => snapshotId);
        await context.api.tagResources("snapshot", snapshotIds, memberTags({ runId, ownerToken }));
    }
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
        kept: keptInputs(inputs, context.regionId),
        snapshotGroupId: id,
        runId: state.runId,
        invokeId: pending.invokeId,
        commandId: state.commandId ?? "",
        ownerToken: state.ownerToken ?? "",
        groupName: pending.groupName,
        diskSetDigest: pending.diskSetDigest,
        diskIds: pending.diskIds,
        saysFilesystemOnly: pending.saysFilesystemOnly ?? false,
        evidence: reportIn(state),
        osType: state.osType,
        warnings: state.warnings ?? [],
        earlierSnapshotGroups: state.earlierSnapshotGroups,
        // The state holds it: what becomes of it is for the deletion of this very resource.
        onShortfall: "leave",
        deadline: context.clock.now() + createTimeoutSeconds(specification, state.osType ?? "linux") * 1000,
    };
    const outputs = await finalize(context, unsettled);
    await commit(context, unsettled);
    const { earlierSnapshotGroups: earlier } = state;
    const resource = resourceOf(identityOf(context, inputs));
    const history = { earlier: earlier ?? [], beginsAnew: earlier === undefined };
    const finished = await keepLast(context, { inputs, resource }, outputs, history);
    sayTaken(context.log, finished);
    return finished;
}

/** The state holds it already, as unfinished. Its run may not even be marked as handed over. */
async function commit(context: Context, unsettled: Unsettled): Promise<void> {
    const { invokeId, ownerToken, specification } = unsettled;
    try {
        const tags = [ownerTag(ownerToken), stateTag("committed")];
        await ifRemembered(() => context.api.tagResources("invocation", [invokeId], tags));
    } catch (thrown) {
        throw new UnfinishedSnapshot(
            unsettled,
            "finalizing",
            asAppSnapshotError(thrown, specification.instanceId),
        );
    }
}
