import type { Clock as EmulatorClock } from "pulumi-alicloud-app-snapshot-emulator";

import type { Clock as ProviderClock } from "../../../provider/src/runtime/clock";

interface Sleeper {
    readonly until: number;
    readonly wake: () => void;
}

/** Work that is ready continues within one turn of the event loop; more turns do no harm. */
const turns = 5;

/**
 * A clock for a provider and its emulator in one process. It stands still while anybody works, and jumps to the next
 * deadline when nobody does. So no wait takes real time, and the clock never overtakes anybody, however slow the
 * machine is.
 *
 * Anything that takes the machine's time and is not registered as work must be done within a turn of the event loop.
 */
export class PatientClock implements ProviderClock, EmulatorClock {
    /** Every sleep of the provider so far, in milliseconds. */
    readonly sleeps: number[] = [];
    private time = Date.UTC(2025, 0, 2, 3, 4, 5);
    private readonly sleepers = new Set<Sleeper>();
    private readonly works = new Set<string>();
    private looking = false;
    private stopped = false;
    /** Counts every event that may have changed who works and who sleeps. */
    private changes = 0;
    private begun = 0;

    now(): number {
        return this.time;
    }

    /** Requests are signed with the machine's time. */
    signingTime(): number {
        return Date.now();
    }

    /** Registers work; the returned function ends it and may be called more than once. */
    work(what = "work of the emulator"): () => void {
        const name = `${what} #${++this.begun}`;
        this.works.add(name);
        this.changed();
        return () => {
            if (this.works.delete(name)) {
                this.changed();
            }
        };
    }

    after(durationMs: number, action: () => void): () => void {
        const sleeper: Sleeper = { until: this.time + Math.max(0, Math.ceil(durationMs)), wake: action };
        this.sleepers.add(sleeper);
        this.changed();
        return () => {
            if (this.sleepers.delete(sleeper)) {
                this.changed();
            }
        };
    }

    sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
        this.sleeps.push(durationMs);
        return new Promise((resolve, reject) => {
            const abort = (): void => {
                cancel();
                reject(signal?.reason as Error);
            };
            if (signal?.aborted === true) {
                reject(signal.reason as Error);
                return;
            }
            const cancel = this.after(durationMs, () => {
                signal?.removeEventListener("abort", abort);
                resolve();
            });
            signal?.addEventListener("abort", abort, { once: true });
        });
    }

    /** Stops the clock for good. */
    stop(): void {
        this.stopped = true;
    }

    /** Describes why the clock stands still. */
    toString(): string {
        const sleeping = [...this.sleepers].map(({ until }) => until - this.time);
        return `at work: ${[...this.works].join(", ") || "nobody"}; asleep, for milliseconds: ${sleeping.join(", ") || "nobody"}`;
    }

    /** A number that grows with every event of this clock. */
    get happened(): number {
        return this.changes;
    }

    private changed(): void {
        this.changes++;
        if (!this.looking) {
            this.looking = true;
            void this.look();
        }
    }

    /** Wakes one sleeper after another, as long as nobody works. */
    private async look(): Promise<void> {
        while (this.isIdle()) {
            const before = this.changes;
            for (let turn = 0; turn < turns; turn++) {
                await new Promise((resolve) => setImmediate(resolve));
            }
            if (this.isIdle() && this.changes === before) {
                this.wakeNext();
            }
        }
        // The next change looks again.
        this.looking = false;
    }

    private isIdle(): boolean {
        return !this.stopped && this.works.size === 0 && this.sleepers.size > 0;
    }

    /** Sleepers with the same deadline wake in the order in which they fell asleep. */
    private wakeNext(): void {
        const next = [...this.sleepers].reduce((first, other) => (other.until < first.until ? other : first));
        this.sleepers.delete(next);
        this.changes++;
        this.time = next.until;
        next.wake();
    }
}
