import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { assertNoGroup } from "../../core/lifecycle/assert-no-group";
import { searchTimeoutMs } from "../../core/lifecycle/run-end";
import { allMembersLeft, deleteRunGroup } from "../../core/lifecycle/run-group";
import { parsePluginOutput } from "../../core/plugin/output";
import { readLease, withdrawTemporaryRole } from "../../core/role/temporary-role";
import { concurrentRuns } from "../../core/run/concurrent-runs";
import { membersOf, type SnapshotRun } from "../../core/run/run";
import { readRunProgress } from "../../core/run/run-progress";
import { findRun } from "../../core/run/run-search";
import { closeRuns } from "../../core/run/run-state";
import { deleteSnapshots } from "../../core/snapshot-group/deletion";
import { findOwnGroup, originOf, unverifiedGroupId } from "../../core/snapshot-group/own-group";
import type { Orphan, OrphanRole } from "./orphan";

/** The orphans that may be removed in addition to those with the status "left". */
export interface RemovalOptions {
    readonly includeRecent: boolean;
    readonly includeHanded: boolean;
    readonly includeCommitted: boolean;
}

/** The result of the removal of one orphan. */
export interface Removal {
    readonly orphan: Orphan;
    readonly outcome: "removed" | "skipped" | "failed";
    readonly message: string;
}

/** Tells whether an orphan may be removed; a pure decision. */
export function isRemovable({ status }: Orphan, options: RemovalOptions): boolean {
    switch (status) {
        case "left":
            return true;
        case "recent":
            return options.includeRecent;
        case "handed":
            return options.includeHanded;
        case "retained":
            return options.includeCommitted;
        case "running":
            return false;
    }
}

/** The orphans of one search. */
export interface SearchedOrphans {
    readonly found: readonly Orphan[];
    /** Those that were removed so far. */
    readonly removed: ReadonlySet<Orphan>;
}

/**
 * Removes an orphan, unless it was adopted meanwhile. Errors are returned, so that the next removal can run.
 *
 * @param searched tells what is left on the other instances of its run. Default: that is searched for again.
 */
export async function removeOrphan(
    context: Context,
    orphan: Orphan,
    searched: SearchedOrphans = { found: [], removed: new Set() },
): Promise<Removal> {
    try {
        return orphan.kind === "ram-role"
            ? await removeRole(context, orphan)
            : await removeRun(context, orphan, searched);
    } catch (thrown) {
        const { message } = asAppSnapshotError(thrown, orphan.instanceId);
        return { orphan, outcome: "failed", message };
    }
}

async function removeRun(
    context: Context,
    orphan: Exclude<Orphan, OrphanRole>,
    searched: SearchedOrphans,
): Promise<Removal> {
    const { run } = orphan;
    if (!(await isUntouched(context, run))) {
        return adoptedMeanwhile(orphan);
    }
    switch (orphan.kind) {
        case "snapshot-group": {
            const { id: snapshotGroupId, snapshotIds } = orphan;
            await deleteRunGroup(context, {
                snapshotGroupId,
                snapshotIds,
                members: membersOf(run, orphan.instanceId),
            });
            break;
        }
        case "snapshots":
            await deleteSnapshots(context, orphan.snapshotIds);
            break;
        case "invocation": {
            const found = await remainsOfRun(context, run, orphan.instanceId);
            if (found !== undefined) {
                return {
                    orphan,
                    outcome: "skipped",
                    message: `${found} exists now: run the command again`,
                };
            }
        }
    }
    // Last, because a closed run is never looked at again.
    if (await isGoneElsewhere(context, orphan, searched)) {
        await closeRuns(context.api, [run.invokeId]);
    }
    return { orphan, outcome: "removed", message: done[orphan.kind] };
}

const done = {
    "snapshot-group": "deleted with its snapshots",
    snapshots: "deleted",
    invocation: "marked as done; nothing of it is left",
} as const;

/** Tells whether nothing of a run is known to be left on its other instances. */
async function isGoneElsewhere(
    context: Context,
    { run, instanceId }: Exclude<Orphan, OrphanRole>,
    { found, removed }: SearchedOrphans,
): Promise<boolean> {
    const parts = found.filter((other) => isPartOf(other, run));
    if (parts.some((part) => part.instanceId !== instanceId && !removed.has(part))) {
        return false;
    }
    const gone = new Set([instanceId, ...parts.map((part) => part.instanceId)]);
    for (const other of run.allInstanceIds.filter((listed) => !gone.has(listed))) {
        try {
            if ((await remainsOfRun(context, run, other)) !== undefined) {
                return false;
            }
        } catch (thrown) {
            context.log.debug(`${run.invokeId} is not closed: ${asAppSnapshotError(thrown, other).message}`);
            return false;
        }
    }
    return true;
}

function isPartOf(orphan: Orphan, { invokeId }: SnapshotRun): boolean {
    return orphan.kind !== "ram-role" && orphan.run.invokeId === invokeId;
}

/**
 * Looks again for remains of a run of which nothing was found, and names them; undefined if there are none.
 *
 * @throws AppSnapshotError AbsenceNotProved if the run named a group that may exist.
 */
async function remainsOfRun(
    context: Context,
    run: SnapshotRun,
    instanceId: string,
): Promise<string | undefined> {
    const progress = (await readRunProgress(context, run)).get(instanceId) ?? { state: "forgotten" };
    if (progress.state === "running") {
        return "its command";
    }
    const result = progress.state === "ended" ? progress.result : undefined;
    const hint = result === undefined ? undefined : parsePluginOutput(result.output).snapshotGroupId;
    const timeoutMs = searchTimeoutMs(result, context.api.answeredAt());
    const search = await findOwnGroup(context, originOf(run, instanceId), { hint, timeoutMs });
    if (search.group !== undefined) {
        return search.group.snapshotGroupId;
    }
    await assertNoGroup(context, {
        run,
        instanceId,
        result,
        unverified: unverifiedGroupId(search, hint),
    });
    const members = await allMembersLeft(context, membersOf(run, instanceId));
    return members.length === 0 ? undefined : members.join(", ");
}

/** Tells whether a run was neither adopted, which changes its owner token, nor handed over or recorded since. */
async function isUntouched(context: Context, run: SnapshotRun): Promise<boolean> {
    const { invokeId, state, ownerToken } = run;
    const now = await findRun(context, invokeId);
    return now?.state === state && now.ownerToken === ownerToken;
}

async function removeRole(context: Context, orphan: OrphanRole): Promise<Removal> {
    const { instanceId, lease } = orphan;
    const now = await readLease(context, instanceId);
    const same = now?.stack === lease.stack && now.expires === lease.expires && now.ramRoleName === orphan.id;
    if (!same || (await concurrentRuns(context, instanceId)).length > 0) {
        return adoptedMeanwhile(orphan);
    }
    const warnings = await withdrawTemporaryRole(context, instanceId, lease.ramRoleName);
    return warnings.length === 0
        ? { orphan, outcome: "removed", message: "detached" }
        : { orphan, outcome: "failed", message: warnings.join(" ") };
}

function adoptedMeanwhile(orphan: Orphan): Removal {
    return { orphan, outcome: "skipped", message: "an update adopted it meanwhile" };
}
