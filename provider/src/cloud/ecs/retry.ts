import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { exponentialDelay } from "../../runtime/backoff";
import type { Clock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import { ApiCallError, toApiCallError } from "./api-error";

/** No new request after this time, in milliseconds from the first one. It alone ends repeating, not their number. */
export interface RetryLimits {
    /** For passing faults. */
    readonly again: number;
    /** For a call that was throttled, whatever else happens to it. */
    readonly later: number;
}

/**
 * The same for all calls. Throttling is counted for the whole account in windows of a minute, which others may have
 * used up by the time that one of us asks again: its limit has room for several windows.
 */
export const defaultRetryLimits: RetryLimits = { again: 150_000, later: 300_000 };

export interface RetryOptions {
    readonly clock: Clock;
    readonly random: () => number;
    readonly signal: AbortSignal;
    readonly log: Logger;
    readonly limits?: RetryLimits;
    /** When no call is made again any more, by the clock, whatever the limits are. Default: never. */
    readonly deadline?: number;
    /** Where the call went to, for the error of one without an answer. Default: it is not said. */
    readonly place?: () => string | undefined;
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
    const { clock, signal, deadline = Infinity } = options;
    const limits = options.limits ?? defaultRetryLimits;
    const start = clock.now();
    let wasThrottled = false;
    for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        try {
            return await send();
        } catch (thrown) {
            if (thrown instanceof AppSnapshotError) {
                // Not the API's: the request was not to be made at all.
                throw thrown;
            }
            const error = toApiCallError(operation, thrown, options.place?.());
            if (error.retryClass === "never") {
                throw error;
            }
            wasThrottled ||= error.retryClass === "later";
            const wait = waitAfter(error, delays[error.retryClass](attempt, options.random));
            const next = clock.now() + wait;
            if (next > Math.min(deadline, start + limits[wasThrottled ? "later" : "again"])) {
                throw error;
            }
            options.log.debug(`${error.message}; retrying in ${Math.round(wait)} ms`);
            const spent = clock.now() - start;
            if (spent >= silentMs) {
                options.log.status(`retrying after ${Math.round(spent / 1000)}s: ${error.message}`);
            }
            await clock.sleep(wait, signal);
        }
    }
}

/** A fault that lasts longer is worth a line in the resource's row: nothing else would say why it stands still. */
const silentMs = 5_000;

const delays = {
    again: (attempt: number, random: () => number): number =>
        exponentialDelay(attempt, random, { first: 300, longest: 15_000 }),
    later: (attempt: number, random: () => number): number =>
        exponentialDelay(attempt, random, { first: 1_000, longest: 20_000, least: 0.5 }),
};

/**
 * Never less than the API asks for. Where that is the longer wait, ours comes on top: clients that were refused
 * together get the same hint, and are not to come back together.
 */
function waitAfter({ retryAfterMs: hint = 0 }: ApiCallError, own: number): number {
    return own >= hint ? own : hint + own;
}
