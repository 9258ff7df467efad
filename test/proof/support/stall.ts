import type { WriteLoad } from "../../recipes/support/session";

const lookMs = 2;

/** Watches a load of writes for the longest time in which none was acknowledged. */
export class StallWatch {
    private last: number;
    private lastAt = performance.now();
    private longest = 0;
    private readonly timer: NodeJS.Timeout;

    constructor(private readonly load: WriteLoad) {
        this.last = load.acknowledged;
        this.timer = setInterval(() => {
            this.look();
        }, lookMs);
    }

    /** @returns the longest stall so far, in milliseconds. */
    stop(): number {
        clearInterval(this.timer);
        this.look();
        return this.longest;
    }

    private look(): void {
        const now = performance.now();
        if (this.load.acknowledged > this.last) {
            this.last = this.load.acknowledged;
            this.longest = Math.max(this.longest, now - this.lastAt);
            this.lastAt = now;
        }
    }
}
