/** The core's source of time, which a test can replace. */
export interface Clock {
    /** Milliseconds since the epoch. */
    now(): number;
    /** Resolves after `durationMs`, or rejects with the signal's reason as soon as it is aborted. */
    sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** The services that every wait needs. */
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
            const sleepers = signal === undefined ? undefined : sleepersOf(signal);
            const cancel = (): void => {
                clearTimeout(timer);
                reject(abortReason(signal));
            };
            const timer = setTimeout(() => {
                sleepers?.delete(cancel);
                resolve();
            }, durationMs);
            sleepers?.add(cancel);
        }),
};

/** Callbacks that end the sleeps of one signal. */
type Sleepers = Set<() => void>;

const sleepersBySignal = new WeakMap<AbortSignal, Sleepers>();

/**
 * Returns the sleeps of a signal, which share one listener: Node.js takes more than ten listeners on a signal for a
 * leak, and warns about it on the user's terminal.
 */
function sleepersOf(signal: AbortSignal): Sleepers {
    const known = sleepersBySignal.get(signal);
    if (known !== undefined) {
        return known;
    }
    const sleepers: Sleepers = new Set();
    sleepersBySignal.set(signal, sleepers);
    const cancelAll = (): void => {
        sleepers.forEach((cancel) => {
            cancel();
        });
    };
    signal.addEventListener("abort", cancelAll, { once: true });
    return sleepers;
}

function abortReason(signal: AbortSignal | undefined): Error {
    const reason: unknown = signal?.reason;
    return reason instanceof Error ? reason : new Error("The operation was cancelled.");
}
