/** How long to wait before looking again, in milliseconds, given how long we have waited so far. */
export type Delay = (elapsedMs: number) => number;

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
 * @param options.least the least share of the ceiling. Default: a tenth, because an immediate retry would meet the
 * same refusal. More makes a series of attempts outlast what is refused by the minute, whatever chance says.
 */
export function exponentialDelay(
    attempt: number,
    random: () => number,
    {
        first,
        longest,
        least = 0.1,
    }: { readonly first: number; readonly longest: number; readonly least?: number },
): number {
    const ceiling = Math.min(longest, first * 2 ** (attempt - 1));
    return ceiling * (least + (1 - least) * random());
}
