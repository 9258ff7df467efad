import type { Context } from "../../cloud/context";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { membersLeft } from "../../core/lifecycle/run-group";
import { parsePluginOutput } from "../../core/plugin/output";
import { leaseOf, leaseTagKey } from "../../core/role/lease";
import { concurrentRuns } from "../../core/run/concurrent-runs";
import { isUnrecorded, membersOf, type SnapshotRun, stackTag, unrecordedStates } from "../../core/run/run";
import { runsInStates } from "../../core/run/run-search";
import { isOwnGroup, originOf } from "../../core/snapshot-group/own-group";
import { mapConcurrently } from "../../runtime/map-concurrently";
import {
    hasEnded,
    isAccountedFor,
    type Orphan,
    orphanOf,
    type OrphanRole,
    orphanRole,
    type RunObservation,
} from "./orphan";

/** The number of parallel lookups, small enough that the API does not throttle the stack's updates. */
const parallelLookups = 8;

/**
 * Returns all orphans of a stack in the context's region: those of the newest runs first, then the roles.
 *
 * @param stack the stack's hash, see `stackOf`.
 * @param known the ids that the stack's state contains.
 */
export async function scan(context: Context, stack: string, known: ReadonlySet<string>): Promise<Orphan[]> {
    const runs = await runsInStates(context, stackTag(stack), [...unrecordedStates, "committed"]);
    const unaccounted = runs.filter((run) => run.stack === stack && !isAccountedFor(run, known));
    const observations = await observationsOf(context, unaccounted);
    const now = context.api.answeredAt();
    const left = observations.map((observation) => orphanOf(observation, context.regionId, known, now));
    return [...left.filter((orphan) => orphan !== undefined), ...(await rolesOf(context, stack))];
}

type CommandObservation = Omit<RunObservation, "group" | "members">;

async function observationsOf(context: Context, runs: readonly SnapshotRun[]): Promise<RunObservation[]> {
    const byRun = await mapConcurrently(runs, parallelLookups, async (run): Promise<CommandObservation[]> => {
        const results = await context.api.describeInvocationResults(run.invokeId);
        return run.instanceIds.map((instanceId) => {
            const result = results.find((candidate) => candidate.instanceId === instanceId);
            return { run, instanceId, result };
        });
    });
    const commands = byRun.flat();
    const reported = await reportedGroups(context, commands);
    return mapConcurrently(commands, parallelLookups, async (command) => {
        const group = await groupOf(context, command, reported);
        const members = group === undefined ? await leftMembers(context, command) : [];
        return { ...command, group, members };
    });
}

/** Returns the members that an unrecorded run left without their group. */
async function leftMembers(context: Context, command: CommandObservation): Promise<string[]> {
    const { run, instanceId } = command;
    return isUnrecorded(run) && hasEnded(command, context.api.answeredAt())
        ? membersLeft(context, membersOf(run, instanceId))
        : [];
}

/** Returns the groups that the runs report, by their ids, because a group may have been renamed. */
async function reportedGroups(
    context: Context,
    commands: readonly CommandObservation[],
): Promise<ReadonlyMap<string, SnapshotGroup>> {
    const ids = commands.map(reportedId).filter((id) => id !== undefined);
    const groups =
        ids.length === 0 ? [] : await context.api.describeSnapshotGroups({ snapshotGroupIds: ids });
    return new Map(groups.map((group) => [group.snapshotGroupId, group]));
}

async function groupOf(
    context: Context,
    command: CommandObservation,
    reported: ReadonlyMap<string, SnapshotGroup>,
): Promise<SnapshotGroup | undefined> {
    const named = reported.get(reportedId(command) ?? "");
    if (named !== undefined && isOwnGroup(named, originOf(command.run, command.instanceId))) {
        return named;
    }
    if (!hasEnded(command, context.api.answeredAt())) {
        return undefined;
    }
    const { groupName } = command.run;
    const groups = await context.api.describeSnapshotGroups({ name: groupName });
    return groups.find((group) => isOwnGroup(group, originOf(command.run, command.instanceId)));
}

/** Returns the id of the group that the output names, which may belong to another run. */
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
