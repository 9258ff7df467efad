import type { Invocation, Tag } from "../../cloud/ecs/api";
import { sha256 } from "../../runtime/digest";
import { canonicalJson } from "../../runtime/json";
import type { OperatingSystem } from "../inputs/specification";

/*
 * Each run of the plugin is an invocation with tags, so that it can be found again if its client process ends: by its
 * resource, by the fingerprint of its snapshot, and by its state.
 */

/** The tag key of the run, on invocations and on the members of renamed groups. */
export const runTagKey = "app-snapshot:run";
const ownerTagKey = "app-snapshot:owner";
const instanceTagKey = "app-snapshot:instance";
const fleetTagKey = "app-snapshot:fleet";

const keys = {
    stack: "app-snapshot:stack",
    resource: "app-snapshot:resource",
    fingerprint: "app-snapshot:fingerprint",
    run: runTagKey,
    owner: ownerTagKey,
    groupName: "app-snapshot:group-name",
    diskSetDigest: "app-snapshot:disk-set-digest",
    osType: "app-snapshot:os-type",
    detachRole: "app-snapshot:detach-role",
    waitSeconds: "app-snapshot:wait-seconds",
    state: "app-snapshot:state",
} as const;

/** A run of the command, as its tags describe it. */
export interface PlannedRun {
    readonly runId: string;
    /** See `stackOf`. */
    readonly stack: string;
    /** See `resourceOf`. */
    readonly resource: string;
    /** See `fingerprintOf`. */
    readonly fingerprint: string;
    /**
     * A unique id that is also in the state of the resource that holds the run's group. A resource that adopts a run
     * replaces it with its own, so that a replaced resource does not delete the group of its successor.
     */
    readonly ownerToken: string;
    /** See `diskSetDigestOf`. */
    readonly diskSetDigest: string;
    readonly osType: OperatingSystem;
    /** The name that the plugin gives to the group. No other run uses it, so it identifies the group. */
    readonly groupName: string;
    /** The role that was attached only for this run and is detached after it. */
    readonly detachRole: string | undefined;
    /** The time after the command's end in which its update may still work on the group, in seconds. */
    readonly waitSeconds: number;
}

/** The id of an unknown instance. No result has it, so its command counts as running until it must have ended. */
export const unknownInstance = "";

/** A run that was started. */
export interface SnapshotRun extends PlannedRun {
    readonly invokeId: string;
    readonly commandId: string;
    /** The instances that are looked at; all of them, or those of a part, see `partOf`. At least one. */
    readonly instanceIds: readonly string[];
    /** All instances of the invocation; {@link unknownInstance} if it lists none. */
    readonly allInstanceIds: readonly string[];
    readonly creationTime: string;
    /** The time limit of the command. */
    readonly timeoutSeconds: number;
    /** A {@link RunState}, unless somebody changed the tag. */
    readonly state: string;
}

/** Returns the part of a run on one of its instances. */
export function partOf(run: SnapshotRun, instanceId: string): SnapshotRun {
    return { ...run, instanceIds: [instanceId] };
}

/** Tells whether a run has several instances, so that its tags say nothing about a single one. */
export function isShared({ allInstanceIds }: Pick<SnapshotRun, "allInstanceIds">): boolean {
    return allInstanceIds.length > 1;
}

/**
 * The state of a run.
 * - "open": its result was not handed to an engine.
 * - "handed": its result was handed to an engine, which may or may not have recorded it.
 * - "committed": a state holds it.
 * - "closed": nothing of it is left.
 */
export type RunState = "open" | "handed" | "committed" | "closed";

/** The states of runs that are not known to be recorded. */
export const unrecordedStates = ["open", "handed"] as const satisfies readonly RunState[];

/** Tells whether a run is in one of these states. */
export function isUnrecorded({ state }: Pick<SnapshotRun, "state">): boolean {
    return (unrecordedStates as readonly string[]).includes(state);
}

/** The properties that identify a resource among all others, also those of other backends. */
export interface ResourceIdentity {
    readonly urn: string;
    /** The stack's organization, if the backend has organizations. */
    readonly organization: string | undefined;
    /** The configured namespace, which distinguishes stacks of the same name. */
    readonly namespace: string | undefined;
}

/** Returns a hash that the runs of a stack have in common. */
export function stackOf({ urn, ...others }: ResourceIdentity): string {
    return digest(qualified({ ...others, urn: urn.split("::").slice(0, 2).join("::") }));
}

/** Returns a hash that the runs of a resource have in common, whatever its inputs. */
export function resourceOf(identity: ResourceIdentity): string {
    return digest(qualified(identity));
}

/**
 * Returns the fingerprint of a snapshot: the same for two runs only if the resource and the snapshot's definition are
 * the same.
 *
 * @param definition the snapshot's definition as plain JSON.
 */
export function fingerprintOf(identity: ResourceIdentity, definition: unknown): string {
    return digest(`${qualified(identity)}\n${canonicalJson(definition)}`);
}

/** The organization's name on backends without organizations. */
export const defaultOrganization = "organization";

function qualified({ urn, organization = defaultOrganization, namespace = "" }: ResourceIdentity): string {
    return [namespace, organization, urn].join("\n");
}

function digest(text: string): string {
    return sha256(text).slice(0, 40);
}

export function stackTag(stack: string): Tag {
    return { key: keys.stack, value: stack };
}

export function resourceTag(resource: string): Tag {
    return { key: keys.resource, value: resource };
}

export function ownerTag(ownerToken: string): Tag {
    return { key: ownerTagKey, value: ownerToken };
}

/** The members of the group that a run created of one instance. */
export interface RunMembers {
    /** See `PlannedRun.runId`; undefined if it is no longer known. */
    readonly runId: string | undefined;
    /** The instance, if the run has several; otherwise undefined. */
    readonly sharedInstanceId?: string | undefined;
}

/** Returns the members of a run on one of its instances. */
export function membersOf(
    run: Pick<SnapshotRun, "runId" | "allInstanceIds"> | undefined,
    instanceId: string,
): RunMembers {
    return run === undefined || !isShared(run)
        ? { runId: run?.runId }
        : { runId: run.runId, sharedInstanceId: instanceId };
}

/** Returns the tags by which members are found once their group is gone; undefined if their run is not known. */
export function searchTags({ runId, sharedInstanceId }: RunMembers): Tag[] | undefined {
    if (runId === undefined) {
        return undefined;
    }
    return [
        runTag(runId),
        ...(sharedInstanceId === undefined ? [] : [{ key: instanceTagKey, value: sharedInstanceId }]),
    ];
}

/** Returns the tags by which the members of a renamed group identify their run; undefined if it is not known. */
export function memberTags(members: RunMembers, ownerToken: string): Tag[] | undefined {
    const tags = searchTags(members);
    return tags === undefined ? undefined : [...tags, ownerTag(ownerToken)];
}

/** Returns a member's owner token; undefined if it has none. */
export function ownerOf({ tags }: { readonly tags: readonly Tag[] }): string | undefined {
    return tags.find(({ key }) => key === ownerTagKey)?.value;
}

/** Returns the tag of all snapshots of a fleet. */
export function fleetTag(fleetId: string): Tag {
    return { key: fleetTagKey, value: fleetId };
}

export function runTag(runId: string): Tag {
    return { key: runTagKey, value: runId };
}

/** Returns the tags that change when another resource adopts a run, or the same one under another name. */
export function identityTags({
    stack,
    resource,
    fingerprint,
    ownerToken,
}: Pick<PlannedRun, "stack" | "resource" | "fingerprint" | "ownerToken">): Tag[] {
    return [
        stackTag(stack),
        resourceTag(resource),
        { key: keys.fingerprint, value: fingerprint },
        ownerTag(ownerToken),
    ];
}

export function runTags(run: PlannedRun): Tag[] {
    return [
        ...identityTags(run),
        runTag(run.runId),
        { key: keys.groupName, value: run.groupName },
        { key: keys.diskSetDigest, value: run.diskSetDigest },
        { key: keys.osType, value: run.osType },
        { key: keys.waitSeconds, value: String(run.waitSeconds) },
        ...(run.detachRole === undefined ? [] : [{ key: keys.detachRole, value: run.detachRole }]),
        stateTag("open"),
    ];
}

export function stateTag(state: RunState): Tag {
    return { key: keys.state, value: state };
}

/** Returns the tags that a run has in common with the others of its stack that are in the same state. */
export function listTags({ stack, state }: Pick<SnapshotRun, "stack" | "state">): Tag[] {
    return [stackTag(stack), { key: keys.state, value: state }];
}

/** Returns the run of an invocation; undefined if this package did not start it. */
export function runOf(invocation: Invocation): SnapshotRun | undefined {
    const tags = new Map(invocation.tags.map((tag) => [tag.key, tag.value]));
    const resource = tags.get(keys.resource);
    const runId = tags.get(keys.run);
    const groupName = tags.get(keys.groupName);
    if (resource === undefined || runId === undefined || groupName === undefined) {
        return undefined;
    }
    const listed = invocation.instances.map(({ instanceId }) => instanceId);
    // A run without instances would count as ended, with nothing left of it.
    const instanceIds = listed.length === 0 ? [unknownInstance] : listed;
    return {
        runId,
        stack: tags.get(keys.stack) ?? "",
        resource,
        ownerToken: tags.get(keys.owner) ?? "",
        fingerprint: tags.get(keys.fingerprint) ?? "",
        groupName,
        diskSetDigest: tags.get(keys.diskSetDigest) ?? "",
        osType: tags.get(keys.osType) === "windows" ? "windows" : "linux",
        detachRole: tags.get(keys.detachRole),
        waitSeconds: Number(tags.get(keys.waitSeconds)) || 0,
        invokeId: invocation.invokeId,
        commandId: invocation.commandId,
        instanceIds,
        allInstanceIds: instanceIds,
        creationTime: invocation.creationTime,
        timeoutSeconds: invocation.timeoutSeconds,
        state: tags.get(keys.state) ?? "open",
    };
}
