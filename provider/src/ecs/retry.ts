import { AppSnapshotError } from "../errors/app-snapshot-error";
import { exponentialDelay } from "../polling/backoff";
import type { Clock } from "../runtime/clock";
import type { Logger } from "../runtime/logger";
import { ApiCallError, toApiCallError } from "./api-error";

export interface RetryLimits {
    /** Requests in all, the first one included. */
    readonly attempts: number;
    /** No new request after this time, in milliseconds from the first one. */
    readonly milliseconds: number;
}

/**
 * The same for all calls. Throttling is counted in windows of a minute, so the time has to cover more than one
 * of them; the number of attempts is there for faults that fail fast.
 */
export const defaultRetryLimits: RetryLimits = { attempts: 12, milliseconds: 150_000 };

export interface RetryOptions {
    readonly clock: Clock;
    readonly random: () => number;
    readonly signal: AbortSignal;
    readonly log: Logger;
    readonly limits?: RetryLimits;
}

/**
 * Makes one API call, again if that may help.
 *
 * `send` must be safe to repeat: either it changes nothing when done twice, or it carries a ClientToken that
 * stays the same over its repetitions.
 */
export async function withRetry<T>(
    operation: string,
    send: () => Promise<T>,
    options: RetryOptions,
): Promise<T> {
    const { clock, signal } = options;
    const limits = options.limits ?? defaultRetryLimits;
    const start = clock.now();
    for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        try {
            return await send();
        } catch (thrown) {
            if (thrown instanceof AppSnapshotError) {
                // Not the API's: the request was not to be made at all.
                throw thrown;
            }
            const error = toApiCallError(operation, thrown);
            const wait = delayBefore(error, attempt, options.random);
            const spent = clock.now() - start;
            if (wait === undefined || attempt >= limits.attempts || spent + wait > limits.milliseconds) {
                throw error;
            }
            options.log.debug(`${error.message}; asking again in ${Math.round(wait)} ms`);
            await clock.sleep(wait, signal);
        }
    }
}

function delayBefore(error: ApiCallError, attempt: number, random: () => number): number | undefined {
    switch (error.retryClass) {
        case "never":
            return undefined;
        case "again":
            return exponentialDelay(attempt, random, { first: 300, longest: 15_000 });
        case "later": {
            const own = exponentialDelay(attempt, random, { first: 1_000, longest: 20_000, least: 0.5 });
            return error.retryAfterMilliseconds === undefined
                ? own
                : Math.max(own / 10, error.retryAfterMilliseconds);
        }
    }
}
