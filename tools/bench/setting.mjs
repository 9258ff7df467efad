// What is measured, and what a measurement results in.
import { durations } from "./distribution.mjs";
import { ownMs } from "./own-time.mjs";

/** How long the emulated cloud takes for everything but the plugin: about as the real one for a small instance. */
export const TIMING = {
    deliveryMs: 300,
    visibilityMs: 200,
    availableMs: 800,
    uploadMs: 20_000,
    deletionMs: 1_200,
};

/** The number of instances that the vendor script works on at a time. */
export const POOL = 16;

/**
 * @typedef {object} Setting
 * @property {"fleet" | "singles" | "empty-fleet" | "empty-singles" | "vendor"} form
 * @property {number} count The number of instances.
 * @property {import("./distribution.mjs").Distribution} distribution Of the times of the plugin.
 * @property {"delivered"} [scripts] Default: those that are on the instances already.
 * @property {number} [parallel] Default: the engine's.
 * @property {number} [pollMs] The vendor script's.
 * @property {number} [callsPerMinute] The quota of each operation. Default: none.
 * @property {true} [watched] Notes when the snapshots could be used; for a few instances only.
 * @property {readonly Command[]} [then] What follows the first update.
 *
 * @typedef {"unchanged" | "refresh" | "destroy"} Command `unchanged` is an update that has nothing to do.
 *
 * @typedef {Record<string, number>} Calls The number of requests by operation, refused ones and polls included.
 *
 * @typedef {object} Measured
 * @property {number} count The number of instances.
 * @property {number} slowestMs The slowest instance's own time.
 * @property {number} wallMs Of the update, from the start of `pulumi` to its end, or of the script.
 * @property {number} [createMs] Of the longest create, as the engine sees it.
 * @property {number} failures The number of instances without a snapshot.
 * @property {Calls} calls
 * @property {number} [overheadMs] The time of create, or of the script, over the cloud's own; if watched.
 * @property {number} [throttled] The number of requests that were refused because of the quota.
 * @property {Provider} [provider]
 * @property {number} [stateBytes] The size of the snapshots in the state, as JSON without spaces.
 * @property {Provider & { tookMs: number }} [unchanged] With the time of all calls of the engine.
 * @property {Calls} [refreshCalls]
 * @property {Calls} [destroyCalls]
 * @property {EmulatorCost} [emulator]
 *
 * @typedef {object} EmulatorCost
 * @property {number} requests All of them.
 * @property {number} cpuMs The processor's time of the emulator's process.
 * @property {number} operationsMs The time within the operations, without HTTP and signatures.
 * @property {number} processes The shells of commands that it has started, and the scripts of the plugin.
 * @property {number} commandsCpuMs The processor's time of these and of what they have started.
 *
 * @typedef {object} Provider The process of the dynamic provider.
 * @property {number} peakMb
 * @property {number} cpuMs
 */

/**
 * Returns the times of the plugin, and those of the cloud altogether, on the instances of a measurement.
 *
 * @param {Pick<Setting, "count" | "distribution">} setting
 */
export function timesOf({ count, distribution }) {
    const pluginMs = durations(count, distribution);
    const own = pluginMs.map((time) => ownMs(time, TIMING));
    return { pluginMs, own, slowestMs: Math.max(...own) };
}

/** @param {Calls} calls */
export function total(calls) {
    return Object.values(calls).reduce((sum, count) => sum + count, 0);
}

/**
 * @param {Calls} after
 * @param {Calls} before
 * @returns {Calls}
 */
export function callsBetween(after, before) {
    return Object.fromEntries(
        Object.entries(after)
            .map(([action, count]) => /** @type {const} */ ([action, count - (before[action] ?? 0)]))
            .filter(([, count]) => count > 0),
    );
}
