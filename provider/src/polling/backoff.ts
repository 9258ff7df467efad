/** How long to wait before looking again, in milliseconds, given how long we have waited so far. */
export type Delay = (elapsedMilliseconds: number) => number;

/**
 * A delay that is a fixed share of the time already spent: quick results are noticed at once, long ones cost few
 * calls, and the answer is never late by more than that share (or by `longest`).
 */
export function proportionalDelay(options: {
    readonly share: number;
    readonly shortest: number;
    readonly longest: number;
}): Delay {
    return (elapsed) => Math.min(options.longest, Math.max(options.shortest, elapsed * options.share));
}

/**
 * "Full jitter" exponential backoff: a random time below a ceiling that doubles with each attempt. It spreads
 * clients that were refused together better than a fixed or slightly varied delay does.
 *
 * @param attempt how many attempts have failed, from 1.
 */
export function exponentialDelay(
    attempt: number,
    random: () => number,
    options: { readonly first: number; readonly longest: number },
): number {
    const ceiling = Math.min(options.longest, options.first * 2 ** (attempt - 1));
    // Never below a tenth: an immediate retry would meet the same refusal.
    return ceiling * (0.1 + 0.9 * random());
}

/**
 * Backoff for what is refused by the minute: at least half of a ceiling that doubles with each attempt, so that a
 * series of attempts outlasts such a minute whatever chance says.
 *
 * @param attempt how many attempts have failed, from 1.
 */
export function lastingDelay(
    attempt: number,
    random: () => number,
    options: { readonly first: number; readonly longest: number },
): number {
    const ceiling = Math.min(options.longest, options.first * 2 ** (attempt - 1));
    return ceiling * (0.5 + 0.5 * random());
}
