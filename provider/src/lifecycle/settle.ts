import { memberTags } from "../cloud-assistant/run";
import { closeRuns } from "../cloud-assistant/run-state";
import type { SnapshotGroup } from "../ecs/api";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { SnapshotSpecification } from "../inputs/specification";
import { saying } from "../plugin/words";
import type { Context } from "../runtime/context";
import { admitted, prove } from "../snapshot-group/consistency";
import { deleteGroup } from "../snapshot-group/deletion";
import { waitForGroup } from "../snapshot-group/group";
import { allBear } from "../snapshot-group/own-group";
import { groupOutputs, withoutUndefined, type SnapshotOutputs } from "./outputs";
import type { RunEvidence } from "./evidence";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot, type Progress } from "./unfinished";

/** A group that a successful run of the plugin made, on its way to become a resource. */
export interface Unsettled extends Progress {
    readonly snapshotGroupId: string;
    readonly specification: SnapshotSpecification;
    readonly saysFilesystemOnly: boolean;
    readonly evidence: RunEvidence;
    readonly warnings: readonly string[];
    /** What becomes of a group that falls short: "leave" where somebody else may hold it. */
    readonly onShortfall: "delete" | "leave";
    /** Whether it was another's: then its members say whose it is now. */
    readonly isAdopted?: boolean;
    readonly deadline: number;
}

/**
 * Waits until the group is usable, proves what it is, and names it.
 *
 * @throws AppSnapshotError Degraded or GroupFailed when the group fell short; nothing is left of it then.
 * @throws UnfinishedSnapshot whenever the group is left behind without being a proper resource; as failed, when it
 * fell short and was to be left.
 */
export async function settle(context: Context, unsettled: Unsettled): Promise<SnapshotOutputs> {
    const group = await usableGroup(context, unsettled);
    const shortfalls = await shortfallsOf(context, unsettled, group);
    const named = await resumable(unsettled, () => nameGroup(context, unsettled, group));
    context.log.status(`took ${named.snapshotGroupId}, ${named.snapshots.length} snapshots`);
    return {
        ...outputsOf(context, unsettled, named),
        ...(shortfalls.length > 0 ? { degraded: true } : {}),
        warnings: [...unsettled.warnings, ...shortfalls],
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
        throw await shortfall(context, withMembers(unsettled, waited.value), error);
    }
    return waited.value;
}

/** In what the group falls short, where the program accepts that; otherwise the group is deleted. */
async function shortfallsOf(context: Context, unsettled: Unsettled, group: SnapshotGroup): Promise<string[]> {
    const { specification, snapshotGroupId, evidence } = unsettled;
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
        detail: [...shortfalls, saying(evidence.pluginMessage ?? "", evidence.scriptOutput)].join("; "),
        resources: { invokeId: unsettled.invokeId },
    });
    throw await shortfall(context, withMembers(unsettled, group), error);
}

/** Whoever else may hold a group that falls short is not to lose it. */
async function shortfall(context: Context, unsettled: Unsettled, error: AppSnapshotError): Promise<Error> {
    const { snapshotGroupId, onShortfall } = unsettled;
    return onShortfall === "delete"
        ? failureWithoutGroup(context, unsettled, error)
        : new UnfinishedSnapshot(unsettled, "failed", error.with({ resources: { snapshotGroupId } }));
}

function withMembers(unsettled: Unsettled, group: SnapshotGroup): Unsettled {
    return { ...unsettled, snapshotIds: group.snapshots.map((snapshot) => snapshot.snapshotId) };
}

/** Deletes the group of a failed snapshot and closes its run; the error to throw then. */
export async function failureWithoutGroup(
    context: Context,
    unsettled: Progress & Pick<Unsettled, "snapshotGroupId" | "deadline">,
    error: AppSnapshotError,
): Promise<Error> {
    const { snapshotGroupId, snapshotIds = [], deadline } = unsettled;
    try {
        await deleteGroup(context, snapshotGroupId, { snapshotIds, uploadDeadline: deadline });
        await closeRuns(context.api, [unsettled.invokeId]);
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
    { specification, runId, ownerToken, groupName, isAdopted }: Unsettled,
    group: SnapshotGroup,
): Promise<SnapshotGroup> {
    const { snapshotGroupName: name = group.name, description = group.description } = specification;
    if ((name !== groupName || isAdopted === true) && runId !== undefined) {
        // From then on it is the members that tell whose the group is.
        const tags = memberTags({ runId, ownerToken });
        if (!allBear(group, tags)) {
            const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
            await context.api.tagResources("snapshot", snapshotIds, tags);
        }
    }
    if (name === group.name && description === group.description) {
        return group;
    }
    await context.api.modifySnapshotGroup(group.snapshotGroupId, {
        ...(name === group.name ? {} : { name }),
        ...(description === group.description ? {} : { description }),
    });
    return { ...group, name, description };
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
        runId: unsettled.runId,
        ownerToken: unsettled.ownerToken,
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
