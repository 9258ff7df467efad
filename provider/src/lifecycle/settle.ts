import { memberTags } from "../cloud-assistant/run";
import { closeRuns } from "../cloud-assistant/run-state";
import type { SnapshotGroup } from "../ecs/api";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { circumstancesOf, type Circumstances } from "../errors/circumstances";
import { ownErrors } from "../errors/own-errors";
import type { SnapshotSpecification } from "../inputs/specification";
import { phrases, printed, saying } from "../plugin/words";
import type { Context } from "../runtime/context";
import { warnAll } from "../runtime/logger";
import {
    admitted,
    lackOf,
    prove,
    satisfies,
    type Expectation,
    type Proof,
} from "../snapshot-group/consistency";
import { waitForGroup } from "../snapshot-group/group";
import { allBear } from "../snapshot-group/own-group";
import { notProved, remainsOf } from "../snapshot-group/remains";
import { groupOutputs, withoutUndefined, type SnapshotOutputs } from "./outputs";
import { wordsIn, type RunEvidence } from "./evidence";
import { deleteRunGroup } from "./run-group";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot, type Progress } from "./unfinished";

/** Cleaning up after a failure must not hold back the failure itself for longer. */
export const cleanupMilliseconds = 90_000;

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
    const { isDegraded, warnings } = await verdictOn(context, unsettled, group);
    const named = await resumable(unsettled, () => nameGroup(context, unsettled, group));
    if (unsettled.evidence.scriptOutput !== "secret") {
        printed(unsettled.evidence).forEach((words) => {
            context.log.info(words);
        });
    }
    return {
        ...outputsOf(context, unsettled, named),
        ...(isDegraded ? { degraded: true } : {}),
        warnings: [...unsettled.warnings, ...warnings],
    };
}

/** Whatever fails in `task`, the group is there and a later update can go on with it. */
async function resumable<T>(unsettled: Unsettled, task: () => Promise<T>): Promise<T> {
    try {
        return await task();
    } catch (thrown) {
        if (thrown instanceof UnfinishedSnapshot) {
            throw thrown;
        }
        const reason = asAppSnapshotError(thrown, unsettled.specification.instanceId);
        throw new UnfinishedSnapshot(unsettled, "settling", reason);
    }
}

async function usableGroup(context: Context, unsettled: Unsettled): Promise<SnapshotGroup> {
    const { specification, snapshotGroupId, deadline } = unsettled;
    const { instanceId, waitFor } = specification;
    const lacks = (group: SnapshotGroup) => lackOf(group, expectationOf(unsettled));
    const waited = await resumable(unsettled, async () => {
        try {
            return await waitForGroup(context, snapshotGroupId, { waitFor, deadline, lacks });
        } catch (thrown) {
            throw await givenUpIfGone(context, unsettled, thrown);
        }
    });
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

/** A group that does not show up is given up only if it is proved to be gone: the next update takes a new one then. */
async function givenUpIfGone(context: Context, unsettled: Unsettled, thrown: unknown): Promise<unknown> {
    const { snapshotGroupId, specification, snapshotIds = [] } = unsettled;
    if (!(thrown instanceof AppSnapshotError && thrown.code === ownErrors.GroupNotFound.code)) {
        return thrown;
    }
    const remains = await remainsOf(context, { snapshotGroupId, snapshotIds });
    if (remains.kind !== "unknown") {
        return new UnfinishedSnapshot(
            unsettled,
            "failed",
            thrown.with({ instanceId: specification.instanceId }),
        );
    }
    return notProved(remains.why, thrown.resources);
}

function expectationOf({ specification, disks, diskIds, saysFilesystemOnly }: Unsettled): Expectation {
    return {
        required: specification.requiredConsistency,
        disks,
        diskIds,
        excludeDiskIds: specification.excludeDiskIds,
        pluginSaysFilesystemOnly: saysFilesystemOnly,
    };
}

/** What is to be warned of, where the program accepts that the group falls short; otherwise the group is deleted. */
async function verdictOn(
    context: Context,
    unsettled: Unsettled,
    group: SnapshotGroup,
): Promise<{ readonly isDegraded: boolean; readonly warnings: readonly string[] }> {
    const { specification, snapshotGroupId, evidence } = unsettled;
    const proof = prove(group, expectationOf(unsettled));
    const { shortfalls, surplus } = proof;
    const isDegraded = shortfalls.length > 0;
    if (isDegraded && specification.onDegraded === "fail") {
        const error = new AppSnapshotError(ownErrors.Degraded, {
            instanceId: specification.instanceId,
            detail: phrases(...shortfalls, saying(wordsIn(evidence), evidence.scriptOutput)),
            resources: { invokeId: unsettled.invokeId },
            circumstances: circumstancesOfShortfall(unsettled, proof),
        });
        throw await shortfall(context, withMembers(unsettled, group), error);
    }
    const warnings = [
        ...(isDegraded
            ? [`${snapshotGroupId} does not meet the requirements: ${shortfalls.join("; ")}.`]
            : []),
        ...(surplus.length === 0
            ? []
            : [`${snapshotGroupId} contains more than was requested: ${surplus.join("; ")}.`]),
    ];
    warnAll(context.log, warnings);
    return { isDegraded, warnings };
}

/** Scripts and writers have to do with consistency, not with disks. Less consistency helps where nothing else is amiss. */
function circumstancesOfShortfall(
    { specification, system }: Unsettled,
    { consistency, shortfalls }: Proof,
): Circumstances {
    const circumstances = circumstancesOf(specification, system);
    return satisfies(consistency, specification.requiredConsistency)
        ? {
              ...circumstances,
              ...{ linux: false, windows: false, scriptsByPath: false, scriptsDelivered: false },
              mayRequireLess: false,
          }
        : {
              ...circumstances,
              mayRequireLess:
                  circumstances.mayRequireLess && consistency === "filesystem" && shortfalls.length === 1,
          };
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

/**
 * Deletes the group of a failed snapshot and closes its run; the error to throw then. What takes too long is left in
 * the state: the next update, or a destroy, goes on with it.
 */
export async function failureWithoutGroup(
    context: Context,
    unsettled: Progress & Pick<Unsettled, "snapshotGroupId">,
    error: AppSnapshotError,
): Promise<Error> {
    const { snapshotGroupId, snapshotIds = [], runId, invokeId } = unsettled;
    const hurried = context.until(context.clock.now() + cleanupMilliseconds);
    try {
        const within = cleanupMilliseconds;
        await deleteRunGroup(hurried, { snapshotGroupId, snapshotIds, runId }, { within });
        // One that stays open is closed by the next run, which finds nothing of it.
        await closeRuns(hurried.api, [invokeId]).catch((thrown: unknown) => {
            context.log.debug(`${invokeId} is not closed: ${asAppSnapshotError(thrown).message}`);
        });
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
            detail: `last seen: ${seen}`,
            resources: { snapshotGroupId: unsettled.snapshotGroupId, invokeId: unsettled.invokeId },
        }),
    );
}
