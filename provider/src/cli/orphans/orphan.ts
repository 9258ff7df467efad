import type { InvocationResult, SnapshotGroup } from "../../cloud/ecs/api";
import { isExpired, type Lease } from "../../core/role/lease";
import { verdictOf } from "../../core/run/invocation";
import { isUnrecorded, type SnapshotRun } from "../../core/run/run";
import { latestEnd, runProgress } from "../../core/run/run-progress";
import { partId } from "./stack-state";

/** A resource that a run of the snapshot plugin left in the cloud and that the stack's state does not contain. */
export type Orphan = OrphanGroup | OrphanSnapshots | OrphanInvocation | OrphanRole;

export interface OrphanGroup extends OrphanOfRun {
    readonly kind: "snapshot-group";
    readonly snapshotIds: readonly string[];
}

/** Members that outlived their group; the id lists theirs. */
export interface OrphanSnapshots extends OrphanOfRun {
    readonly kind: "snapshots";
    readonly snapshotIds: readonly string[];
}

/** A run that has no snapshot group, or none yet. */
export interface OrphanInvocation extends OrphanOfRun {
    readonly kind: "invocation";
}

/** A temporary RAM role that was not detached from its instance; its id is the role's name. */
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
    /** The time in ISO 8601 in UTC; undefined if the cloud does not report it. */
    readonly creationTime: string | undefined;
    readonly status: OrphanStatus;
    /** A phrase with details. */
    readonly detail: string;
}

/**
 * The status of an orphan.
 * - "left": no update uses it any more.
 * - "recent": a running update may be using it.
 * - "running": its command has not ended.
 * - "handed": it was handed to an engine, which may or may not have recorded it; a resource may have retained it.
 * - "retained": a resource released it.
 */
export type OrphanStatus = "left" | "recent" | "running" | "handed" | "retained";

/** The cloud's information about a run on one of its instances. */
export interface RunObservation {
    readonly run: SnapshotRun;
    readonly instanceId: string;
    /** The result; undefined if Cloud Assistant has none. */
    readonly result: InvocationResult | undefined;
    readonly group: SnapshotGroup | undefined;
    /** The existing members of a group that is not listed any more. */
    readonly members: readonly string[];
}

/**
 * The time after the end of a command in which an update may still hand the snapshot over; and the time that it may
 * take after its wait for the group, a multiple of the half minute between two polls.
 */
export const quietMs = 15 * 60_000;
const lastPollsMs = 5 * 60_000;

/**
 * Returns the orphan of a run; a pure decision.
 *
 * @param known the ids that the stack's state contains.
 * @param now the time of the cloud's clock; undefined if it is unknown.
 * @returns undefined if nothing of the run is left, or if the state contains it.
 */
export function orphanOf(
    observation: RunObservation,
    regionId: string,
    known: ReadonlySet<string>,
    now: number | undefined,
): Exclude<Orphan, OrphanRole> | undefined {
    const { run, instanceId, group, members } = observation;
    const { invokeId } = run;
    if (
        isAccountedFor(run, known) ||
        known.has(partId(invokeId, instanceId)) ||
        (group !== undefined && known.has(group.snapshotGroupId))
    ) {
        return undefined;
    }
    const status = statusOf(observation, now);
    const common = { run, regionId, instanceId, status, detail: detailOf(observation, status) };
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
    // A fleet that holds other parts of the run accounts for this one as well, as long as it left nothing.
    return status === "retained" || run.allInstanceIds.some((id) => known.has(partId(invokeId, id)))
        ? undefined
        : { ...common, kind: "invocation", id: invokeId, creationTime: run.creationTime };
}

/** Tells whether a run left no orphan according to its tags and the state alone. */
export function isAccountedFor(run: SnapshotRun, known: ReadonlySet<string>): boolean {
    const { invokeId, allInstanceIds, state } = run;
    return (
        state === "closed" ||
        known.has(invokeId) ||
        allInstanceIds.every((instanceId) => known.has(partId(invokeId, instanceId)))
    );
}

/**
 * Returns the orphan of a temporary role on an instance without a running snapshot; a pure decision.
 *
 * @param now the time of the cloud's clock; undefined if it is unknown.
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

/** Tells whether the command of a run has ended, as far as that is known. */
export function hasEnded(
    { run, instanceId, result }: Pick<RunObservation, "run" | "instanceId" | "result">,
    now: number | undefined,
): boolean {
    return runProgress(run, instanceId, result === undefined ? [] : [result], now).state !== "running";
}

function statusOf(observation: RunObservation, now: number | undefined): OrphanStatus {
    const { run, result, group } = observation;
    // An unknown state was set on purpose, so the run does not count as left.
    if (!isUnrecorded(run)) {
        return "retained";
    }
    if (!hasEnded(observation, now)) {
        return "running";
    }
    if (run.state === "handed") {
        return "handed";
    }
    const finished = Date.parse(result?.finishedTime ?? "");
    const end = Number.isNaN(finished) ? latestEnd(run) : finished;
    // An update with waitFor: "accomplished" hands the snapshot over only after an upload of hours.
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
