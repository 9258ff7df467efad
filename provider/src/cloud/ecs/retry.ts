import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { exponentialDelay } from "../../runtime/backoff";
import type { Clock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import { ApiCallError } from "./api-error";
import { toApiCallError } from "./sdk-error";

/** The time after the first request from which on no more are made, unless others are accepted. The number of requests is not limited. */
export interface RetryLimits {
    /** The limit for transient faults. */
    readonly againMs: number;
    /** The limit for a call that was throttled at least once. */
    readonly laterMs: number;
}

/**
 * The limits of all calls. Throttling is counted for the whole account in windows of a minute, which other callers may
 * use up before the next retry: its limit has room for several windows.
 */
export const defaultRetryLimits: RetryLimits = { againMs: 150_000, laterMs: 300_000 };

export interface RetryOptions {
    readonly clock: Clock;
    readonly random: () => number;
    readonly signal: AbortSignal;
    readonly log: Logger;
    readonly limits?: RetryLimits;
    /** The time of the clock after which nothing is retried, whatever the limits are. Default: none. */
    readonly deadline?: number;
    /** Returns the time that the call has spent in the limiter's queue, which is no retry. Default: none. */
    readonly queuedMs?: () => number;
    /**
     * Returns the time at which the API last accepted a request of the operation. As long as it accepts any, a call
     * that was throttled is only waiting for its turn. Default: never.
     */
    readonly acceptedAt?: () => number;
    /** Names the host of the call, for the error of one without an answer. Default: it is not named. */
    readonly place?: () => string | undefined;
}

/**
 * Makes one API call, and retries it if that may help.
 *
 * @param send must be safe to repeat: a second request changes nothing, or carries the same ClientToken.
 */
export async function withRetry<T>(
    operation: string,
    send: () => Promise<T>,
    options: RetryOptions,
): Promise<T> {
    const { clock, signal, deadline = Infinity } = options;
    const limits = options.limits ?? defaultRetryLimits;
    const start = clock.now();
    let wasThrottled = false;
    let mayBeDone = false;
    let sentAt: number | undefined;
    for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        try {
            return await send();
        } catch (thrown) {
            if (thrown instanceof AppSnapshotError) {
                // Not from the API: the request must not be made at all.
                throw thrown;
            }
            const last = toApiCallError(operation, thrown, options.place?.());
            const error = mayBeDone ? last.afterFault() : last;
            // A call that needed another one first, such as that for credentials, was not made.
            mayBeDone ||= last.operation === operation && last.mayBeDone;
            if (error.retryClass === "never") {
                throw error;
            }
            wasThrottled ||= error.retryClass === "later";
            const wait = waitAfter(error, delays[error.retryClass](attempt, options.random));
            const next = clock.now() + wait;
            const queuedMs = options.queuedMs?.() ?? 0;
            sentAt ??= start + queuedMs;
            const limit = wasThrottled
                ? Math.max(sentAt, options.acceptedAt?.() ?? -Infinity) + limits.laterMs
                : start + queuedMs + limits.againMs;
            if (next > Math.min(deadline, limit)) {
                throw error;
            }
            options.log.debug(`${error.message}; retrying in ${Math.round(wait)} ms`);
            const spent = clock.now() - start;
            if (spent >= silentMs) {
                options.log.status(`still trying after ${Math.round(spent / 1000)}s: ${error.message}`);
            }
            await clock.sleep(wait, signal);
        }
    }
}

/** The duration of a fault from which on the resource's row shows it: nothing else would explain the delay. */
const silentMs = 5_000;

const delays = {
    again: (attempt: number, random: () => number): number =>
        exponentialDelay(attempt, random, { firstMs: 300, longestMs: 15_000 }),
    later: (attempt: number, random: () => number): number =>
        exponentialDelay(attempt, random, { firstMs: 1_000, longestMs: 20_000, least: 0.5 }),
};

/**
 * Returns a wait that is never shorter than the API asks for. If the API's is longer, our own is added: clients that
 * were refused together get the same hint, and must not return together.
 */
function waitAfter({ retryAfterMs: hint = 0 }: ApiCallError, own: number): number {
    return own >= hint ? own : hint + own;
}
