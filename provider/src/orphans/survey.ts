import { stackTag, type SnapshotRun } from "../cloud-assistant/run";
import { runsWith } from "../cloud-assistant/run-search";
import { chunks } from "../ecs/paging";
import type { SnapshotGroup } from "../ecs/api";
import { leaseOf, leaseTagKey } from "../instance/lease";
import { runningSnapshots } from "../instance/occupancy";
import { parsePluginOutput } from "../plugin/output";
import type { Context } from "../runtime/context";
import { isOwnGroup } from "../snapshot-group/own-group";
import {
    hasEnded,
    isSettled,
    orphanOf,
    orphanRole,
    type Orphan,
    type OrphanRole,
    type Trace,
} from "./orphan";

/** Many runs are looked up side by side, but not so many that the API throttles the stack's updates. */
const sideBySide = 8;

/**
 * All orphans of a stack in the context's region, the newest runs first, then the roles.
 *
 * @param stack see `stackOf`.
 * @param known the ids of all that the stack's state holds.
 */
export async function survey(context: Context, stack: string, known: ReadonlySet<string>): Promise<Orphan[]> {
    const runs = await runsWith(context, [stackTag(stack)]);
    const unsettled = runs.filter((run) => run.stack === stack && !isSettled(run, known));
    const traces = await tracesOf(context, unsettled);
    const now = timeOf(context);
    const left = traces.map((trace) => orphanOf(trace, context.regionId, known, now));
    return [...left.filter((orphan) => orphan !== undefined), ...(await rolesOf(context, stack))];
}

/** The cloud's own time, which its other times are compared with. */
function timeOf({ api, clock }: Context): number {
    return api.answeredAt() ?? clock.now();
}

type Ended = Omit<Trace, "group">;

async function tracesOf(context: Context, runs: readonly SnapshotRun[]): Promise<Trace[]> {
    const looked = await each(runs, async (run): Promise<Ended> => {
        const results = await context.api.describeInvocationResults(run.invokeId);
        return { run, result: results.find((result) => result.instanceId === run.instanceId) };
    });
    const reported = await reportedGroups(context, looked);
    return each(looked, async (ended) => ({ ...ended, group: await groupOf(context, ended, reported) }));
}

/** The groups that the runs name, by their ids: whoever took one may have renamed it. */
async function reportedGroups(
    context: Context,
    looked: readonly Ended[],
): Promise<ReadonlyMap<string, SnapshotGroup>> {
    const ids = looked.map(reportedId).filter((id) => id !== undefined);
    const groups =
        ids.length === 0 ? [] : await context.api.describeSnapshotGroups({ snapshotGroupIds: ids });
    return new Map(groups.map((group) => [group.snapshotGroupId, group]));
}

async function groupOf(
    context: Context,
    ended: Ended,
    reported: ReadonlyMap<string, SnapshotGroup>,
): Promise<SnapshotGroup | undefined> {
    const named = reported.get(reportedId(ended) ?? "");
    if (named !== undefined && isOwnGroup(named, ended.run)) {
        return named;
    }
    if (!hasEnded(ended, timeOf(context))) {
        return undefined;
    }
    const { groupName } = ended.run;
    const groups = await context.api.describeSnapshotGroups({ name: groupName });
    return groups.find((group) => isOwnGroup(group, ended.run));
}

/** The group that the output names, which may be anybody's. */
function reportedId({ result }: Ended): string | undefined {
    return result === undefined ? undefined : parsePluginOutput(result.output).snapshotGroupId;
}

async function rolesOf(context: Context, stack: string): Promise<OrphanRole[]> {
    const orphans: OrphanRole[] = [];
    for (const { instanceId, tags } of await context.api.describeInstances({ tagKey: leaseTagKey })) {
        const lease = leaseOf(tags);
        if (lease?.stack === stack && (await runningSnapshots(context, instanceId)).length === 0) {
            orphans.push(orphanRole(instanceId, lease, context.regionId, context.clock.now()));
        }
    }
    return orphans;
}

async function each<T, Result>(values: readonly T[], look: (value: T) => Promise<Result>): Promise<Result[]> {
    const results: Result[] = [];
    for (const piece of chunks(values, sideBySide)) {
        results.push(...(await Promise.all(piece.map(look))));
    }
    return results;
}
