/** Callbacks for the end of one signal. */
type Callbacks = Set<() => void>;

const callbacksBySignal = new WeakMap<AbortSignal, Callbacks>();

/**
 * Calls `callback` when a signal that is not aborted yet is aborted. All callbacks of a signal share one listener:
 * Node.js takes more than ten listeners on a signal for a leak, and warns about it on the user's terminal.
 *
 * @returns a function that withdraws the callback.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
    const callbacks = callbacksOf(signal);
    callbacks.add(callback);
    return () => callbacks.delete(callback);
}

function callbacksOf(signal: AbortSignal): Callbacks {
    const known = callbacksBySignal.get(signal);
    if (known !== undefined) {
        return known;
    }
    const callbacks: Callbacks = new Set();
    callbacksBySignal.set(signal, callbacks);
    const callAll = (): void => {
        callbacks.forEach((callback) => {
            callback();
        });
    };
    signal.addEventListener("abort", callAll, { once: true });
    return callbacks;
}

export function abortReason(signal: AbortSignal): Error {
    const reason: unknown = signal.reason;
    return reason instanceof Error ? reason : new Error("The operation was cancelled.");
}
