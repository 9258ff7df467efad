import type { Clock } from "../../../provider/src/runtime/clock";

interface Sleeper {
    readonly until: number;
    readonly wake: () => void;
}

/** Virtual time that advances only when the test says so; sleepers sleep until then. */
export class ManualClock implements Clock {
    private time = Date.UTC(2025, 0, 2, 3, 4, 5);
    private readonly sleepers = new Set<Sleeper>();

    now(): number {
        return this.time;
    }

    /** The number of sleepers. */
    get sleeping(): number {
        return this.sleepers.size;
    }

    /** The time until the next sleeper wakes. */
    get nextMs(): number {
        return Math.min(...[...this.sleepers].map(({ until }) => until)) - this.time;
    }

    sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            if (signal?.aborted === true) {
                reject(signal.reason as Error);
                return;
            }
            const sleeper = {
                until: this.time + durationMs,
                wake: () => {
                    this.sleepers.delete(sleeper);
                    signal?.removeEventListener("abort", abort);
                    resolve();
                },
            };
            const abort = (): void => {
                this.sleepers.delete(sleeper);
                reject(signal?.reason as Error);
            };
            this.sleepers.add(sleeper);
            signal?.addEventListener("abort", abort);
        });
    }

    /** Lets time pass; sleepers that wake on the way act at their own time. */
    async advance(durationMs: number): Promise<void> {
        const end = this.time + durationMs;
        await others();
        for (;;) {
            const [next] = [...this.sleepers].sort((a, b) => a.until - b.until);
            if (next === undefined || next.until > end) {
                break;
            }
            this.time = next.until;
            next.wake();
            await others();
        }
        this.time = end;
    }
}

/** Lets all work that is ready continue. */
async function others(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
}
