import { closeAttempts } from "../cloud-assistant/attempt-state";
import type { SnapshotGroup } from "../ecs/api";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { SnapshotSpecification } from "../inputs/specification";
import type { Context } from "../runtime/context";
import { warnAll } from "../runtime/logger";
import { admitted, prove } from "../snapshot-group/consistency";
import { deleteGroup } from "../snapshot-group/deletion";
import { waitForGroup } from "../snapshot-group/group";
import { runTag } from "../snapshot-group/own-group";
import { groupOutputs, withoutUndefined, type SnapshotOutputs } from "./outputs";
import { keepLast } from "./retention";
import type { RunEvidence } from "./evidence";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot, type Progress } from "./unfinished";

/** A group that a successful run of the plugin made, on its way to become a resource. */
export interface Unsettled extends Progress {
    readonly snapshotGroupId: string;
    readonly specification: SnapshotSpecification;
    /** See `resourceOf`. */
    readonly resource: string;
    readonly saysFilesystemOnly: boolean;
    readonly evidence: RunEvidence;
    readonly warnings: readonly string[];
    readonly deadline: number;
}

/**
 * Waits until the group is usable, proves what it is, and names it. Its attempt stays open: only when the engine
 * has recorded the resource is nobody to look for it any more.
 *
 * @throws AppSnapshotError Degraded or GroupFailed when the group fell short; nothing is left of it then.
 * @throws UnfinishedSnapshot whenever the group is left behind without being a proper resource.
 */
export async function settle(context: Context, unsettled: Unsettled): Promise<SnapshotOutputs> {
    const group = await usableGroup(context, unsettled);
    const shortfalls = await shortfallsOf(context, unsettled, group);
    const named = await resumable(unsettled, () => nameGroup(context, unsettled, group));
    const kept = await olderOnes(context, unsettled, named);
    context.log.status(`took ${named.snapshotGroupId}, ${named.snapshots.length} snapshots`);
    return {
        ...outputsOf(context, unsettled, named),
        warnings: [...unsettled.warnings, ...shortfalls, ...kept],
    };
}

/** Whatever fails in `task`, the group is there and a later update can go on with it. */
async function resumable<T>(unsettled: Unsettled, task: () => Promise<T>): Promise<T> {
    try {
        return await task();
    } catch (thrown) {
        const reason = asAppSnapshotError(thrown, unsettled.specification.instanceId);
        // A group that does not show up is given up: the next update takes a new one.
        throw new UnfinishedSnapshot(
            unsettled,
            reason.code === ownErrors.GroupNotFound.code ? "failed" : "settling",
            reason,
        );
    }
}

async function usableGroup(context: Context, unsettled: Unsettled): Promise<SnapshotGroup> {
    const { specification, snapshotGroupId, deadline } = unsettled;
    const { instanceId, waitFor } = specification;
    const waited = await resumable(unsettled, () =>
        waitForGroup(context, snapshotGroupId, { waitFor, deadline }),
    );
    if (!waited.done) {
        throw stillInProgress(unsettled, waited.seen);
    }
    if (waited.value.status === "failed") {
        const error = new AppSnapshotError(ownErrors.GroupFailed, {
            instanceId,
            resources: { snapshotGroupId, invokeId: unsettled.invokeId },
        });
        throw await failureWithoutGroup(context, withMembers(unsettled, waited.value), error);
    }
    return waited.value;
}

/** In what the group falls short, where the program accepts that; otherwise the group is deleted. */
async function shortfallsOf(context: Context, unsettled: Unsettled, group: SnapshotGroup): Promise<string[]> {
    const { specification, snapshotGroupId } = unsettled;
    const { shortfalls } = prove(group, {
        required: specification.requiredConsistency,
        disks: unsettled.disks,
        diskIds: unsettled.diskIds,
        excludeDiskIds: specification.excludeDiskIds,
        pluginSaysFilesystemOnly: unsettled.saysFilesystemOnly,
    });
    if (shortfalls.length === 0) {
        return [];
    }
    if (specification.onDegraded === "keep") {
        const warning = `${snapshotGroupId} falls short of what was asked for: ${shortfalls.join("; ")}.`;
        context.log.warn(warning);
        return [warning];
    }
    const error = new AppSnapshotError(ownErrors.Degraded, {
        instanceId: specification.instanceId,
        detail: `${shortfalls.join("; ")}. The plugin said: ${unsettled.evidence.pluginMessage ?? ""}`,
        resources: { invokeId: unsettled.invokeId },
    });
    throw await failureWithoutGroup(context, withMembers(unsettled, group), error);
}

function withMembers(unsettled: Unsettled, group: SnapshotGroup): Unsettled {
    return { ...unsettled, snapshotIds: group.snapshots.map((snapshot) => snapshot.snapshotId) };
}

/** Deletes the group of a failed snapshot and closes its attempts; the error to throw then. */
export async function failureWithoutGroup(
    context: Context,
    unsettled: Progress & Pick<Unsettled, "snapshotGroupId" | "deadline">,
    error: AppSnapshotError,
): Promise<Error> {
    const { snapshotGroupId, snapshotIds = [], deadline } = unsettled;
    try {
        await deleteGroup(context, snapshotGroupId, { snapshotIds, uploadDeadline: deadline });
        await closeAttempts(context.api, [unsettled.invokeId]);
        return error.with({
            detail: `${error.details.detail ?? ""} (the snapshot group ${snapshotGroupId} was deleted)`.trim(),
            resources: { snapshotGroupId: undefined },
        });
    } catch (thrown) {
        const why = asAppSnapshotError(thrown, error.instanceId);
        return new UnfinishedSnapshot(
            unsettled,
            "failed",
            error.with({
                detail: `${error.details.detail ?? ""} Its group could not be deleted: ${why.message}`.trim(),
                resources: { snapshotGroupId },
            }),
        );
    }
}

/** The name and the description are set here: neither is safe on the plugin's command line in all cases. */
async function nameGroup(
    context: Context,
    { specification, attemptId }: Pick<Unsettled, "specification" | "attemptId">,
    group: SnapshotGroup,
): Promise<SnapshotGroup> {
    const { snapshotGroupName: name = group.name, description = group.description } = specification;
    if (name === group.name && description === group.description) {
        return group;
    }
    if (name !== group.name && attemptId !== undefined) {
        // From now on it is the members that tell whose the group is.
        const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
        await context.api.tagResources("snapshot", snapshotIds, [runTag(attemptId)]);
    }
    await context.api.modifySnapshotGroup(group.snapshotGroupId, {
        ...(name === group.name ? {} : { name }),
        ...(description === group.description ? {} : { description }),
    });
    return { ...group, name, description };
}

async function olderOnes(context: Context, unsettled: Unsettled, group: SnapshotGroup): Promise<string[]> {
    const { keepLast: count, instanceId } = unsettled.specification;
    if (count === undefined) {
        return [];
    }
    const warnings = await keepLast(
        context,
        unsettled.resource,
        { ...group, instanceId },
        {
            count,
            deadline: unsettled.deadline,
        },
    );
    warnAll(context.log, warnings);
    return warnings;
}

function outputsOf(context: Context, unsettled: Unsettled, group: SnapshotGroup): SnapshotOutputs {
    const outputs = groupOutputs(group, context.regionId);
    return withoutUndefined({
        ...unsettled.kept,
        ...outputs,
        // The group does not always tell it.
        instanceId: unsettled.kept.instanceId,
        consistency: admitted(outputs.consistency, unsettled.saysFilesystemOnly),
        osType: unsettled.system,
        invokeId: unsettled.invokeId,
        commandId: unsettled.commandId,
        claim: unsettled.claim,
        ...unsettled.evidence,
    });
}

function stillInProgress(unsettled: Unsettled, seen: string): UnfinishedSnapshot {
    return new UnfinishedSnapshot(
        unsettled,
        "settling",
        new AppSnapshotError(ownErrors.StillInProgress, {
            instanceId: unsettled.specification.instanceId,
            detail: `seen while waiting: ${seen}`,
            resources: { snapshotGroupId: unsettled.snapshotGroupId, invokeId: unsettled.invokeId },
        }),
    );
}
