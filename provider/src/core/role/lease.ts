import type { Tag } from "../../cloud/ecs/api";

/*
 * A role that is attached for one snapshot only has to be detached even if whoever attached it is killed. So the
 * instance is tagged before the role is attached, and untagged after it is detached: by the tag the next one
 * knows what it finds, and two stacks don't detach the role under each other's snapshots.
 */

/** The key of the tag of an instance that bears a temporary role. */
export const leaseTagKey = "app-snapshot:temporary-role";

export interface Lease {
    readonly ramRoleName: string;
    /** For which stack it was attached, see `stackOf`. */
    readonly stack: string;
    /** When nobody uses it any more at the latest, in milliseconds since the epoch, by the cloud's clock. */
    readonly expires: number;
}

export function leaseTag({ ramRoleName, stack, expires }: Lease): Tag {
    return { key: leaseTagKey, value: `${stack}/${Math.ceil(expires / 1000)}/${ramRoleName}` };
}

/** The lease that an instance's tags tell of; undefined when there is none. */
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
 * Whether nobody uses a temporary role any more, given that no snapshot of the instance is running; a pure
 * decision. Of its own stack an update finds a lease only after a kill: no two updates of a stack run at once,
 * and the snapshots of one instance in an update are taken one after the other.
 *
 * @param now by the cloud's clock; undefined where that is not known.
 */
export function isAbandoned(lease: Lease, stack: string, now: number | undefined): boolean {
    return lease.stack === stack || isExpired(lease, now);
}

export function isExpired({ expires }: Lease, now: number | undefined): boolean {
    return now !== undefined && expires <= now;
}
