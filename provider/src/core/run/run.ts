import type { Invocation, Tag } from "../../cloud/ecs/api";
import { sha256 } from "../../runtime/digest";
import { canonicalJson } from "../../runtime/json";
import type { OperatingSystem } from "../inputs/specification";

/*
 * Each run of the plugin is an invocation with tags, so that a run whose client went away can be found again: by the
 * resource and the fingerprint of the snapshot that it was made for, and by how far it is.
 */

/** On invocations, and on the members of groups that were given another name. */
export const runTagKey = "app-snapshot:run";
const ownerTagKey = "app-snapshot:owner";

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

/** One run of the command, as its tags describe it. */
export interface PlannedRun {
    readonly runId: string;
    /** See `stackOf`. */
    readonly stack: string;
    /** See `resourceOf`. */
    readonly resource: string;
    /** See `fingerprintOf`. */
    readonly fingerprint: string;
    /**
     * A unique id of the resource that holds the run's group, kept in that resource's state as well. Whoever adopts
     * a run puts its own in its place: a resource that is replaced must not delete what its successor holds.
     */
    readonly ownerToken: string;
    /** See `diskSetDigestOf`. */
    readonly diskSetDigest: string;
    readonly osType: OperatingSystem;
    /** The name that the plugin gives to the group. No other run uses it, so it identifies the group. */
    readonly groupName: string;
    /** The role that was attached for this run only, to be detached after it. */
    readonly detachRole: string | undefined;
    /** How long its update may go on with the group after the command has ended, in seconds. */
    readonly waitSeconds: number;
}

/** A run that was made. */
export interface SnapshotRun extends PlannedRun {
    readonly invokeId: string;
    readonly commandId: string;
    readonly instanceIds: readonly string[];
    readonly creationTime: string;
    /** The time limit of the command. */
    readonly timeoutSeconds: number;
    /** An {@link RunState}, or what somebody else made of the tag. */
    readonly state: string;
}

/**
 * How far a run is.
 * - "open": as it starts; nothing that came of it was handed to an engine.
 * - "handed": what came of it was handed to an engine, which may or may not have recorded it.
 * - "committed": a state holds it.
 * - "closed": nothing of it is left.
 */
export type RunState = "open" | "handed" | "committed" | "closed";

/** Those of runs of which nobody is known to have recorded what came of them. */
export const unrecordedStates = ["open", "handed"] as const satisfies readonly RunState[];

/** Whether a run is in such a state. */
export function isUnrecorded({ state }: Pick<SnapshotRun, "state">): boolean {
    return (unrecordedStates as readonly string[]).includes(state);
}

/** What a resource is told apart by from all others, those of other backends included. */
export interface ResourceIdentity {
    readonly urn: string;
    /** The organization that the stack belongs to, where the backend has any. */
    readonly organization: string | undefined;
    /** What the configuration tells two stacks of one name apart by. */
    readonly namespace: string | undefined;
}

/** What the runs of one stack have in common. */
export function stackOf({ urn, ...others }: ResourceIdentity): string {
    return digest(qualified({ ...others, urn: urn.split("::").slice(0, 2).join("::") }));
}

/** What the runs of one resource have in common, whatever its inputs were. */
export function resourceOf(identity: ResourceIdentity): string {
    return digest(qualified(identity));
}

/**
 * The fingerprint of a snapshot: the same for two runs only if the resource and all that defines the snapshot are
 * the same.
 *
 * @param definition what defines the snapshot, as plain JSON.
 */
export function fingerprintOf(identity: ResourceIdentity, definition: unknown): string {
    return digest(`${qualified(identity)}\n${canonicalJson(definition)}`);
}

/** Backends without organizations call theirs so. */
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

/** What the members of a group tell of it, once its name does not tell that any more. */
export function memberTags({ runId, ownerToken }: Pick<PlannedRun, "runId" | "ownerToken">): Tag[] {
    return [runTag(runId), ownerTag(ownerToken)];
}

/** The owner token that a member bears; undefined where it bears none. */
export function ownerOf({ tags }: { readonly tags: readonly Tag[] }): string | undefined {
    return tags.find(({ key }) => key === ownerTagKey)?.value;
}

export function runTag(runId: string): Tag {
    return { key: runTagKey, value: runId };
}

/** What makes a run one of another resource, or of the same one under another name. */
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

/** The run that an invocation was; undefined when it is none of ours. */
export function runOf(invocation: Invocation): SnapshotRun | undefined {
    const tags = new Map(invocation.tags.map((tag) => [tag.key, tag.value]));
    const resource = tags.get(keys.resource);
    const runId = tags.get(keys.run);
    const groupName = tags.get(keys.groupName);
    if (resource === undefined || runId === undefined || groupName === undefined) {
        return undefined;
    }
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
        instanceIds: invocation.instanceIds,
        creationTime: invocation.creationTime,
        timeoutSeconds: invocation.timeoutSeconds,
        state: tags.get(keys.state) ?? "open",
    };
}
