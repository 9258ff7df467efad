// Measures the updates of a stack.
import { callsBetween, timesOf } from "./setting.mjs";
import { createStack } from "./stack.mjs";

/**
 * @typedef {import("./setting.mjs").Setting} Setting
 * @typedef {import("./setting.mjs").Measured} Measured
 * @typedef {import("./stack.mjs").Stack} Stack
 * @typedef {import("./stack.mjs").Finished} Finished
 */

/** What belongs to an update of dynamic resources. */
const DYNAMIC = "pulumi-nodejs:dynamic";

/**
 * A cloud that nobody calls.
 *
 * @type {import("./cloud.mjs").Cloud}
 */
const NO_CLOUD = {
    url: "http://127.0.0.1:9",
    observe: () =>
        Promise.resolve({
            ...{ calls: {}, throttled: 0, groups: 0 },
            emulator: { requests: 0, cpuMs: 0, operationsMs: 0, processes: 0, commandsCpuMs: 0 },
        }),
    close: () => Promise.resolve(),
};

/**
 * @param {Setting} setting
 * @param {object} options
 * @param {string} options.engine
 * @param {"snapshots" | "empty"} options.program
 * @param {object} options.declared
 * @param {import("./cloud.mjs").Cloud} [options.cloud]
 * @returns {Promise<Measured>}
 */
export async function measureStack(setting, { cloud = NO_CLOUD, ...options }) {
    const { parallel, then = [] } = setting;
    const stack = await createStack({ ...options, url: cloud.url });
    try {
        const up = await stack.run("up", ...(parallel === undefined ? [] : ["--parallel", String(parallel)]));
        const after = await cloud.observe();
        /** @type {Measured} */
        const measured = {
            count: setting.count,
            slowestMs: timesOf(setting).slowestMs,
            wallMs: up.wallMs,
            createMs: createMs(up),
            failures: options.program === "empty" ? 0 : failuresOf(setting, up, after.groups),
            calls: after.calls,
            throttled: after.throttled,
            provider: { peakMb: up.peakMb, cpuMs: up.cpuMs },
            stateBytes: bytesOf(await stack.resources()),
            ...(after.ownMs === undefined ? {} : { overheadMs: createMs(up) - after.ownMs }),
        };
        let { calls } = after;
        for (const command of then) {
            const finished = await succeeded(stack, command === "unchanged" ? "up" : command);
            const now = await cloud.observe();
            const made = callsBetween(now.calls, calls);
            calls = now.calls;
            if (command === "unchanged") measured.unchanged = unchangedOf(finished);
            if (command === "refresh") measured.refreshCalls = made;
            if (command === "destroy") {
                measured.destroyCalls = made;
                if (now.groups > 0) throw new Error(`${now.groups} groups are left after pulumi destroy`);
            }
        }
        const { emulator } = await cloud.observe();
        return { ...measured, ...(cloud === NO_CLOUD ? {} : { emulator }) };
    } finally {
        await stack.remove();
    }
}

/**
 * Returns the number of instances without a snapshot; throws if only a throttled update may fail, or if there are more
 * snapshots than instances.
 *
 * @param {Setting} setting
 * @param {Finished} up
 * @param {number} groups
 */
function failuresOf({ count, callsPerMinute }, { succeeded, output }, groups) {
    if (groups > count) throw new Error(`There are ${groups} snapshot groups of ${count} instances`);
    if (succeeded && groups === count) return 0;
    if (callsPerMinute === undefined) {
        throw new Error(`pulumi up took ${groups} of ${count} snapshots:\n${output}`);
    }
    return Math.max(1, count - groups);
}

/**
 * @param {Stack} stack
 * @param {string} command
 */
async function succeeded(stack, command) {
    const finished = await stack.run(command);
    if (!finished.succeeded) throw new Error(`pulumi ${command} failed:\n${finished.output}`);
    return finished;
}

/** @param {Finished} up */
function createMs({ calls }) {
    return Math.max(...calls.filter(({ method }) => method === "create").map(({ tookMs }) => tookMs));
}

/** @param {Finished} finished */
function unchangedOf({ calls, peakMb, cpuMs }) {
    const other = calls.find(({ method }) => method !== "check" && method !== "diff");
    if (other !== undefined) throw new Error(`An unchanged update called ${other.method}`);
    return { tookMs: calls.reduce((sum, { tookMs }) => sum + tookMs, 0), peakMb, cpuMs };
}

/** @param {readonly import("./stack.mjs").StateResource[]} resources */
function bytesOf(resources) {
    return resources
        .filter(({ type }) => type.startsWith(DYNAMIC))
        .reduce((sum, resource) => sum + Buffer.byteLength(JSON.stringify(resource)), 0);
}
