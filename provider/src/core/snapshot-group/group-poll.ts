import type { EcsApi, SnapshotGroup, SnapshotGroupFilter } from "../../cloud/ecs/api";
import { chunks } from "../../runtime/chunks";
import type { Clock } from "../../runtime/clock";
import { groupBy } from "../../runtime/group-by";
import type { SharedKey } from "../../runtime/shared";
import { type Look, SharedPoll } from "../../runtime/shared-poll";

/** A question about a group. */
export interface GroupQuestion {
    readonly api: Pick<EcsApi, "describeSnapshotGroups">;
    readonly snapshotGroupId: string;
    /** The name that it probably has; undefined if unknown. */
    readonly groupName: string | undefined;
    /** The end of the wait, in milliseconds since the epoch. */
    readonly deadline: number;
}

/** The group; undefined if no list shows it. */
export type GroupSight = SnapshotGroup | undefined;

export type GroupPoll = SharedPoll<GroupQuestion, GroupSight>;

/** The poll that all waits for groups share. */
export const groupPollKey: SharedKey<GroupPoll> = { name: "poll of snapshot groups" };

export function createGroupPoll(clock: Clock): GroupPoll {
    return new SharedPoll({ clock, look });
}

/** The ids that one request of the API takes, and the groups in one page of its answer. */
const idsPerRequest = 10;
const pageSize = 100;

type Wanted = Pick<GroupQuestion, "snapshotGroupId" | "groupName">;

/** Chooses the names by which groups are found with fewer requests than by their ids: those that many have. Pure. */
export function commonNames(wanted: readonly Wanted[]): string[] {
    return [...groupBy(wanted, ({ groupName }) => groupName)].flatMap(([name, groups]) =>
        name !== undefined && distinctIds(groups).length > idsPerRequest ? [name] : [],
    );
}

function distinctIds(wanted: readonly Wanted[]): string[] {
    return [...new Set(wanted.map(({ snapshotGroupId }) => snapshotGroupId))];
}

/** Looks at groups: at those with a common name by that name, and then at all others, and those it lacks, by id. */
async function look(questions: readonly GroupQuestion[]): Promise<Look<GroupQuestion, GroupSight>> {
    // The calls of the most patient waiter are retried for the longest time.
    const { api } = questions.reduce((a, b) => (b.deadline > a.deadline ? b : a));
    const groups = new Map<string, SnapshotGroup>();
    let requests = 0;
    const lookUp = async (filter: SnapshotGroupFilter): Promise<void> => {
        const found = await api.describeSnapshotGroups(filter);
        requests += Math.max(1, Math.ceil(found.length / pageSize));
        found.forEach((group) => groups.set(group.snapshotGroupId, group));
    };
    // What can't be found by its name is looked up by its id.
    await Promise.allSettled(commonNames(questions).map((name) => lookUp({ name })));
    const failures = new Map<string, unknown>();
    const others = distinctIds(questions).filter((id) => !groups.has(id));
    await Promise.all(
        chunks(others, idsPerRequest).map(async (snapshotGroupIds) => {
            try {
                await lookUp({ snapshotGroupIds });
            } catch (thrown) {
                snapshotGroupIds.forEach((id) => failures.set(id, thrown));
            }
        }),
    );
    return {
        stateOf: ({ snapshotGroupId }) => {
            if (failures.has(snapshotGroupId)) {
                throw failures.get(snapshotGroupId);
            }
            return groups.get(snapshotGroupId);
        },
        requests,
    };
}
