/** Time as the core sees it, so that a test can replace it. */
export interface Clock {
    /** Milliseconds since the epoch. */
    now(): number;
    /** Resolves after `milliseconds`, or rejects with the signal's reason as soon as it is aborted. */
    sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
    now: () => Date.now(),
    sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(abortReason(signal));
                return;
            }
            const onAbort = (): void => {
                clearTimeout(timer);
                reject(abortReason(signal));
            };
            const timer = setTimeout(() => {
                signal?.removeEventListener("abort", onAbort);
                resolve();
            }, milliseconds);
            signal?.addEventListener("abort", onAbort, { once: true });
        }),
};

function abortReason(signal: AbortSignal | undefined): Error {
    const reason: unknown = signal?.reason;
    return reason instanceof Error ? reason : new Error("The operation was cancelled.");
}
