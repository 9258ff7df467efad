/**
 * Returns the milliseconds to wait before the next look.
 *
 * @param elapsedMs the time waited so far.
 * @param leftMs the time until the last look. Default: unlimited.
 */
export type Delay = (elapsedMs: number, leftMs?: number) => number;

/**
 * The longest delay as a share of the time that is left: the last looks come closer together, so that something that
 * ends shortly before the deadline is noticed while there is time to act on it.
 */
const shareOfRest = 0.5;

/**
 * Returns a delay that is a fixed share of the time already spent: quick results are noticed at once, long ones cost
 * few calls, and the answer is never late by more than that share, or by `longestMs`.
 */
export function proportionalDelay(options: {
    readonly share: number;
    readonly shortestMs: number;
    readonly longestMs: number;
}): Delay {
    const { share, shortestMs, longestMs } = options;
    return (elapsedMs, leftMs = Infinity) =>
        Math.max(shortestMs, Math.min(longestMs, elapsedMs * share, leftMs * shareOfRest));
}

/**
 * Returns an exponential backoff with "full jitter": a random time below a ceiling that doubles with each attempt. It
 * spreads clients that were refused together better than a fixed or slightly varied delay does.
 *
 * @param attempt the number of failed attempts, from 1.
 * @param options.least the least share of the ceiling. Default: a tenth, because an immediate retry would meet the
 * same refusal. A larger share guarantees that a series of attempts outlasts throttling windows of a minute.
 */
export function exponentialDelay(
    attempt: number,
    random: () => number,
    {
        firstMs,
        longestMs,
        least = 0.1,
    }: { readonly firstMs: number; readonly longestMs: number; readonly least?: number },
): number {
    const ceiling = Math.min(longestMs, firstMs * 2 ** (attempt - 1));
    return ceiling * (least + (1 - least) * random());
}
