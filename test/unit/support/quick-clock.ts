import type { Clock } from "../../../provider/src/runtime/clock";

/** Virtual time that goes from one sleeper to the next by itself, as soon as all of them sleep. */
export class QuickClock implements Clock {
    private time = Date.UTC(2025, 0, 2, 3, 4, 5);
    /** What wakes the sleepers, by the time at which they wake. */
    private readonly sleepers = new Map<number, (() => void)[]>();

    now(): number {
        return this.time;
    }

    sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            if (signal?.aborted === true) {
                reject(signal.reason as Error);
                return;
            }
            const until = this.time + Math.ceil(durationMs);
            const together = this.sleepers.get(until) ?? [];
            this.sleepers.set(until, together);
            const abort = (): void => {
                reject(signal?.reason as Error);
            };
            together.push(() => {
                signal?.removeEventListener("abort", abort);
                resolve();
            });
            signal?.addEventListener("abort", abort);
        });
    }

    /** Lets time pass until the work is done. */
    async during<T>(work: Promise<T>): Promise<T> {
        let running = 1;
        const end = (): void => {
            running = 0;
        };
        work.then(end, end);
        for (;;) {
            await new Promise((resolve) => setImmediate(resolve));
            if (running === 0) {
                return work;
            }
            const next = Math.min(...this.sleepers.keys());
            if (next === Infinity) {
                throw new Error("nobody sleeps, and the work is not done");
            }
            const wake = this.sleepers.get(next) ?? [];
            this.sleepers.delete(next);
            this.time = next;
            wake.forEach((one) => {
                one();
            });
        }
    }
}
