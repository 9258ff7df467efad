import type { Tag } from "../../cloud/ecs/api";

/*
 * A role that is attached for one snapshot only must be detached even if the process that attached it is killed. So the
 * instance is tagged before the role is attached, and untagged after it is detached. By this tag, the next update
 * recognizes the role, and two stacks don't detach it during each other's snapshots.
 */

/** The key of the tag of an instance with a temporary role. */
export const leaseTagKey = "app-snapshot:temporary-role";

export interface Lease {
    readonly ramRoleName: string;
    /** The stack for which it was attached, see `stackOf`. */
    readonly stack: string;
    /** The latest time of its use, in milliseconds since the epoch, by the cloud's clock. */
    readonly expires: number;
}

export function leaseTag({ ramRoleName, stack, expires }: Lease): Tag {
    return { key: leaseTagKey, value: `${stack}/${Math.ceil(expires / 1000)}/${ramRoleName}` };
}

/** Returns the lease in an instance's tags, if there is one. */
export function leaseOf(tags: readonly Tag[]): Lease | undefined {
    const value = tags.find((tag) => tag.key === leaseTagKey)?.value ?? "";
    const match = /^([0-9a-f]+)\/(\d+)\/([^/]+)$/.exec(value);
    if (match === null) {
        return undefined;
    }
    const [, stack = "", seconds = "0", ramRoleName = ""] = match;
    return { stack, expires: Number(seconds) * 1000, ramRoleName };
}

/**
 * Tells whether a temporary role is no longer used, provided that no snapshot of the instance is running. An update
 * finds a lease of its own stack only after a kill, because a stack has only one update at a time, which takes the
 * snapshots of an instance one after the other. Pure.
 *
 * @param now the time by the cloud's clock; undefined if unknown.
 */
export function isAbandoned(lease: Lease, stack: string, now: number | undefined): boolean {
    return lease.stack === stack || isExpired(lease, now);
}

export function isExpired({ expires }: Lease, now: number | undefined): boolean {
    return now !== undefined && expires <= now;
}
