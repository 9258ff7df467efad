import { asAppSnapshotError } from "../../cloud/ecs/thrown";
import { resourceTag } from "../run/run";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { ApiCallError } from "../../cloud/ecs/api-error";
import type { SnapshotInputs } from "../inputs/inputs";
import { contextIn, type Context } from "../../cloud/context";
import { warnAll } from "../../runtime/logger";
import { requestDeletion } from "../snapshot-group/deletion";
import { allHaveTags } from "../snapshot-group/own-group";
import { remainsOf } from "../snapshot-group/remains";
import type { CreateRequest } from "./create-request";
import type { EarlierGroup, SnapshotOutputs } from "./outputs";
import { isOwner, findOwnRun } from "./ownership";

/*
 * Which snapshot groups a resource took before, it knows from its own state alone: the engine shows that before it
 * replaces the resource, whatever became of its name, its instance or its region meanwhile.
 */

/** The groups that a resource had before the one that it is about to have. */
export interface History {
    /** The newest first. */
    readonly earlier: readonly EarlierGroup[];
    /** Whether no state tells of them: the resource was replaced by force, or never counted them. */
    readonly isIncomplete: boolean;
}

/** @param predecessor the state of the resource that is replaced, if the engine showed one. */
export function historyFor({ keepLast }: SnapshotInputs, predecessor: SnapshotOutputs | undefined): History {
    const own = keepLast === undefined ? undefined : groupIn(predecessor);
    return {
        earlier: [...(own === undefined ? [] : [own]), ...(predecessor?.earlierSnapshotGroups ?? [])],
        isIncomplete: predecessor?.earlierSnapshotGroups === undefined,
    };
}

/** The group that a state holds. */
function groupIn(state: SnapshotOutputs | undefined): EarlierGroup | undefined {
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
 * Which of a resource's groups are too many; a pure decision. Those that fell short count for nothing: they neither
 * take the place of a good one nor stay beyond the last good one that is kept.
 *
 * @param groups the newest first.
 */
export function excessGroups(groups: readonly EarlierGroup[], count: number): EarlierGroup[] {
    let good = 0;
    return groups.filter((group) => {
        const tooMany = good >= count;
        good += group.degraded ? 0 : 1;
        return tooMany;
    });
}

/**
 * Adds the history of a resource to what was just taken. What was to be deleted before, and was not, is asked for
 * once more; for what the new one makes too many it is too early: no state holds that yet.
 */
export async function keepLast(
    context: Context,
    { inputs, resource }: Pick<CreateRequest, "inputs" | "resource">,
    taken: SnapshotOutputs,
    { earlier, isIncomplete }: History,
): Promise<SnapshotOutputs> {
    const others = earlier.filter(({ snapshotGroupId }) => snapshotGroupId !== taken.snapshotGroupId);
    if (inputs.keepLast === undefined) {
        return others.length === 0 ? taken : { ...taken, earlierSnapshotGroups: others };
    }
    const known = earlier.map(({ snapshotGroupId }) => snapshotGroupId);
    const unknown = isIncomplete ? await unlistedGroupWarnings(context, resource, taken, known) : [];
    await markMembers(context, resource, taken);
    const { left, warnings } = await deleteExcess(context, [], others, inputs.keepLast);
    const all = [...unknown, ...warnings];
    warnAll(context.log, all);
    return { ...taken, earlierSnapshotGroups: left, warnings: [...(taken.warnings ?? []), ...all] };
}

/** What came of the deletion of those that are too many. */
interface Deletion {
    /** Those that are there still, as far as is known. */
    readonly left: readonly EarlierGroup[];
    /** Of how many the deletion was requested. */
    readonly requested: number;
    readonly warnings: readonly string[];
}

/**
 * Asks for the deletion of all groups beyond the last ones, once the state holds the newest. What can't be done is
 * left to the next create or update.
 */
export async function deleteSuperseded(
    context: Context,
    state: SnapshotOutputs,
    count: number,
): Promise<Deletion> {
    const current = groupIn(state);
    const earlier = (state.earlierSnapshotGroups ?? []).filter(
        ({ snapshotGroupId }) => snapshotGroupId !== state.snapshotGroupId,
    );
    return current === undefined || earlier.length === 0
        ? { left: earlier, requested: 0, warnings: [] }
        : deleteExcess(context, [current], earlier, count);
}

/** @param current what is kept in any case and counts, if it is good. */
async function deleteExcess(
    context: Context,
    current: readonly EarlierGroup[],
    earlier: readonly EarlierGroup[],
    count: number,
): Promise<Deletion> {
    // There can be none too many.
    if (current.length + earlier.length <= count) {
        return { left: earlier, requested: 0, warnings: [] };
    }
    let requested = 0;
    try {
        const there = await existingGroups(context, earlier);
        const gone = new Set<EarlierGroup>();
        const warnings: string[] = [];
        for (const group of excessGroups([...current, ...there], count).filter((one) => !current.includes(one))) {
            const { progress, problem } = await deleteOne(context, group);
            requested += progress === "requested" ? 1 : 0;
            if (progress === "gone") {
                gone.add(group);
            }
            if (problem !== undefined) {
                warnings.push(problem);
            }
        }
        return { left: there.filter((group) => !gone.has(group)), requested, warnings };
    } catch (thrown) {
        const { message } = asAppSnapshotError(thrown);
        return {
            left: earlier,
            requested,
            warnings: [`The search for older snapshot groups failed: ${message}`],
        };
    }
}

/** Those of which there is anything: what somebody deleted must not count, nor what is not whole, or not to be seen. */
async function existingGroups(context: Context, groups: readonly EarlierGroup[]): Promise<EarlierGroup[]> {
    const there = new Set<string>();
    const incomplete = new Set<string>();
    for (const regionId of new Set(groups.map((group) => group.regionId))) {
        const ids = groups
            .filter((group) => group.regionId === regionId)
            .map((group) => group.snapshotGroupId);
        const region = contextIn(context, regionId);
        for (const group of await region.api.describeSnapshotGroups({ snapshotGroupIds: ids })) {
            there.add(group.snapshotGroupId);
        }
        // A member that an image or a disk holds may outlive its group; and what is not listed may be there still.
        for (const group of groups.filter(
            (one) => one.regionId === regionId && !there.has(one.snapshotGroupId),
        )) {
            if ((await remainsOf(region, group)).kind !== "gone") {
                incomplete.add(group.snapshotGroupId);
            }
        }
    }
    return groups
        .filter(({ snapshotGroupId: id }) => there.has(id) || incomplete.has(id))
        .map((group) => (there.has(group.snapshotGroupId) ? group : { ...group, degraded: true }));
}

async function deleteOne(
    context: Context,
    { snapshotGroupId, regionId, snapshotIds, invokeId, ownerToken }: EarlierGroup,
): Promise<{ readonly progress: "requested" | "later" | "gone"; readonly problem?: string }> {
    try {
        const region = contextIn(context, regionId);
        const ownership = { snapshotGroupId, invokeId, ownerToken };
        if (!(await isOwner(region, ownership, await findOwnRun(region, ownership)))) {
            // It counts for nothing here any more.
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

/** So that they can be named where the engine does not show them. */
async function markMembers(context: Context, resource: string, taken: SnapshotOutputs): Promise<void> {
    try {
        const snapshotIds = taken.snapshots?.map(({ snapshotId }) => snapshotId) ?? [];
        await context.api.tagResources("snapshot", snapshotIds, [resourceTag(resource)]);
    } catch (thrown) {
        context.log.debug(
            `${taken.snapshotGroupId ?? ""} is not marked: ${asAppSnapshotError(thrown).message}`,
        );
    }
}

/** The groups that the resource took before, where the engine does not tell of them: they stay, and are named. */
async function unlistedGroupWarnings(
    context: Context,
    resource: string,
    taken: SnapshotOutputs,
    known: readonly string[],
): Promise<string[]> {
    const { instanceId = "", snapshotGroupId } = taken;
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
        const why = thrown instanceof ApiCallError ? thrown.message : asAppSnapshotError(thrown).message;
        return [
            `It is unknown whether the resource has older snapshot groups, which keepLast no longer counts: ${why}`,
        ];
    }
}
