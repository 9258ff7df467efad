import type { Clock } from "../../../provider/src/runtime/clock";

/** Virtual time: a sleep advances it at once. */
export class FakeClock implements Clock {
    /** Every sleep so far, in milliseconds. */
    readonly sleeps: number[] = [];

    constructor(private time = Date.UTC(2025, 0, 2, 3, 4, 5)) {}

    now(): number {
        return this.time;
    }

    sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
        if (signal?.aborted === true) {
            return Promise.reject(signal.reason as Error);
        }
        this.sleeps.push(durationMs);
        this.time += durationMs;
        return Promise.resolve();
    }

    /** Lets time pass, like a slow API call. */
    pass(durationMs: number): void {
        this.time += durationMs;
    }
}
