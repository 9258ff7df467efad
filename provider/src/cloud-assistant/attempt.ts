import { createHash } from "node:crypto";
import type { Invocation, Tag } from "../ecs/api";
import type { OperatingSystem } from "../inputs/specification";

/*
 * Each run of the command is an attempt. Its invocation is tagged, so that an attempt whose client went away can
 * be found again: by the marker of the snapshot it was made for, and by whether it is still open.
 */

const keys = {
    stack: "app-snapshot:stack",
    resource: "app-snapshot:resource",
    marker: "app-snapshot:marker",
    attempt: "app-snapshot:attempt",
    claim: "app-snapshot:claim",
    groupName: "app-snapshot:group-name",
    disks: "app-snapshot:disks",
    system: "app-snapshot:system",
    detachRole: "app-snapshot:detach-role",
    state: "app-snapshot:state",
} as const;

/** One run of the command, as its tags describe it. */
export interface Attempt {
    readonly attemptId: string;
    /** See `stackOf`. */
    readonly stack: string;
    /** See `resourceOf`. */
    readonly resource: string;
    /** See `markerOf`. */
    readonly marker: string;
    /**
     * A unique id of the resource that holds it, kept in that resource's state as well. Whoever takes an attempt
     * up puts another one in its place: a resource that is replaced must not delete what its successor holds.
     */
    readonly claim: string;
    /** See `diskDigest`. */
    readonly disks: string;
    readonly system: OperatingSystem;
    /** The name that the plugin gives to the group. No other attempt uses it, so it identifies the group. */
    readonly groupName: string;
    /** The role that was attached for this attempt only, to be detached after it. */
    readonly detachRole: string | undefined;
}

/** An attempt that was made. */
export interface MadeAttempt extends Attempt {
    readonly invokeId: string;
    readonly commandId: string;
    readonly instanceId: string;
    readonly creationTime: string;
    /** The time limit of the command. */
    readonly timeoutSeconds: number;
    /** An {@link AttemptState}, or what somebody else made of the tag. */
    readonly state: string;
}

/**
 * How far an attempt is.
 * - "open": as it starts; nobody is known to have recorded what comes of it.
 * - "committed": its snapshot group is a resource's, in some stack's state.
 * - "closed": nothing of it is left.
 */
export type AttemptState = "open" | "committed" | "closed";

/** What the attempts of one stack have in common: the project and the stack that a URN names. */
export function stackOf(resourceUrn: string): string {
    return digest(resourceUrn.split("::").slice(0, 2).join("::"));
}

/** What the attempts of one resource have in common, whatever its inputs were. */
export function resourceOf(resourceUrn: string): string {
    return digest(resourceUrn);
}

/**
 * The marker of a snapshot: the same for two runs only if the resource and all that defines the snapshot are
 * the same.
 *
 * @param definition what defines the snapshot, as plain JSON.
 */
export function markerOf(resourceUrn: string, definition: unknown): string {
    return digest(`${resourceUrn}\n${canonicalJson(definition)}`);
}

/** Tells two sets of disks apart. Their ids themselves are too long for a tag. */
export function diskDigest(diskIds: readonly string[]): string {
    return digest([...diskIds].sort().join(","));
}

function digest(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 40);
}

export function stackTag(stack: string): Tag {
    return { key: keys.stack, value: stack };
}

export function resourceTag(resource: string): Tag {
    return { key: keys.resource, value: resource };
}

export function claimTag(claim: string): Tag {
    return { key: keys.claim, value: claim };
}

export function attemptTags(attempt: Attempt): Tag[] {
    return [
        stackTag(attempt.stack),
        resourceTag(attempt.resource),
        { key: keys.marker, value: attempt.marker },
        { key: keys.attempt, value: attempt.attemptId },
        claimTag(attempt.claim),
        { key: keys.groupName, value: attempt.groupName },
        { key: keys.disks, value: attempt.disks },
        { key: keys.system, value: attempt.system },
        ...(attempt.detachRole === undefined ? [] : [{ key: keys.detachRole, value: attempt.detachRole }]),
        stateTag("open"),
    ];
}

export function stateTag(state: AttemptState): Tag {
    return { key: keys.state, value: state };
}

/** The attempt that an invocation was; undefined when it is none of ours. */
export function attemptOf(invocation: Invocation): MadeAttempt | undefined {
    const tags = new Map(invocation.tags.map((tag) => [tag.key, tag.value]));
    const resource = tags.get(keys.resource);
    const attemptId = tags.get(keys.attempt);
    const groupName = tags.get(keys.groupName);
    if (resource === undefined || attemptId === undefined || groupName === undefined) {
        return undefined;
    }
    return {
        attemptId,
        stack: tags.get(keys.stack) ?? "",
        resource,
        claim: tags.get(keys.claim) ?? "",
        marker: tags.get(keys.marker) ?? "",
        groupName,
        disks: tags.get(keys.disks) ?? "",
        system: tags.get(keys.system) === "windows" ? "windows" : "linux",
        detachRole: tags.get(keys.detachRole),
        invokeId: invocation.invokeId,
        commandId: invocation.commandId,
        instanceId: invocation.instanceIds[0] ?? "",
        creationTime: invocation.creationTime,
        timeoutSeconds: invocation.timeoutSeconds,
        state: tags.get(keys.state) ?? "open",
    };
}

/** JSON with the keys of all objects in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
    return JSON.stringify(value, (_key, inner: unknown) =>
        typeof inner === "object" && inner !== null && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
            : inner,
    );
}
