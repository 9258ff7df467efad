// The emulator in a process of its own, so that its work takes nothing from what is measured but the processor's time.
// The parent sends the options, then questions, each of which gets one answer.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/**
 * @typedef {import("pulumi-alicloud-app-snapshot-emulator").Emulator} Emulator
 * @typedef {import("pulumi-alicloud-app-snapshot-emulator").EmulatorOptions} EmulatorOptions
 *
 * @typedef {object} Measuring
 * @property {boolean} watched Notes when the snapshots can be used.
 * @property {number | undefined} callsPerMinute The quota of each operation.
 *
 * @typedef {Pick<EmulatorOptions, "fixture" | "behaviour" | "commands" | "timing"> & Measuring} Options
 */

/** @type {typeof import("pulumi-alicloud-app-snapshot-emulator")} */
const { startEmulator } = createRequire(import.meta.url)("pulumi-alicloud-app-snapshot-emulator");

/** How often it looks whether the snapshots can be used, where that moment is measured. */
const LOOK_MS = 5;

/** Ticks of the kernel's times per second, the same on all common systems. */
const TICKS = 100;

/** Returns the processor's time of the commands that have ended, in milliseconds. */
function commandsCpuMs() {
    try {
        // The name of the program, in parentheses, may contain spaces.
        const fields = readFileSync("/proc/self/stat", "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
        return ((Number(fields[13]) + Number(fields[14])) / TICKS) * 1000;
    } catch {
        return 0;
    }
}

/**
 * @param {Emulator} emulator
 * @returns {Omit<import("./cloud.mjs").Observation, "ownMs">}
 */
function observe({ ledger, state, cost }) {
    /** @type {Record<string, number>} */
    const calls = {};
    for (const { action } of ledger) calls[action] = (calls[action] ?? 0) + 1;
    const operations = Object.values(cost.operations);
    return {
        calls,
        throttled: operations.reduce((sum, { throttled }) => sum + throttled, 0),
        groups: state.snapshotGroups.length,
        emulator: {
            requests: ledger.length,
            cpuMs: cost.cpuMs.user + cost.cpuMs.system,
            operationsMs: operations.reduce((sum, { ms }) => sum + ms, 0),
            processes: cost.processes,
            commandsCpuMs: commandsCpuMs(),
        },
    };
}

/** @param {Pick<Emulator, "state">} emulator */
function isReady({ state: { invocations, snapshots } }) {
    return (
        invocations.length > 0 &&
        invocations.every(({ status }) => status === "Success") &&
        snapshots.every(({ available }) => available)
    );
}

/** @param {Options} options */
async function serve({ watched, callsPerMinute, ...options }) {
    /** @type {number | undefined} */
    let startedAt;
    /** @type {number | undefined} */
    let readyAt;
    const emulator = await startEmulator({
        ...options,
        onCall: ({ phase, entry }) => {
            if (phase === "received" && entry.action === "RunCommand") startedAt ??= Date.now();
        },
    });
    if (callsPerMinute !== undefined) emulator.quotas.set({ action: "*", callsPerMinute });
    const looks = watched
        ? setInterval(() => {
              if (readyAt === undefined && isReady(emulator)) readyAt = Date.now();
          }, LOOK_MS)
        : undefined;
    process.on("message", async (question) => {
        if (question === "close") {
            clearInterval(looks);
            await emulator.close();
            process.disconnect();
            return;
        }
        const own = startedAt === undefined || readyAt === undefined ? {} : { ownMs: readyAt - startedAt };
        process.send?.({ ...observe(emulator), ...own });
    });
    process.send?.({ url: emulator.url });
}

process.once("message", (options) => {
    serve(/** @type {Options} */ (options)).catch((thrown) => {
        process.send?.({ problem: String(thrown) });
        process.disconnect();
    });
});
