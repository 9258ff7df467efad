import { verdictOf } from "../core/run/invocation";
import { isUnrecorded, type SnapshotRun } from "../core/run/run";
import { latestEnd, runProgress } from "../core/run/run-progress";
import type { InvocationResult, SnapshotGroup } from "../cloud/ecs/api";
import { isExpired, type Lease } from "../core/role/lease";

/** Something that a run of the snapshot plugin left in the cloud and that the stack's state does not know. */
export type Orphan = OrphanGroup | OrphanSnapshots | OrphanInvocation | OrphanRole;

export interface OrphanGroup extends OrphanOfRun {
    readonly kind: "snapshot-group";
    readonly snapshotIds: readonly string[];
}

/** Members that outlived their group; their ids are the id. */
export interface OrphanSnapshots extends OrphanOfRun {
    readonly kind: "snapshots";
    readonly snapshotIds: readonly string[];
}

/** A run that has no snapshot group, or none yet. */
export interface OrphanInvocation extends OrphanOfRun {
    readonly kind: "invocation";
}

/** A temporary RAM role that nobody took off its instance again; its id is the role's name. */
export interface OrphanRole extends OrphanBase {
    readonly kind: "ram-role";
    readonly lease: Lease;
}

interface OrphanOfRun extends OrphanBase {
    readonly run: SnapshotRun;
}

interface OrphanBase {
    readonly id: string;
    readonly regionId: string;
    readonly instanceId: string;
    /** ISO 8601 in UTC; undefined where the cloud does not tell. */
    readonly creationTime: string | undefined;
    readonly status: OrphanStatus;
    /** What else is known of it, a phrase. */
    readonly detail: string;
}

/**
 * What may be done with an orphan.
 * - "left": nobody is at work on it any more.
 * - "recent": an update that runs now may be at work on it.
 * - "running": its command has not ended.
 * - "handed": it was handed to an engine, which may or may not have recorded it: a resource may have retained it.
 * - "retained": it was a resource's, which gave it up.
 */
export type OrphanStatus = "left" | "recent" | "running" | "handed" | "retained";

/** What the cloud tells of a run on one of its instances. */
export interface RunObservation {
    readonly run: SnapshotRun;
    readonly instanceId: string;
    /** Undefined where Cloud Assistant tells none. */
    readonly result: InvocationResult | undefined;
    readonly group: SnapshotGroup | undefined;
    /** The members of its group that are there, where no list shows the group. */
    readonly members: readonly string[];
}

/**
 * How long an update may take from the end of the command until it hands the snapshot over, at least; and from the
 * end of its waiting for the group: a multiple of the half minute between two looks.
 */
export const quietMs = 15 * 60_000;
const lastPollsMs = 5 * 60_000;

/**
 * What a run left; a pure decision.
 *
 * @param known the ids of all that the stack's state holds.
 * @param now by the cloud's clock; undefined where that is not known.
 * @returns undefined when nothing is left of it, or the state knows it.
 */
export function orphanOf(
    trace: RunObservation,
    regionId: string,
    known: ReadonlySet<string>,
    now: number | undefined,
): Exclude<Orphan, OrphanRole> | undefined {
    const { run, instanceId, group, members } = trace;
    const { invokeId } = run;
    if (isAccountedFor(run, known) || (group !== undefined && known.has(group.snapshotGroupId))) {
        return undefined;
    }
    const status = statusOf(trace, now);
    const common = { run, regionId, instanceId, status, detail: detailOf(trace, status) };
    if (group !== undefined && status !== "running") {
        return {
            ...common,
            kind: "snapshot-group",
            id: group.snapshotGroupId,
            creationTime: group.creationTime,
            snapshotIds: group.snapshots.map((snapshot) => snapshot.snapshotId),
        };
    }
    if (members.length > 0 && status !== "running") {
        const id = members.join(",");
        return { ...common, kind: "snapshots", id, creationTime: run.creationTime, snapshotIds: members };
    }
    return status === "retained"
        ? undefined
        : { ...common, kind: "invocation", id: invokeId, creationTime: run.creationTime };
}

/** Whether nothing has to be looked up to see that a run left no orphan. */
export function isAccountedFor(run: SnapshotRun, known: ReadonlySet<string>): boolean {
    return run.state === "closed" || known.has(run.invokeId);
}

/**
 * A temporary role on an instance of which no snapshot is running; a pure decision.
 *
 * @param now by the cloud's clock; undefined where that is not known.
 */
export function orphanRole(
    instanceId: string,
    lease: Lease,
    regionId: string,
    now: number | undefined,
): OrphanRole {
    const until = new Date(lease.expires).toISOString().replace(/\.\d+Z$/, "Z");
    const over = isExpired(lease, now);
    return {
        kind: "ram-role",
        id: lease.ramRoleName,
        regionId,
        instanceId,
        creationTime: undefined,
        status: over ? "left" : "recent",
        detail: over ? `was needed until ${until}` : `may be in use until ${until}`,
        lease,
    };
}

/** Whether the command of a run has ended, as far as can be told. */
export function hasEnded(
    { run, instanceId, result }: Pick<RunObservation, "run" | "instanceId" | "result">,
    now: number | undefined,
): boolean {
    return runProgress(run, instanceId, result === undefined ? [] : [result], now).state !== "running";
}

function statusOf(trace: RunObservation, now: number | undefined): OrphanStatus {
    const { run, result, group } = trace;
    // A state that is none of ours is somebody's decision about it, so it is not taken for left.
    if (!isUnrecorded(run)) {
        return "retained";
    }
    if (!hasEnded(trace, now)) {
        return "running";
    }
    if (run.state === "handed") {
        return "handed";
    }
    const finished = Date.parse(result?.finishedTime ?? "");
    const end = Number.isNaN(finished) ? latestEnd(run) : finished;
    // An update with waitFor: "accomplished" waits for the upload, for hours, and hands it over after that.
    const quiet = Math.max(quietMs, run.waitSeconds * 1000 + lastPollsMs);
    return now !== undefined && now - end >= quiet && group?.status !== "progressing" ? "left" : "recent";
}

function detailOf({ run, result, group, members }: RunObservation, status: OrphanStatus): string {
    if (status === "running") {
        return `the snapshot plugin is creating ${run.groupName}`;
    }
    if (group !== undefined) {
        const state = group.status === "accomplished" ? "" : `${group.status}, `;
        return `${state}created as ${run.groupName} by ${run.invokeId}`;
    }
    if (members.length > 0) {
        return `left over from a snapshot group that is gone, created as ${run.groupName} by ${run.invokeId}`;
    }
    const verdict = result === undefined ? undefined : verdictOf(result);
    const how = verdict?.state === "failed" ? `failed with ${verdict.error.code}` : "ended";
    return `${run.groupName} does not exist: the invocation ${how}`;
}
