// The time that the cloud itself takes for a snapshot, whoever asks for it.

/** The share of the plugin's time after which the emulator's plugin creates the group. */
const BEFORE_CREATION = 0.4;

/**
 * Returns the time from the start of the plugin until it has ended and its snapshots are available.
 *
 * @param {number} pluginMs
 * @param {{ readonly availableMs: number }} timing
 */
export function ownMs(pluginMs, { availableMs }) {
    return Math.max(pluginMs, BEFORE_CREATION * pluginMs + availableMs);
}

/**
 * Computes the duration of a script that works on some instances at a time and looks at each in turn at an interval.
 * The script is done with an instance at the first look after its end.
 *
 * @param {readonly number[]} ownTimesMs
 * @param {{ readonly pool: number, readonly pollMs: number, readonly deliveryMs: number }} options
 */
export function pooledMs(ownTimesMs, { pool, pollMs, deliveryMs }) {
    /** @type {number[]} */
    const freeAt = Array.from({ length: Math.min(pool, ownTimesMs.length) }, () => 0);
    for (const own of ownTimesMs) {
        const next = freeAt.indexOf(Math.min(...freeAt));
        freeAt[next] = /** @type {number} */ (freeAt[next]) + Math.ceil((deliveryMs + own) / pollMs) * pollMs;
    }
    return Math.max(0, ...freeAt);
}
