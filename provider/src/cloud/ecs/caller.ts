import { type Logger, toAll } from "../../runtime/logger";

/** The one for whom a request is made. */
export interface Caller {
    /** Ends its waits. */
    readonly signal: AbortSignal;
    /** Learns of waits and retries. */
    readonly log: Logger;
    /** The time of the clock after which nothing is retried, whatever the limits are; `Infinity` if there is none. */
    readonly deadline: number;
    /** Called before each request that changes something, its repetitions included; if it rejects, none is made. */
    readonly beforeChange: (() => Promise<void>) | undefined;
}

/**
 * Tells whether two callers may share a request. It ends with the signal of both. A caller with a deadline does not
 * share with one without: the one would give up too early, or the other too late.
 */
export function mayShare(one: Caller, other: Caller): boolean {
    return (
        one.signal === other.signal &&
        one.beforeChange === other.beforeChange &&
        Number.isFinite(one.deadline) === Number.isFinite(other.deadline)
    );
}

/** Returns the caller of a request that these share: it is retried until the latest deadline, and all learn of it. */
export function together(callers: readonly [Caller, ...Caller[]]): Caller {
    const [first, ...others] = callers;
    return others.length === 0
        ? first
        : {
              ...first,
              log: toAll(callers.map(({ log }) => log)),
              deadline: Math.max(...callers.map(({ deadline }) => deadline)),
          };
}
