/** A waiter's request for a look, in milliseconds since the epoch. */
export interface LookRequest {
    readonly askedAt: number;
    readonly dueAt: number;
    /** The time at which it looks for the last time. */
    readonly deadline: number;
}

/** The average time between two requests to the cloud: at first, as a share of the time of the wait, and at most. */
const perRequestMs = 500;
const perRequestShare = 0.04;
const longestPerRequestMs = 2_500;

/** The requests in advance that looks may make after a quiet time, and the first ones of all. */
const savedMs = 10_000;
const firstMs = 2_000;

/** The longest pause after a look, so that nobody waits longer because of a great many others. */
const longestPauseMs = 10_000;

/** Returns the time of the next look, which no pause delays beyond a deadline; undefined if nobody asks for one. */
export function nextLookAt(requests: Iterable<LookRequest>, pausedUntil: number): number | undefined {
    let earliest: number | undefined;
    for (const { dueAt, deadline } of requests) {
        const lookAt = Math.max(dueAt, Math.min(pausedUntil, deadline));
        earliest = Math.min(earliest ?? lookAt, lookAt);
    }
    return earliest;
}

/** Tells whether a look answers a request: if it is due, or so soon that its waiters can look together from now on. */
export function isDueSoon({ askedAt, dueAt }: Omit<LookRequest, "deadline">, now: number): boolean {
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
 * @param elapsedMs the time that the last one who came has waited: looks that take many requests become rarer with it.
 */
export function pauseEnd(pausedUntil: number, now: number, share: number, elapsedMs: number): number {
    const eachMs = Math.min(longestPerRequestMs, Math.max(perRequestMs, elapsedMs * perRequestShare));
    return Math.min(Math.max(pausedUntil, now - savedMs) + share * eachMs, now + longestPauseMs);
}

/** Returns the end of the pause, after somebody new asks: nobody waits long because others wait for something slow. */
export function pauseEndForNew(pausedUntil: number, now: number, requestsOfLook: number): number {
    return Math.min(pausedUntil, now + requestsOfLook * perRequestMs);
}
