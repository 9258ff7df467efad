import { runTag, runTagKey } from "../run/run";
import type { MemberSnapshot, SnapshotGroup, Tag } from "../../cloud/ecs/api";
import { proportionalDelay } from "../../runtime/backoff";
import { poll, polling } from "../../runtime/poll";
import type { Context } from "../../cloud/context";
import { expectedAmong } from "./disk-set-digest";

/** What tells the group of one run of the plugin from all others. */
export interface GroupOrigin {
    /** The instance that the plugin ran on. */
    readonly instanceId: string;
    /** The name that the plugin was given for the group. No other run uses it. */
    readonly groupName: string;
    /** The unique id of the run; undefined where it is not known any more. */
    readonly runId: string | undefined;
    /** The disks that the group has to hold, see `diskSetDigestOf`. */
    readonly diskSetDigest: string;
}

/** Returns what tells the group that a run made of one of its instances. */
export function originOf(
    { groupName, runId, diskSetDigest }: Omit<GroupOrigin, "instanceId">,
    instanceId: string,
): GroupOrigin {
    return { instanceId, groupName, runId, diskSetDigest };
}

export interface OwnGroupSearch {
    readonly group: SnapshotGroup | undefined;
    /** The group that the instance named, if it is there and can't be the run's. */
    readonly foreign: SnapshotGroup | undefined;
    /** One that is not proved to be the run's, but may be: it was renamed, say, or lacks a disk. */
    readonly doubtful: SnapshotGroup | undefined;
}

/**
 * Whether a group is the one that a run made; a pure decision. What an instance prints is no proof of it: an id in
 * its output may be that of anybody's group.
 */
export function isOwnGroup(group: SnapshotGroup, origin: GroupOrigin): boolean {
    return isOfInstance(group, origin) && (group.name === origin.groupName || isMarked(group, origin));
}

/** A group does not always tell its instance; then its members do, or else its disks. */
function isOfInstance({ instanceId, snapshots }: SnapshotGroup, origin: GroupOrigin): boolean {
    if (instanceId !== "") {
        return instanceId === origin.instanceId;
    }
    const sources = new Set(snapshots.map(sourceInstanceOf));
    return sources.size > 0 && !sources.has(undefined)
        ? sources.size === 1 && sources.has(origin.instanceId)
        : expectedAmong(
              snapshots.map(({ sourceDiskId }) => sourceDiskId),
              origin.diskSetDigest,
          ) !== undefined;
}

/** The instance that the cloud itself says a snapshot was made of. */
function sourceInstanceOf({ tags }: Pick<MemberSnapshot, "tags">): string | undefined {
    return tags.find(({ key }) => key === "acs:ecs:createFrom")?.value;
}

function isMarked(group: SnapshotGroup, { runId }: GroupOrigin): boolean {
    return runId !== undefined && allBear(group, [runTag(runId)]);
}

/** Whether every member of a group has these tags. */
export function allBear({ snapshots }: SnapshotGroup, wanted: readonly Tag[]): boolean {
    return (
        snapshots.length > 0 &&
        snapshots.every(({ tags }) =>
            wanted.every(({ key, value }) => tags.some((tag) => tag.key === key && tag.value === value)),
        )
    );
}

/**
 * Looks for the group that a run made.
 *
 * @param hint the id that the instance printed, if it did: where to look first.
 * @param patience how long to look, in milliseconds; at least once in any case.
 */
export async function findOwnGroup(
    context: Context,
    origin: GroupOrigin,
    { hint, patience }: { readonly hint: string | undefined; readonly patience: number },
): Promise<OwnGroupSearch> {
    let foreign: SnapshotGroup | undefined;
    let doubtful: SnapshotGroup | undefined;
    const find = async (): Promise<SnapshotGroup | undefined> => {
        // Tags may be seen late, so the one that is named is looked at each time.
        const hinted =
            hint === undefined ? [] : await context.api.describeSnapshotGroups({ snapshotGroupIds: [hint] });
        const named = hinted.find(({ snapshotGroupId }) => snapshotGroupId === hint);
        if (named !== undefined && isOwnGroup(named, origin)) {
            return named;
        }
        const called = await context.api.describeSnapshotGroups({ name: origin.groupName });
        const own = called.find((group) => isOwnGroup(group, origin));
        if (own !== undefined) {
            return own;
        }
        const others = [
            ...(named === undefined ? [] : [named]),
            ...called.filter(({ name }) => name === origin.groupName),
        ];
        doubtful = others.find((group) => mayBeOwn(group, origin));
        foreign = named !== undefined && !mayBeOwn(named, origin) ? named : undefined;
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
        deadline: context.clock.now() + patience,
        ...polling(context),
    });
    return result.done
        ? { group: result.value, foreign: undefined, doubtful: undefined }
        : { group: undefined, foreign, doubtful };
}

/** Whether nothing tells that a group is not the run's: another instance, or the mark of another run. */
function mayBeOwn({ instanceId, snapshots }: SnapshotGroup, origin: GroupOrigin): boolean {
    return (
        (instanceId === "" || instanceId === origin.instanceId) &&
        !snapshots.some(({ tags }) =>
            tags.some(({ key, value }) => key === runTagKey && value !== origin.runId),
        )
    );
}

/**
 * The group that may be a run's after all: it is not proved to be, or it was named and no list shows it. That a list
 * shows what was named, and that is another's, proves that the run's own would be shown.
 */
export function doubtfulIn(
    { foreign, doubtful }: OwnGroupSearch,
    hint: string | undefined,
): string | undefined {
    return doubtful?.snapshotGroupId ?? (foreign === undefined ? hint : undefined);
}

/** What was seen of a group that is not the run's, or not proved to be, for an error. */
export function describeOther({
    foreign,
    doubtful,
}: Pick<OwnGroupSearch, "foreign" | "doubtful">): string | undefined {
    const other = foreign ?? doubtful;
    if (other === undefined) {
        return undefined;
    }
    const { snapshotGroupId, name, instanceId } = other;
    const instance = instanceId === "" ? "an unknown instance" : `instance ${instanceId}`;
    return foreign === undefined
        ? `it is unknown whether ${snapshotGroupId} belongs to this run: it is named ${name} and was taken of ${instance}; it was left alone`
        : `the output names ${snapshotGroupId}, which does not belong to this run: it is named ${name} and was taken of ${instance}; it was left alone`;
}
