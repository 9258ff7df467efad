import type { OperationTable } from "../operations/operation";
import type { Fault } from "./faults";

/** A limit on the calls of an operation. */
export interface Quota {
    /** The operation, or "*" for each that has no quota of its own. */
    readonly action: string;
    readonly callsPerMinute: number;
    /** False if the refusal does not tell when to try again. Default true. */
    readonly retryAfter?: boolean;
}

const minuteMs = 60_000;

/**
 * The limits on calls, each per operation, region and minute, whoever calls. A minute begins when the cloud's clock says
 * so, and then all calls count anew. Nothing is limited unless a quota was set.
 */
export class Quotas {
    private readonly quotas = new Map<string, Quota>();
    private readonly calls = new Map<string, number>();
    private minute = 0;

    /** @param now the time of the cloud, in epoch milliseconds. */
    constructor(
        private readonly operations: OperationTable,
        private readonly now: () => number,
    ) {}

    /** Replaces all quotas; the calls of this minute count. Throws for an unknown operation, and then changes nothing. */
    set(...quotas: Quota[]): void {
        for (const { action, callsPerMinute } of quotas) {
            if (action !== "*" && !Object.hasOwn(this.operations, action)) {
                throw new Error(`a quota names the operation "${action}", which the emulator does not serve`);
            }
            if (!Number.isInteger(callsPerMinute) || callsPerMinute < 0) {
                throw new Error(`the quota of "${action}" must be a whole number of calls per minute`);
            }
        }
        this.quotas.clear();
        for (const quota of quotas) {
            this.quotas.set(quota.action, quota);
        }
    }

    /** Counts a call. Returns the fault that refuses it if it is one too many. */
    take(action: string, regionId: string): Fault | undefined {
        const now = this.now();
        const minute = Math.floor(now / minuteMs);
        if (minute !== this.minute) {
            this.minute = minute;
            this.calls.clear();
        }
        const key = `${regionId} ${action}`;
        const calls = (this.calls.get(key) ?? 0) + 1;
        this.calls.set(key, calls);
        const quota = this.quotas.get(action) ?? this.quotas.get("*");
        if (quota === undefined || calls <= quota.callsPerMinute) {
            return undefined;
        }
        const retryAfterMs = (minute + 1) * minuteMs - now;
        return { action, kind: "throttled", ...(quota.retryAfter === false ? {} : { retryAfterMs }) };
    }
}
