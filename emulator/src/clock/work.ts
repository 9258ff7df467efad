import type { Clock } from "./clock";

/** Something that takes the machine's time, as the clock is told of it: from here to its end. */
export class Work {
    private waits = 0;
    private over = false;
    private end: (() => void) | undefined;

    constructor(private readonly clock: Clock) {
        this.tell();
    }

    /** Waits for something that is not part of the work: for the emulator's own answer, say. */
    async without<T>(wait: () => Promise<T>): Promise<T> {
        this.waits++;
        this.tell();
        try {
            return await wait();
        } finally {
            this.waits--;
            this.tell();
        }
    }

    finish(): void {
        this.over = true;
        this.tell();
    }

    private tell(): void {
        if (this.over || this.waits > 0) {
            this.end?.();
            this.end = undefined;
        } else {
            this.end ??= this.clock.work?.();
        }
    }
}

/** Waits for something that takes the machine's time. */
export async function during<T>(clock: Clock, done: Promise<T>): Promise<T> {
    const work = new Work(clock);
    try {
        return await done;
    } finally {
        work.finish();
    }
}
