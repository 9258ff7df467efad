import type { Context } from "../../cloud/context";
import type { MemberSnapshot, SnapshotGroup, Tag } from "../../cloud/ecs/api";
import { proportionalDelay } from "../../runtime/backoff";
import { poll, polling } from "../../runtime/poll";
import { runTag, runTagKey, unknownInstance } from "../run/run";
import { subsetWithDigest } from "./disk-set-digest";

/** The properties that identify the group of a run. */
export interface GroupOrigin {
    /** The instance that the plugin ran on. */
    readonly instanceId: string;
    /** The group's name that was passed to the plugin. No other run uses it. */
    readonly groupName: string;
    /** The unique id of the run; undefined if it is no longer known. */
    readonly runId: string | undefined;
    /** A digest of the disks that the group must contain, see `diskSetDigestOf`. */
    readonly diskSetDigest: string;
}

/** Returns the properties that identify the group of one of a run's instances. */
export function originOf(
    { groupName, runId, diskSetDigest }: Omit<GroupOrigin, "instanceId">,
    instanceId: string,
): GroupOrigin {
    return { instanceId, groupName, runId, diskSetDigest };
}

export interface OwnGroupSearch {
    readonly group: SnapshotGroup | undefined;
    /** The group that the plugin's output names, if it exists and can't be the run's. */
    readonly foreign: SnapshotGroup | undefined;
    /** A group that may be the run's, but is not verified to be: it may have been renamed, or a disk may be missing. */
    readonly unverified: SnapshotGroup | undefined;
}

/**
 * Tells whether a group is the one that a run created. An id in the output is not enough, because it may be that of any
 * group. Pure.
 */
export function isOwnGroup(group: SnapshotGroup, origin: GroupOrigin): boolean {
    return isOfInstance(group, origin) && (group.name === origin.groupName || hasRunTag(group, origin));
}

/** Tells whether a group is of the run's instance: by the instance it names, its members' tags, or its disks. */
function isOfInstance({ instanceId, snapshots }: SnapshotGroup, origin: GroupOrigin): boolean {
    if (instanceId !== "") {
        return instanceId === origin.instanceId;
    }
    const sources = new Set(snapshots.map(sourceInstanceOf));
    return sources.size > 0 && !sources.has(undefined)
        ? sources.size === 1 && sources.has(origin.instanceId)
        : subsetWithDigest(
              snapshots.map(({ sourceDiskId }) => sourceDiskId),
              origin.diskSetDigest,
          ) !== undefined;
}

/** Returns the source instance of a snapshot, from the tag that the cloud itself sets. */
function sourceInstanceOf({ tags }: Pick<MemberSnapshot, "tags">): string | undefined {
    return tags.find(({ key }) => key === "acs:ecs:createFrom")?.value;
}

function hasRunTag(group: SnapshotGroup, { runId }: GroupOrigin): boolean {
    return runId !== undefined && allHaveTags(group, [runTag(runId)]);
}

/** Tells whether every member of a group has these tags. */
export function allHaveTags({ snapshots }: SnapshotGroup, wanted: readonly Tag[]): boolean {
    return (
        snapshots.length > 0 &&
        snapshots.every(({ tags }) =>
            wanted.every(({ key, value }) => tags.some((tag) => tag.key === key && tag.value === value)),
        )
    );
}

export interface SearchOptions {
    /** The id in the plugin's output, if any. It is tried first. */
    readonly hint: string | undefined;
    /** The time limit of the search, which is made at least once. */
    readonly timeoutMs: number;
    /** Tries the name before the hint: one request finds the groups of all instances of a run. Default: false. */
    readonly nameFirst?: boolean;
}

/** Searches for the group of a run. */
export async function findOwnGroup(
    context: Context,
    origin: GroupOrigin,
    { hint, timeoutMs, nameFirst = false }: SearchOptions,
): Promise<OwnGroupSearch> {
    let foreign: SnapshotGroup | undefined;
    let unverified: SnapshotGroup | undefined;
    const isHinted = ({ snapshotGroupId }: SnapshotGroup): boolean => snapshotGroupId === hint;
    const isOwn = (group: SnapshotGroup): boolean => isOwnGroup(group, origin);
    const byName = (): Promise<SnapshotGroup[]> =>
        context.api.describeSnapshotGroups({ name: origin.groupName });
    const find = async (): Promise<SnapshotGroup | undefined> => {
        const listed = nameFirst ? await byName() : undefined;
        const expected = listed?.find((group) => (hint === undefined || isHinted(group)) && isOwn(group));
        if (expected !== undefined) {
            return expected;
        }
        // Tags may become visible late, so the named group is read each time.
        const hinted =
            hint === undefined ? [] : await context.api.describeSnapshotGroups({ snapshotGroupIds: [hint] });
        const named = hinted.find(isHinted);
        if (named !== undefined && isOwn(named)) {
            return named;
        }
        const withName = listed ?? (await byName());
        const own = withName.find(isOwn);
        if (own !== undefined) {
            return own;
        }
        const others = [
            ...(named === undefined ? [] : [named]),
            ...withName.filter(({ name }) => name === origin.groupName),
        ];
        unverified = others.find((group) => mayBeOwnGroup(group, origin));
        foreign = named !== undefined && !mayBeOwnGroup(named, origin) ? named : undefined;
        return undefined;
    };
    const result = await poll<SnapshotGroup>({
        look: async () => {
            const group = await find();
            return group === undefined
                ? { done: false, lastSeen: "not found" }
                : { done: true, value: group };
        },
        delay: proportionalDelay({ share: 0.25, shortestMs: 800, longestMs: 5_000 }),
        deadline: context.clock.now() + timeoutMs,
        ...polling(context),
    });
    return result.done
        ? { group: result.value, foreign: undefined, unverified: undefined }
        : { group: undefined, foreign, unverified };
}

/** Tells whether a group may be the run's: it has no other instance, and no tag of another run. */
function mayBeOwnGroup({ instanceId, snapshots }: SnapshotGroup, origin: GroupOrigin): boolean {
    return (
        ([instanceId, origin.instanceId].includes(unknownInstance) || instanceId === origin.instanceId) &&
        !snapshots.some(({ tags }) =>
            tags.some(({ key, value }) => key === runTagKey && value !== origin.runId),
        )
    );
}

/**
 * Returns the id of a group that may be the run's: an unverified one, or one that the output names and no list shows.
 * If the named one is listed and is foreign, the run's own would be listed too.
 */
export function unverifiedGroupId(
    { foreign, unverified }: OwnGroupSearch,
    hint: string | undefined,
): string | undefined {
    return unverified?.snapshotGroupId ?? (foreign === undefined ? hint : undefined);
}

/** Describes a group that is not the run's, or not verified to be, for an error. */
export function describeOtherGroup({
    foreign,
    unverified,
}: Pick<OwnGroupSearch, "foreign" | "unverified">): string | undefined {
    const other = foreign ?? unverified;
    if (other === undefined) {
        return undefined;
    }
    const { snapshotGroupId, name, instanceId } = other;
    const instance = instanceId === "" ? "an unknown instance" : `instance ${instanceId}`;
    return foreign === undefined
        ? `it is unknown whether ${snapshotGroupId} belongs to this run: it is named ${name} and was taken of ${instance}; it was left alone`
        : `the output names ${snapshotGroupId}, which does not belong to this run: it is named ${name} and was taken of ${instance}; it was left alone`;
}
