// The emulated cloud of one measurement.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Observation What the emulator has seen and spent since its start.
 * @property {Record<string, number>} calls The requests by operation, refused ones too.
 * @property {number} throttled The number of those that were refused because of the quota.
 * @property {number} groups The snapshot groups that exist.
 * @property {import("./setting.mjs").EmulatorCost} emulator
 * @property {number} [ownMs] The time from the arrival of the first RunCommand until the plugin had ended everywhere
 *   and all snapshots could be used; only if that was to be watched.
 *
 * @typedef {object} Cloud
 * @property {string} url
 * @property {() => Promise<Observation>} observe
 * @property {() => Promise<void>} close
 */

/**
 * @param {import("./cloud-process.mjs").Options} options
 * @returns {Promise<Cloud>}
 */
export async function startCloud(options) {
    const child = fork(fileURLToPath(new URL("cloud-process.mjs", import.meta.url)), {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const ended = once(child, "exit");
    /** @param {import("node:child_process").Serializable} message */
    const ask = async (message) => {
        const answer = Promise.race([
            once(child, "message").then(([value]) => value),
            ended.then(() => ({ problem: "its process has ended" })),
        ]);
        child.send(message);
        const value = await answer;
        if (value.problem) throw new Error(`The emulator failed: ${value.problem}`);
        return value;
    };
    try {
        const { url } = await ask(options);
        return {
            url,
            observe: () => ask("observe"),
            close: async () => {
                child.send("close");
                await ended;
            },
        };
    } catch (thrown) {
        child.kill();
        throw thrown;
    }
}
