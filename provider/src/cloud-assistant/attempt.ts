import { createHash } from "node:crypto";
import type { Invocation, Tag } from "../ecs/api";

/*
 * Each run of the command is an attempt. Its invocation is tagged, so that an attempt whose client went away can
 * be found again: by the marker of the snapshot it was made for, and by whether anybody has finished it.
 */

const keys = {
    marker: "app-snapshot:marker",
    attempt: "app-snapshot:attempt",
    groupName: "app-snapshot:group-name",
    detachRole: "app-snapshot:detach-role",
    state: "app-snapshot:state",
} as const;

/** One run of the command, as its tags describe it. */
export interface Attempt {
    readonly attemptId: string;
    /** See `markerOf`. */
    readonly marker: string;
    /** The name that the plugin gives to the group. No other attempt uses it, so it identifies the group. */
    readonly groupName: string;
    /** The role that was attached for this attempt only, to be detached after it. */
    readonly detachRole: string | undefined;
}

/** An attempt that was made. */
export interface MadeAttempt extends Attempt {
    readonly invokeId: string;
    readonly commandId: string;
    readonly creationTime: string;
    readonly finished: string | undefined;
}

/**
 * How an attempt was finished.
 * - "committed": its snapshot group is a resource's, in some stack's state.
 * - "closed": it came to nothing, and nothing of it is left.
 */
export type FinishedState = "committed" | "closed";

/**
 * The marker of a snapshot: the same for two runs only if the resource and all that defines the snapshot are
 * the same.
 *
 * @param definition what defines the snapshot, as plain JSON.
 */
export function markerOf(resourceUrn: string, definition: unknown): string {
    return createHash("sha256")
        .update(`${resourceUrn}\n${canonicalJson(definition)}`)
        .digest("hex")
        .slice(0, 40);
}

export function markerTag(marker: string): Tag {
    return { key: keys.marker, value: marker };
}

export function attemptTags(attempt: Attempt): Tag[] {
    return [
        markerTag(attempt.marker),
        { key: keys.attempt, value: attempt.attemptId },
        { key: keys.groupName, value: attempt.groupName },
        ...(attempt.detachRole === undefined ? [] : [{ key: keys.detachRole, value: attempt.detachRole }]),
    ];
}

export function stateTag(state: FinishedState): Tag {
    return { key: keys.state, value: state };
}

/** The attempt that an invocation was; undefined when it is none of ours. */
export function attemptOf(invocation: Invocation): MadeAttempt | undefined {
    const tags = new Map(invocation.tags.map((tag) => [tag.key, tag.value]));
    const marker = tags.get(keys.marker);
    const attemptId = tags.get(keys.attempt);
    const groupName = tags.get(keys.groupName);
    if (marker === undefined || attemptId === undefined || groupName === undefined) {
        return undefined;
    }
    return {
        attemptId,
        marker,
        groupName,
        detachRole: tags.get(keys.detachRole),
        invokeId: invocation.invokeId,
        commandId: invocation.commandId,
        creationTime: invocation.creationTime,
        finished: tags.get(keys.state),
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
