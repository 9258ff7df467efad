import type { Clock } from "../../runtime/clock";
import { ApiCallError } from "./api-error";
import type { Caller } from "./caller";
import { Quota, type Sent } from "./quota";

/** A call whose requests pass the limiter. */
export interface LimitedCall {
    /** The API's operation, which has a quota of its own. */
    readonly operation: string;
    /** The call's number, from `Limiter.next`. */
    readonly number: number;
    /** The time at which it was first to be made. */
    readonly since: number;
    readonly caller: Pick<Caller, "signal" | "log" | "deadline">;
}

/** The wait from which on the resource's row shows it: nothing else would explain the delay. */
const silentMs = 5_000;

/** The quota of an operation, and those who wait for it. */
class Limited {
    readonly quota = new Quota();
    /** The controllers that wake the calls that wait, by their number. */
    readonly sleepers = new Map<number, AbortController>();
    /** The API's last refusal because of the quota. */
    refusal: ApiCallError | undefined;

    /** Lets the call look again that may now be tried; all others know when a part of the quota becomes free. */
    wakeProber(): void {
        const { prober } = this.quota;
        if (prober !== undefined) {
            this.sleepers.get(prober)?.abort();
        }
    }
}

/** Holds back the requests that the API would throttle. Who asks first is served first. */
export class Limiter {
    private readonly operations = new Map<string, Limited>();
    private calls = 0;

    /** @param patienceMs how long a call waits for an operation of which the API accepts nothing any more. */
    constructor(
        private readonly clock: Clock,
        private readonly patienceMs: number,
    ) {}

    /** Returns the number of a new call. */
    next(): number {
        return ++this.calls;
    }

    /**
     * Makes a request of a call when it is its turn, and learns from the answer.
     *
     * @throws ApiCallError the API's last refusal if the caller's deadline, or its patience, ends before that.
     */
    async run<T>(call: LimitedCall, request: () => Promise<T>): Promise<T> {
        const { clock } = this;
        const limited = this.operations.get(call.operation) ?? new Limited();
        this.operations.set(call.operation, limited);
        const { quota } = limited;
        const sent = await this.turn(call, limited);
        try {
            const answer = await request();
            quota.answered(sent, clock.now());
            return answer;
        } catch (thrown) {
            if (!(thrown instanceof ApiCallError) || thrown.operation !== call.operation) {
                // It was not made, or another one failed that it needs first.
                quota.unsent(sent);
            } else if (thrown.retryClass === "later") {
                limited.refusal = thrown;
                quota.throttled(sent, clock.now(), thrown.retryAfterMs);
            } else {
                quota.answered(sent, clock.now());
            }
            throw thrown;
        } finally {
            limited.wakeProber();
        }
    }

    /** Returns the time at which a request of an operation was last answered, and not throttled. */
    acceptedAt(operation: string): number {
        return this.operations.get(operation)?.quota.acceptedAt ?? -Infinity;
    }

    /** Waits for the turn of a call, and takes it. */
    private async turn(call: LimitedCall, limited: Limited): Promise<Sent> {
        const { quota } = limited;
        quota.enter(call.number);
        try {
            return await this.wait(call, limited);
        } finally {
            quota.leave(call.number);
            limited.wakeProber();
        }
    }

    private async wait({ operation, number, since, caller }: LimitedCall, limited: Limited): Promise<Sent> {
        const { quota } = limited;
        const start = this.clock.now();
        let shown = false;
        for (;;) {
            const now = this.clock.now();
            const waitMs = quota.waitMs(number, now);
            if (waitMs <= 0) {
                // At once: nobody else may take the same turn.
                return quota.send(number, now);
            }
            const lastChance = Math.max(since, quota.acceptedAt) + this.patienceMs;
            const leftMs = Math.min(caller.deadline, lastChance) - now;
            if (limited.refusal !== undefined && leftMs <= 0) {
                throw limited.refusal;
            }
            if (!shown && now - start + waitMs >= silentMs) {
                shown = true;
                caller.log.status(`waiting: the API throttles ${operation} calls`);
            }
            await this.sleep(Math.min(waitMs, Math.max(1, leftMs)), number, caller.signal, limited);
        }
    }

    /** Sleeps until a time has passed, or the call is woken. */
    private async sleep(
        durationMs: number,
        number: number,
        signal: AbortSignal,
        limited: Limited,
    ): Promise<void> {
        const alarm = new AbortController();
        limited.sleepers.set(number, alarm);
        try {
            await this.clock.sleep(durationMs, AbortSignal.any([signal, alarm.signal]));
        } catch (thrown) {
            signal.throwIfAborted();
            if (!alarm.signal.aborted) {
                throw thrown;
            }
        } finally {
            limited.sleepers.delete(number);
        }
    }
}
