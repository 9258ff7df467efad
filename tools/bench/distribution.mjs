// The durations of the plugin on the instances of a measurement: always the same ones for a seed.

/**
 * @typedef {object} Distribution A log-normal distribution, clipped at both ends.
 * @property {number} medianMs
 * @property {number} sigma The standard deviation of the logarithm.
 * @property {number} leastMs
 * @property {number} mostMs
 */

/**
 * Most snapshots take half a minute, a few a whole one.
 *
 * @type {Distribution}
 */
export const LONG = { medianMs: 30_000, sigma: 0.35, leastMs: 20_000, mostMs: 60_000 };

/**
 * Where only failures or an overhead count.
 *
 * @type {Distribution}
 */
export const SHORT = { medianMs: 2_000, sigma: 0.35, leastMs: 1_500, mostMs: 4_000 };

export const SEED = 20_261_129;

/**
 * Returns a generator of numbers in [0, 1): mulberry32.
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function randomOf(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/**
 * Draws durations in whole milliseconds. The first ones are the same for every number of them.
 *
 * @param {number} count
 * @param {Distribution} distribution
 * @param {number} [seed]
 */
export function durations(count, { medianMs, sigma, leastMs, mostMs }, seed = SEED) {
    const random = randomOf(seed);
    return Array.from({ length: count }, () => {
        // The method of Box and Muller; 1 - random is never 0, which has no logarithm.
        const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        return Math.round(Math.min(mostMs, Math.max(leastMs, medianMs * Math.exp(sigma * normal))));
    });
}
