import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { withoutUndefined } from "../../runtime/json";
import { warnAll } from "../../runtime/logger";
import { createTimeoutSeconds } from "../inputs/deadline";
import type { SnapshotInputs } from "../inputs/inputs";
import { specify } from "../inputs/specification";
import { memberTags, ownerTag, resourceOf, stateTag } from "../run/run";
import { reportIn } from "../run/run-report";
import { ignoringForgotten } from "../run/run-state";
import { membersIn, type ReportedGroup, type SnapshotResult, unfinished } from "../run/snapshot-result";
import { changeTags } from "../snapshot-group/group-tags";
import { afterTagChange, isEmptyTagChange, recordedTags, type TagChange } from "../snapshot-group/tag-change";
import { tagChangeOf } from "./amendment";
import { identityOf } from "./create-request";
import { finalize } from "./finalize";
import { logSuccess } from "./log-success";
import { keptInputs, type Pending, type SnapshotOutput, type SnapshotOutputs } from "./outputs";
import { deleteSuperseded, keepLast } from "./retention";
import { outputsOrThrow, UnfinishedSnapshot } from "./unfinished-snapshot";

/**
 * Changes the name, the description and the tags in place, and finishes an unfinished snapshot.
 *
 * @returns all outputs, because the engine removes missing ones from the state.
 */
export async function update(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    inputs: SnapshotInputs,
): Promise<SnapshotOutputs> {
    const outputs =
        state.pending === undefined
            ? await amend(context, id, state, inputs)
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

/**
 * Changes the name, the description and the tags of a group, if the program sets others.
 *
 * @throws UnfinishedSnapshot if the tags could not be changed, or only in part.
 */
export async function amend(
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
                await tagMembersWithRun(context, state);
            }
            await context.api.modifySnapshotGroup(id, change);
        } catch (thrown) {
            throw asAppSnapshotError(thrown, state.instanceId);
        }
    }
    return amendTags(
        context,
        id,
        withoutUndefined({
            ...state,
            ...keptInputs(inputs, context.regionId),
            snapshotGroupName: name ?? state.snapshotGroupName,
            description: description ?? state.description,
        }),
        inputs,
    );
}

/** Tags the members, which identify the run and the owner of the group once it is renamed. */
async function tagMembersWithRun(
    context: Context,
    { runId, isShared = false, instanceId = "", ownerToken, snapshots = [] }: SnapshotOutputs,
): Promise<void> {
    const tags =
        ownerToken === undefined
            ? undefined
            : memberTags(membersIn({ runId, isShared, instanceId }), ownerToken);
    if (tags !== undefined && snapshots.length > 0) {
        const snapshotIds = snapshots.map(({ snapshotId }) => snapshotId);
        await context.api.tagResources("snapshot", snapshotIds, tags);
    }
}

/**
 * Changes the tags, if the program sets others or those in the cloud differ from its own.
 *
 * @throws UnfinishedSnapshot whose outputs hold all tags that may be set, so that the next update can remove them.
 */
async function amendTags(
    context: Context,
    id: string,
    outputs: SnapshotOutputs,
    inputs: SnapshotInputs,
): Promise<SnapshotOutputs> {
    const change = tagChangeOf(outputs, inputs);
    if (isEmptyTagChange(change)) {
        return outputs;
    }
    context.log.status(`changing tags: ${id}`);
    const { tags: before, snapshotGroupTags, snapshots = [], instanceId } = outputs;
    const { tags: wanted = {} } = inputs;
    const snapshotIds = snapshots.map(({ snapshotId }) => snapshotId);
    try {
        const group = { snapshotGroupId: id, snapshotIds, snapshotGroupTags };
        const takesGroup = await changeTags(context, group, change, wanted);
        return withoutUndefined({
            ...outputs,
            ...recordedTags(wanted, takesGroup),
            snapshots: membersAfter(snapshots, change),
        });
    } catch (thrown) {
        // What was to be removed may be gone: if the program wants it again, it must be set again.
        const removal = { set: {}, remove: change.remove };
        const error = asAppSnapshotError(thrown, instanceId);
        const reason = error.with({ resources: { snapshotGroupId: id, ...error.resources } });
        throw new UnfinishedSnapshot(
            id,
            withoutUndefined({
                ...outputs,
                tags: { ...before, ...wanted },
                snapshotGroupTags:
                    snapshotGroupTags === undefined ? undefined : afterTagChange(snapshotGroupTags, removal),
                snapshots: membersAfter(snapshots, removal),
            }),
            reason,
        );
    }
}

function membersAfter(snapshots: readonly SnapshotOutput[], change: TagChange): SnapshotOutput[] {
    return snapshots.map((member) => ({ ...member, tags: afterTagChange(member.tags, change) }));
}

async function finish(
    context: Context,
    id: string,
    state: SnapshotOutputs,
    pending: Pending,
    inputs: SnapshotInputs,
): Promise<SnapshotOutputs> {
    const kept = keptInputs(inputs, context.regionId);
    const { earlierSnapshotGroups: earlier } = state;
    const result = await finalizeHeld(context, id, { state, pending }, inputs);
    const outputs = outputsOrThrow(await committed(context, result), kept, earlier ?? []);
    const resource = resourceOf(identityOf(context, inputs));
    const history = { earlier: earlier ?? [], isIncomplete: earlier === undefined };
    const finished = await keepLast(context, { inputs, resource }, outputs, history);
    logSuccess(context.log, finished);
    return finished;
}

/** Finalizes the group that a state holds. */
export function finalizeHeld(
    context: Context,
    id: string,
    { state, pending }: { readonly state: SnapshotOutputs; readonly pending: Pending },
    inputs: SnapshotInputs,
): Promise<SnapshotResult> {
    const specification = specify(inputs);
    return finalize(context, unfinishedGroup(id, state, pending), {
        specification,
        warnings: state.warnings ?? [],
        // The state holds it, so it is deleted only with its resource.
        onViolation: "leave",
        deadline: context.clock.now() + createTimeoutSeconds(specification, state.osType ?? "linux") * 1000,
    });
}

/** @throws AppSnapshotError UnreadableState if an output is missing from the state. */
function unfinishedGroup(id: string, state: SnapshotOutputs, pending: Pending): ReportedGroup {
    const { instanceId, commandId, ownerToken, runId, isShared, osType } = state;
    const { tags, snapshotGroupTags } = state;
    const { invokeId, groupName, diskSetDigest, diskIds, snapshotIds, saysFilesystemOnly = false } = pending;
    if (instanceId === undefined || commandId === undefined || ownerToken === undefined) {
        throw new AppSnapshotError(ownErrors.UnreadableState, {
            instanceId,
            resources: { snapshotGroupId: id, invokeId },
        });
    }
    return {
        ...{ instanceId, runId, invokeId, commandId, ownerToken, groupName, osType },
        ...(isShared === undefined ? {} : { isShared }),
        ...{ diskSetDigest, diskIds, snapshotIds, saysFilesystemOnly, tags, snapshotGroupTags },
        snapshotGroupId: id,
        report: reportIn(state),
    };
}

/** Commits the run of a finished snapshot, which the state already holds; its run may even still be open. */
async function committed(context: Context, result: SnapshotResult): Promise<SnapshotResult> {
    if (result.state !== "finished") {
        return result;
    }
    const { invokeId, ownerToken, instanceId } = result.instanceRun;
    try {
        const tags = [ownerTag(ownerToken), stateTag("committed")];
        await ignoringForgotten(() => context.api.tagResources("invocation", [invokeId], tags));
        return result;
    } catch (thrown) {
        return unfinished(
            "finalizing",
            result.instanceRun,
            asAppSnapshotError(thrown, instanceId),
            result.warnings,
        );
    }
}
