import { abortReason, onAbort } from "./abort";

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
            const timer = setTimeout(() => {
                withdraw?.();
                resolve();
            }, durationMs);
            const withdraw =
                signal === undefined
                    ? undefined
                    : onAbort(signal, () => {
                          clearTimeout(timer);
                          reject(abortReason(signal));
                      });
        }),
};
