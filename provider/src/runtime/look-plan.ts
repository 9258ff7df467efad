/** A waiter's request for a look, in milliseconds since the epoch. */
export interface LookRequest {
    readonly askedAt: number;
    readonly dueAt: number;
}

/** The average time between two requests to the cloud. */
const perRequestMs = 500;

/** The requests in advance that looks may make after a quiet time, and the first ones of all. */
const savedMs = 10_000;
const firstMs = 2_000;

/** The longest pause after a look, so that nobody waits longer because of a great many others. */
const longestPauseMs = 10_000;

/** Returns the time of the next look; undefined if nobody asks for one. */
export function nextLookAt(requests: Iterable<LookRequest>, pausedUntil: number): number | undefined {
    let earliest: number | undefined;
    for (const { dueAt } of requests) {
        earliest = Math.min(earliest ?? dueAt, dueAt);
    }
    return earliest === undefined ? undefined : Math.max(earliest, pausedUntil);
}

/** Tells whether a look answers a request: if it is due, or so soon that its waiters can look together from now on. */
export function isDueSoon({ askedAt, dueAt }: LookRequest, now: number): boolean {
    return now - askedAt >= (dueAt - askedAt) / 2;
}

/** Returns the pause of a shared poll that begins: its first looks are as quick as those of a single waiter. */
export function firstPauseEnd(now: number): number {
    return now - firstMs;
}

/**
 * Returns the end of the pause, after a waiter asks again.
 *
 * @param pausedUntil the end of the pause so far.
 * @param share the waiter's share of the requests of the last look. What ends a wait costs no pause.
 */
export function pauseEnd(pausedUntil: number, now: number, share: number): number {
    return Math.min(Math.max(pausedUntil, now - savedMs) + share * perRequestMs, now + longestPauseMs);
}
