/** The source of time. Tests may pass their own. */
export interface Clock {
    /** Milliseconds since 1970-01-01 UTC. */
    now(): number;
    /** Runs `action` once after `ms` milliseconds; the returned function cancels it. */
    after(ms: number, action: () => void): () => void;
    /**
     * Notes that something begins which takes the machine's time, not this clock's: a process of a command, a copy of
     * a disk's image. The returned function tells that it is over. A clock that stands still meanwhile is never ahead of
     * what happens, however busy the machine is. Default: nobody is told.
     */
    work?(): () => void;
    /**
     * Returns the time by which clients date and sign their requests, if that is not this clock's. Default: `now`.
     */
    signingTime?(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
    now: () => Date.now(),
    after: (ms, action) => {
        // Only the listening server keeps the process alive.
        const timer = setTimeout(action, ms).unref();
        return () => {
            clearTimeout(timer);
        };
    },
};

/** Resolves after `ms` milliseconds, or at once when `signal` aborts. Never rejects: callers look at the signal. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted) {
            resolve();
            return;
        }
        const finish = () => {
            cancel();
            signal?.removeEventListener("abort", finish);
            resolve();
        };
        const cancel = clock.after(ms, finish);
        signal?.addEventListener("abort", finish, { once: true });
    });
}

/** Formats a time as the API does, without milliseconds: `2025-03-01T08:00:00Z`. */
export function isoTime(ms: number): string {
    return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
