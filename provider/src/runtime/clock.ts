/** Time as the core sees it, so that a test can replace it. */
export interface Clock {
    /** Milliseconds since the epoch. */
    now(): number;
    /** Resolves after `durationMs`, or rejects with the signal's reason as soon as it is aborted. */
    sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** What waiting needs. */
export interface Waiting {
    readonly clock: Clock;
    /** A number in [0, 1), for jitter. */
    readonly random: () => number;
    readonly signal: AbortSignal;
}

/** The machine's own clock. */
export const systemClock: Clock = {
    now: () => Date.now(),
    sleep: (durationMs, signal) =>
        new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(abortReason(signal));
                return;
            }
            const sleepers = signal === undefined ? undefined : sleepersUnder(signal);
            const wake = (): void => {
                clearTimeout(timer);
                reject(abortReason(signal));
            };
            const timer = setTimeout(() => {
                sleepers?.delete(wake);
                resolve();
            }, durationMs);
            sleepers?.add(wake);
        }),
};

/** How to wake each that sleeps under a signal. */
type Sleepers = Set<() => void>;

const sleepersBySignal = new WeakMap<AbortSignal, Sleepers>();

/**
 * All that a process waits for ends with one signal. So one listener wakes them all: Node takes more than ten on a
 * signal for a leak, and warns of it on the user's terminal.
 */
function sleepersUnder(signal: AbortSignal): Sleepers {
    const known = sleepersBySignal.get(signal);
    if (known !== undefined) {
        return known;
    }
    const sleepers: Sleepers = new Set();
    sleepersBySignal.set(signal, sleepers);
    const wakeAll = (): void => {
        sleepers.forEach((wake) => {
            wake();
        });
    };
    signal.addEventListener("abort", wakeAll, { once: true });
    return sleepers;
}

function abortReason(signal: AbortSignal | undefined): Error {
    const reason: unknown = signal?.reason;
    return reason instanceof Error ? reason : new Error("The operation was cancelled.");
}
