// Makes a measurement, with an emulated cloud of its own where it needs one.
import { fileURLToPath } from "node:url";

import { capture, tail } from "../process.mjs";
import { startCloud } from "./cloud.mjs";
import { DELIVERED_SCRIPTS, INSTALLED_SCRIPTS, instancesOf } from "./instances.mjs";
import { measureStack } from "./measure-stack.mjs";
import { POOL, timesOf, TIMING } from "./setting.mjs";

/**
 * @typedef {import("./setting.mjs").Setting} Setting
 * @typedef {import("./setting.mjs").Measured} Measured
 * @typedef {import("./cloud.mjs").Cloud} Cloud
 */

/**
 * @param {Setting} setting
 * @param {string} engine The folder of the engine.
 * @returns {Promise<Measured>}
 */
export async function measure(setting, engine) {
    if (setting.form === "empty-fleet" || setting.form === "empty-singles") {
        return measureStack(setting, { engine, program: "empty", declared: emptyProgram(setting) });
    }
    const instances = instancesOf(timesOf(setting).pluginMs);
    const instanceIds = instances.fixture.instances.map(({ instanceId }) => instanceId);
    const cloud = await startCloud({
        ...instances,
        timing: TIMING,
        watched: setting.watched === true,
        callsPerMinute: setting.callsPerMinute,
    });
    try {
        return setting.form === "vendor"
            ? await measureVendor(setting, instanceIds, cloud)
            : await measureStack(setting, {
                  ...{ engine, cloud, program: "snapshots", declared: snapshotProgram(setting, instanceIds) },
              });
    } finally {
        await cloud.close();
    }
}

/**
 * @param {Setting} setting
 * @param {string[]} instanceIds
 */
function snapshotProgram(setting, instanceIds) {
    const linux = setting.scripts === "delivered" ? DELIVERED_SCRIPTS : INSTALLED_SCRIPTS;
    return setting.form === "fleet"
        ? { singles: {}, fleets: { fleet: { instanceIds, linux } } }
        : {
              singles: Object.fromEntries(instanceIds.map((id) => [id, { instanceId: id, linux }])),
              fleets: {},
          };
}

/** @param {Setting} setting */
function emptyProgram(setting) {
    const { own, slowestMs } = timesOf(setting);
    const sleeps = setting.form === "empty-fleet" ? [slowestMs] : own;
    return { sleepsMs: Object.fromEntries(sleeps.map((sleepMs, index) => [`empty-${index}`, sleepMs])) };
}

/**
 * @param {Setting} setting
 * @param {string[]} instanceIds
 * @param {Cloud} cloud
 * @returns {Promise<Measured>}
 */
async function measureVendor(setting, instanceIds, cloud) {
    const task = { instanceIds, pool: POOL, pollMs: setting.pollMs ?? 5_000 };
    const script = fileURLToPath(new URL("vendor-script.mjs", import.meta.url));
    const { code, stdout, stderr } = await capture(process.execPath, [script, JSON.stringify(task)], {
        env: {
            ...process.env,
            ALIBABA_CLOUD_ECS_ENDPOINT: cloud.url,
            ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
        },
    });
    if (code !== 0) throw new Error(`The vendor script failed:\n${tail(stderr)}`);
    const { wallMs, failures } = JSON.parse(stdout);
    if (failures.length > 0 && setting.callsPerMinute === undefined) {
        throw new Error(`The vendor script failed for ${failures.length} instances: ${failures[0]}`);
    }
    const { calls, throttled, emulator, ownMs } = await cloud.observe();
    return {
        count: setting.count,
        slowestMs: timesOf(setting).slowestMs,
        wallMs,
        failures: failures.length,
        calls,
        throttled,
        emulator,
        ...(ownMs === undefined ? {} : { overheadMs: wallMs - ownMs }),
    };
}
