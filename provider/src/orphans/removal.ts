import type { SnapshotRun } from "../cloud-assistant/run";
import { runBy } from "../cloud-assistant/run-search";
import { closeRuns } from "../cloud-assistant/run-state";
import { runningSnapshots } from "../instance/occupancy";
import { leaseOn, withdrawTemporaryRole } from "../lifecycle/temporary-role";
import { asAppSnapshotError } from "../lifecycle/thrown";
import type { Context } from "../runtime/context";
import { deleteGroup } from "../snapshot-group/deletion";
import type { Orphan, OrphanRole } from "./orphan";

/** Which orphans may be removed besides those that are left for certain. */
export interface RemovalOptions {
    readonly includeRecent: boolean;
    readonly includeHanded: boolean;
    readonly includeCommitted: boolean;
}

/** What became of one orphan. */
export interface Removal {
    readonly orphan: Orphan;
    readonly outcome: "removed" | "skipped" | "failed";
    readonly message: string;
}

/** Whether an orphan may be removed; a pure decision. */
export function isRemovable({ standing }: Orphan, options: RemovalOptions): boolean {
    switch (standing) {
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

/**
 * Removes an orphan, unless somebody adopted it since it was found. Nothing that goes wrong is thrown, so that the
 * others can go on.
 */
export async function removeOrphan(context: Context, orphan: Orphan): Promise<Removal> {
    try {
        return orphan.kind === "ram-role"
            ? await removeRole(context, orphan)
            : await removeRun(context, orphan);
    } catch (thrown) {
        const { message } = asAppSnapshotError(thrown, orphan.instanceId);
        return { orphan, outcome: "failed", message };
    }
}

async function removeRun(context: Context, orphan: Exclude<Orphan, OrphanRole>): Promise<Removal> {
    const { run } = orphan;
    if (!(await isUntouched(context, run))) {
        return takenMeanwhile(orphan);
    }
    if (orphan.kind === "snapshot-group") {
        await deleteGroup(context, orphan.id, { snapshotIds: orphan.snapshotIds });
    }
    // Last of all: nobody looks at a closed run again.
    await closeRuns(context.api, [run.invokeId]);
    const message =
        orphan.kind === "snapshot-group"
            ? "deleted with its snapshots"
            : "marked as done; nothing is left of it";
    return { orphan, outcome: "removed", message };
}

/** Whoever adopts a run puts an owner token of its own on it; whoever hands it over, or records it, marks that. */
async function isUntouched(context: Context, run: SnapshotRun): Promise<boolean> {
    const { invokeId, state, ownerToken } = run;
    const now = await runBy(context, invokeId);
    return now?.state === state && now.ownerToken === ownerToken;
}

async function removeRole(context: Context, orphan: OrphanRole): Promise<Removal> {
    const { instanceId, lease } = orphan;
    const now = await leaseOn(context, instanceId);
    const same = now?.stack === lease.stack && now.expires === lease.expires && now.ramRoleName === orphan.id;
    if (!same || (await runningSnapshots(context, instanceId)).length > 0) {
        return takenMeanwhile(orphan);
    }
    const warnings = await withdrawTemporaryRole(context, instanceId, lease.ramRoleName);
    return warnings.length === 0
        ? { orphan, outcome: "removed", message: "detached" }
        : { orphan, outcome: "failed", message: warnings.join(" ") };
}

function takenMeanwhile(orphan: Orphan): Removal {
    return { orphan, outcome: "skipped", message: "an update adopted it meanwhile" };
}
