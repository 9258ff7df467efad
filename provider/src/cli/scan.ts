import { chunks } from "../runtime/chunks";
import { stackTag, unrecordedStates, isUnrecorded, type SnapshotRun } from "../core/run/run";
import { runsIn } from "../core/run/run-search";
import type { SnapshotGroup } from "../cloud/ecs/api";
import { leaseOf, leaseTagKey } from "../core/role/lease";
import { concurrentRuns } from "../core/run/concurrent-runs";
import { membersLeft } from "../core/lifecycle/run-group";
import { parsePluginOutput } from "../core/plugin/output";
import type { Context } from "../cloud/context";
import { isOwnGroup, originOf } from "../core/snapshot-group/own-group";
import {
    hasEnded,
    isAccountedFor,
    orphanOf,
    orphanRole,
    type Orphan,
    type OrphanRole,
    type RunObservation,
} from "./orphan";

/** Many runs are looked up side by side, but not so many that the API throttles the stack's updates. */
const sideBySide = 8;

/**
 * All orphans of a stack in the context's region, the newest runs first, then the roles.
 *
 * @param stack see `stackOf`.
 * @param known the ids of all that the stack's state holds.
 */
export async function scan(context: Context, stack: string, known: ReadonlySet<string>): Promise<Orphan[]> {
    const runs = await runsIn(context, stackTag(stack), [...unrecordedStates, "committed"]);
    const unsettled = runs.filter((run) => run.stack === stack && !isAccountedFor(run, known));
    const traces = await observationsOf(context, unsettled);
    const now = context.api.answeredAt();
    const left = traces.map((trace) => orphanOf(trace, context.regionId, known, now));
    return [...left.filter((orphan) => orphan !== undefined), ...(await rolesOf(context, stack))];
}

type CommandObservation = Omit<RunObservation, "group" | "members">;

async function observationsOf(context: Context, runs: readonly SnapshotRun[]): Promise<RunObservation[]> {
    const byRun = await mapInBatches(runs, async (run): Promise<CommandObservation[]> => {
        const results = await context.api.describeInvocationResults(run.invokeId);
        return run.instanceIds.map((instanceId) => {
            const result = results.find((candidate) => candidate.instanceId === instanceId);
            return { run, instanceId, result };
        });
    });
    const looked = byRun.flat();
    const reported = await reportedGroups(context, looked);
    return mapInBatches(looked, async (ended) => {
        const group = await groupOf(context, ended, reported);
        const members = group === undefined ? await membersOf(context, ended) : [];
        return { ...ended, group, members };
    });
}

/** Members of what a state may hold, or held, are looked for with their group. */
async function membersOf(context: Context, ended: CommandObservation): Promise<string[]> {
    const { run } = ended;
    return isUnrecorded(run) && hasEnded(ended, context.api.answeredAt())
        ? membersLeft(context, run.runId)
        : [];
}

/** The groups that the runs name, by their ids: whoever took one may have renamed it. */
async function reportedGroups(
    context: Context,
    looked: readonly CommandObservation[],
): Promise<ReadonlyMap<string, SnapshotGroup>> {
    const ids = looked.map(reportedId).filter((id) => id !== undefined);
    const groups =
        ids.length === 0 ? [] : await context.api.describeSnapshotGroups({ snapshotGroupIds: ids });
    return new Map(groups.map((group) => [group.snapshotGroupId, group]));
}

async function groupOf(
    context: Context,
    ended: CommandObservation,
    reported: ReadonlyMap<string, SnapshotGroup>,
): Promise<SnapshotGroup | undefined> {
    const named = reported.get(reportedId(ended) ?? "");
    if (named !== undefined && isOwnGroup(named, originOf(ended.run, ended.instanceId))) {
        return named;
    }
    if (!hasEnded(ended, context.api.answeredAt())) {
        return undefined;
    }
    const { groupName } = ended.run;
    const groups = await context.api.describeSnapshotGroups({ name: groupName });
    return groups.find((group) => isOwnGroup(group, originOf(ended.run, ended.instanceId)));
}

/** The group that the output names, which may be anybody's. */
function reportedId({ result }: CommandObservation): string | undefined {
    return result === undefined ? undefined : parsePluginOutput(result.output).snapshotGroupId;
}

async function rolesOf(context: Context, stack: string): Promise<OrphanRole[]> {
    const orphans: OrphanRole[] = [];
    for (const { instanceId, tags } of await context.api.describeInstances({ tagKey: leaseTagKey })) {
        const lease = leaseOf(tags);
        if (lease?.stack === stack && (await concurrentRuns(context, instanceId)).length === 0) {
            orphans.push(orphanRole(instanceId, lease, context.regionId, context.api.answeredAt()));
        }
    }
    return orphans;
}

async function mapInBatches<T, Result>(
    values: readonly T[],
    look: (value: T) => Promise<Result>,
): Promise<Result[]> {
    const results: Result[] = [];
    for (const piece of chunks(values, sideBySide)) {
        results.push(...(await Promise.all(piece.map(look))));
    }
    return results;
}
