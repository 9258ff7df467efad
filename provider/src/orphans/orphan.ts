import { verdictOf } from "../cloud-assistant/invocation";
import { isUnsettled, type SnapshotRun } from "../cloud-assistant/run";
import { latestEnd, runProgress } from "../cloud-assistant/run-progress";
import type { InvocationResult, SnapshotGroup } from "../ecs/api";
import { isExpired, type Lease } from "../instance/lease";

/** Something that a run of the snapshot plugin left in the cloud and that the stack's state does not know. */
export type Orphan = OrphanGroup | OrphanSnapshots | OrphanInvocation | OrphanRole;

export interface OrphanGroup extends OfRun {
    readonly kind: "snapshot-group";
    readonly snapshotIds: readonly string[];
}

/** Members that outlived their group; their ids are the id. */
export interface OrphanSnapshots extends OfRun {
    readonly kind: "snapshots";
    readonly snapshotIds: readonly string[];
}

/** A run that has no snapshot group, or none yet. */
export interface OrphanInvocation extends OfRun {
    readonly kind: "invocation";
}

/** A temporary RAM role that nobody took off its instance again; its id is the role's name. */
export interface OrphanRole extends Common {
    readonly kind: "ram-role";
    readonly lease: Lease;
}

interface OfRun extends Common {
    readonly run: SnapshotRun;
}

interface Common {
    readonly id: string;
    readonly regionId: string;
    readonly instanceId: string;
    /** ISO 8601 in UTC; undefined where the cloud does not tell. */
    readonly creationTime: string | undefined;
    readonly standing: Standing;
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
export type Standing = "left" | "recent" | "running" | "handed" | "retained";

/** What the cloud tells of one run. */
export interface Trace {
    readonly run: SnapshotRun;
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
export const quietMilliseconds = 15 * 60_000;
const lastLooksMilliseconds = 5 * 60_000;

/**
 * What a run left; a pure decision.
 *
 * @param known the ids of all that the stack's state holds.
 * @param now by the cloud's clock; undefined where that is not known.
 * @returns undefined when nothing is left of it, or the state knows it.
 */
export function orphanOf(
    trace: Trace,
    regionId: string,
    known: ReadonlySet<string>,
    now: number | undefined,
): Exclude<Orphan, OrphanRole> | undefined {
    const { run, group, members } = trace;
    const { invokeId, instanceId } = run;
    if (isSettled(run, known) || (group !== undefined && known.has(group.snapshotGroupId))) {
        return undefined;
    }
    const standing = standingOf(trace, now);
    const common = { run, regionId, instanceId, standing, detail: detailOf(trace, standing) };
    if (group !== undefined && standing !== "running") {
        return {
            ...common,
            kind: "snapshot-group",
            id: group.snapshotGroupId,
            creationTime: group.creationTime,
            snapshotIds: group.snapshots.map((snapshot) => snapshot.snapshotId),
        };
    }
    if (members.length > 0 && standing !== "running") {
        const id = members.join(",");
        return { ...common, kind: "snapshots", id, creationTime: run.creationTime, snapshotIds: members };
    }
    return standing === "retained"
        ? undefined
        : { ...common, kind: "invocation", id: invokeId, creationTime: run.creationTime };
}

/** Whether nothing has to be looked up to see that a run left no orphan. */
export function isSettled(run: SnapshotRun, known: ReadonlySet<string>): boolean {
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
        standing: over ? "left" : "recent",
        detail: over ? `was needed until ${until}` : `may be in use until ${until}`,
        lease,
    };
}

/** Whether the command of a run has ended, as far as can be told. */
export function hasEnded({ run, result }: Pick<Trace, "run" | "result">, now: number | undefined): boolean {
    return runProgress(run, result === undefined ? [] : [result], now).state !== "running";
}

function standingOf(trace: Trace, now: number | undefined): Standing {
    const { run, result, group } = trace;
    // A state that is none of ours is somebody's decision about it, so it is not taken for left.
    if (!isUnsettled(run)) {
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
    const quiet = Math.max(quietMilliseconds, run.waitSeconds * 1000 + lastLooksMilliseconds);
    return now !== undefined && now - end >= quiet && group?.status !== "progressing" ? "left" : "recent";
}

function detailOf({ run, result, group, members }: Trace, standing: Standing): string {
    if (standing === "running") {
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
