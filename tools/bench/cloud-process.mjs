// The emulator in a process of its own, so that its work takes nothing from what is measured but the processor's time.
// The parent sends the options, then questions, each of which gets one answer.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** @typedef {import("pulumi-alicloud-app-snapshot-emulator").EmulatorOptions} EmulatorOptions */

/** @type {typeof import("pulumi-alicloud-app-snapshot-emulator")} */
const { startEmulator } = createRequire(import.meta.url)("pulumi-alicloud-app-snapshot-emulator");

/** How often it looks whether the snapshots can be used, where that moment is measured. */
const LOOK_MS = 5;

/** Ticks of the kernel's times per second, the same on all common systems. */
const TICKS = 100;

/** The processor's time of this process and of the commands that it ran, in milliseconds. */
function cpuMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000 + childrenCpuMs();
}

function childrenCpuMs() {
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
 * @typedef {EmulatorOptions & { readonly watched: boolean, readonly callsPerMinute: number | undefined }} Options
 */

/** @param {Options} options */
async function serve({ watched, callsPerMinute, ...options }) {
    if (callsPerMinute !== undefined) throw new Error("there are no quotas yet");
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
    const looks = setInterval(() => {
        if (readyAt !== undefined) return;
        const { invocations, snapshots } = emulator.state;
        const done = invocations.length > 0 && invocations.every(({ status }) => status === "Success");
        if (done && snapshots.every(({ available }) => available)) readyAt = Date.now();
    }, LOOK_MS);
    if (!watched) clearInterval(looks);
    process.on("message", async (question) => {
        if (question === "close") {
            clearInterval(looks);
            await emulator.close();
            process.disconnect();
            return;
        }
        /** @type {Record<string, number>} */
        const calls = {};
        for (const { action } of emulator.ledger) calls[action] = (calls[action] ?? 0) + 1;
        process.send?.({
            calls,
            requests: emulator.ledger.length,
            throttled: emulator.ledger.filter(({ code }) => code?.startsWith("Throttling")).length,
            groups: emulator.state.snapshotGroups.length,
            cpuMs: cpuMs(),
            ...(startedAt === undefined || readyAt === undefined ? {} : { ownMs: readyAt - startedAt }),
        });
    });
    process.send?.({ url: emulator.url });
}

process.once("message", (options) => {
    serve(/** @type {Options} */ (options)).catch((thrown) => {
        process.send?.({ problem: String(thrown) });
        process.disconnect();
    });
});
