import { type Context, contextIn } from "../../cloud/context";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import type { SnapshotInputs } from "../inputs/inputs";
import { resourceTag } from "../run/run";
import { requestDeletion } from "../snapshot-group/deletion";
import { allHaveTags } from "../snapshot-group/own-group";
import { remainsOf } from "../snapshot-group/remains";
import type { CreateRequest } from "./create-request";
import type { EarlierGroup, FinishedOutputs, SnapshotOutputs } from "./outputs";
import { findOwnRun, isOwner } from "./ownership";

/*
 * A resource knows its earlier snapshot groups only from its state. The engine shows that before it replaces the
 * resource, even if its name, instance or region has changed.
 */

/** The groups that a resource had before its next one. */
export interface History {
    /** The newest first. */
    readonly earlier: readonly EarlierGroup[];
    /** True if no state lists the earlier groups: after a forced replacement, or because `keepLast` is new. */
    readonly isIncomplete: boolean;
}

/** Returns the history for a resource's next group, from the state that is replaced, if the engine has shown one. */
export function historyFor({ keepLast }: SnapshotInputs, predecessor: SnapshotOutputs | undefined): History {
    const own = keepLast === undefined ? undefined : groupOf(predecessor);
    return {
        earlier: [...(own === undefined ? [] : [own]), ...(predecessor?.earlierSnapshotGroups ?? [])],
        isIncomplete: predecessor?.earlierSnapshotGroups === undefined,
    };
}

/** Returns the group that a state holds. */
function groupOf(state: SnapshotOutputs | undefined): EarlierGroup | undefined {
    const { snapshotGroupId, regionId, invokeId, ownerToken, pending, missingSnapshotIds = [] } = state ?? {};
    if (snapshotGroupId === undefined || regionId === undefined) {
        return undefined;
    }
    return {
        snapshotGroupId,
        regionId,
        ...(invokeId === undefined ? {} : { invokeId }),
        ...(ownerToken === undefined ? {} : { ownerToken }),
        consistency: state?.consistency ?? "crash",
        degraded: state?.degraded === true || pending !== undefined || missingSnapshotIds.length > 0,
        snapshotIds:
            state?.snapshots?.map(({ snapshotId }) => snapshotId) ?? pending?.snapshotIds?.slice() ?? [],
    };
}

/**
 * Returns the groups beyond the number to keep. Degraded groups don't count: they neither take the place of a good one
 * nor stay after the last good one that is kept. Pure.
 *
 * @param groups the groups of a resource, the newest first.
 */
export function excessGroups(groups: readonly EarlierGroup[], count: number): EarlierGroup[] {
    let good = 0;
    return groups.filter((group) => {
        const isExcess = good >= count;
        good += group.degraded ? 0 : 1;
        return isExcess;
    });
}

/**
 * Adds the history of a resource to a new snapshot, and requests failed deletions again. A group that only the new one
 * makes excess is not deleted yet, because no state holds the new one.
 */
export async function keepLast(
    context: Context,
    { inputs, resource }: Pick<CreateRequest, "inputs" | "resource">,
    taken: FinishedOutputs,
    { earlier, isIncomplete }: History,
): Promise<FinishedOutputs> {
    const others = earlier.filter(({ snapshotGroupId }) => snapshotGroupId !== taken.snapshotGroupId);
    if (inputs.keepLast === undefined) {
        return others.length === 0 ? taken : { ...taken, earlierSnapshotGroups: others };
    }
    const known = earlier.map(({ snapshotGroupId }) => snapshotGroupId);
    const unlisted = isIncomplete ? await unlistedGroupWarnings(context, resource, taken, known) : [];
    await tagMembersWithResource(context, resource, taken);
    const { left, warnings } = await deleteExcess(context, [], others, inputs.keepLast);
    const retentionWarnings = [...unlisted, ...warnings];
    warnAll(context.log, retentionWarnings);
    return {
        ...taken,
        earlierSnapshotGroups: left,
        warnings: [...(taken.warnings ?? []), ...retentionWarnings],
    };
}

/** The outcome of deleting excess groups. */
interface Deletion {
    /** The groups that still exist, as far as is known. */
    readonly left: readonly EarlierGroup[];
    /** The number of requested deletions. */
    readonly requested: number;
    readonly warnings: readonly string[];
}

/**
 * Requests the deletion of all excess groups once the state holds the newest. Failed deletions are left to the next
 * create or update.
 */
export async function deleteSuperseded(
    context: Context,
    state: SnapshotOutputs,
    count: number,
): Promise<Deletion> {
    const current = groupOf(state);
    const earlier = (state.earlierSnapshotGroups ?? []).filter(
        ({ snapshotGroupId }) => snapshotGroupId !== state.snapshotGroupId,
    );
    return current === undefined || earlier.length === 0
        ? { left: earlier, requested: 0, warnings: [] }
        : deleteExcess(context, [current], earlier, count);
}

/** Requests the deletion of the excess groups. The current one is never deleted, and counts unless it is degraded. */
async function deleteExcess(
    context: Context,
    current: readonly EarlierGroup[],
    earlier: readonly EarlierGroup[],
    count: number,
): Promise<Deletion> {
    if (current.length + earlier.length <= count) {
        return { left: earlier, requested: 0, warnings: [] };
    }
    let requested = 0;
    try {
        const found = await existingGroups(context, earlier);
        const gone = new Set<EarlierGroup>();
        const warnings: string[] = [];
        const excess = excessGroups([...current, ...found], count);
        for (const group of excess.filter((one) => !current.includes(one))) {
            const { progress, problem } = await deleteOne(context, group);
            requested += progress === "requested" ? 1 : 0;
            if (progress === "gone") {
                gone.add(group);
            }
            if (problem !== undefined) {
                warnings.push(problem);
            }
        }
        return { left: found.filter((group) => !gone.has(group)), requested, warnings };
    } catch (thrown) {
        const { message } = asAppSnapshotError(thrown);
        return {
            left: earlier,
            requested,
            warnings: [`The search for older snapshot groups failed: ${message}`],
        };
    }
}

/** Returns the groups that exist at least in part; incomplete and unlisted ones don't count, so they are degraded. */
async function existingGroups(context: Context, groups: readonly EarlierGroup[]): Promise<EarlierGroup[]> {
    const listed = new Set<string>();
    const incomplete = new Set<string>();
    for (const regionId of new Set(groups.map((group) => group.regionId))) {
        const ids = groups
            .filter((group) => group.regionId === regionId)
            .map((group) => group.snapshotGroupId);
        const region = contextIn(context, regionId);
        for (const group of await region.api.describeSnapshotGroups({ snapshotGroupIds: ids })) {
            listed.add(group.snapshotGroupId);
        }
        // A member that an image or a disk holds may outlive its group, and an unlisted group may still exist.
        for (const group of groups.filter(
            (one) => one.regionId === regionId && !listed.has(one.snapshotGroupId),
        )) {
            if ((await remainsOf(region, group)).kind !== "gone") {
                incomplete.add(group.snapshotGroupId);
            }
        }
    }
    return groups
        .filter(({ snapshotGroupId: id }) => listed.has(id) || incomplete.has(id))
        .map((group) => (listed.has(group.snapshotGroupId) ? group : { ...group, degraded: true }));
}

async function deleteOne(
    context: Context,
    { snapshotGroupId, regionId, snapshotIds, invokeId, ownerToken }: EarlierGroup,
): Promise<{ readonly progress: "requested" | "later" | "gone"; readonly problem?: string }> {
    try {
        const region = contextIn(context, regionId);
        const ownership = { snapshotGroupId, invokeId, ownerToken };
        if (!(await isOwner(region, ownership, await findOwnRun(region, ownership)))) {
            // It no longer belongs to this resource.
            const problem = `The older snapshot group ${snapshotGroupId} is left alone: another resource adopted it.`;
            return { progress: "gone", problem };
        }
        const progress = await requestDeletion(region, snapshotGroupId, snapshotIds);
        if (progress === "requested") {
            context.log.info(`deleting ${snapshotGroupId}, which keepLast does not keep`);
        }
        return { progress };
    } catch (thrown) {
        const { message } = asAppSnapshotError(thrown);
        return {
            progress: "later",
            problem: `The older snapshot group ${snapshotGroupId} could not be deleted: ${message}`,
        };
    }
}

/** Tags the members with their resource, so that a forced replacement can name the groups. */
async function tagMembersWithResource(
    context: Context,
    resource: string,
    taken: FinishedOutputs,
): Promise<void> {
    try {
        const snapshotIds = taken.snapshots.map(({ snapshotId }) => snapshotId);
        await context.api.tagResources("snapshot", snapshotIds, [resourceTag(resource)]);
    } catch (thrown) {
        context.log.debug(`${taken.snapshotGroupId} is not marked: ${asAppSnapshotError(thrown).message}`);
    }
}

/** Returns a warning that names the resource's earlier groups that no state lists; they stay. */
async function unlistedGroupWarnings(
    context: Context,
    resource: string,
    taken: FinishedOutputs,
    known: readonly string[],
): Promise<string[]> {
    const { instanceId, snapshotGroupId } = taken;
    try {
        const groups = await context.api.describeSnapshotGroups({ instanceId });
        const ids = groups
            .filter((group) => ![snapshotGroupId, ...known].includes(group.snapshotGroupId))
            .filter((group: SnapshotGroup) => allHaveTags(group, [resourceTag(resource)]))
            .map((group) => group.snapshotGroupId);
        return ids.length === 0
            ? []
            : [
                  `keepLast starts counting again, because no state lists the earlier snapshots of the resource (for example after a forced replacement). These snapshot groups remain: ${ids.join(", ")}. ` +
                      "Delete them yourself if they are not needed.",
              ];
    } catch (thrown) {
        const { message } = thrown instanceof ApiCallError ? thrown : asAppSnapshotError(thrown);
        return [
            `It is unknown whether the resource has older snapshot groups, which keepLast no longer counts: ${message}`,
        ];
    }
}
