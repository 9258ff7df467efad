// Makes the measurements in their order.
import { setTimeout as sleep } from "node:timers/promises";

import { seconds } from "../process.mjs";
import { measure } from "./measure.mjs";
import { APART_MS, GRID, GRID_ORDER, isShort, ORDER, QUICK_RUNS, SCENARIOS } from "./scenarios.mjs";

/**
 * @typedef {import("./setting.mjs").Measured} Measured
 * @typedef {import("./setting.mjs").Setting} Setting
 *
 * @typedef {object} Plan
 * @property {readonly (readonly string[])[]} groups One after another; the members of each side by side, with their
 *   starts apart.
 * @property {Readonly<Record<string, Setting>>} settings
 */

/**
 * @param {object} options
 * @param {boolean} options.full
 * @param {ReadonlySet<string>} [options.only] The names of the measurements. Default: all.
 * @param {number} [options.most] The most instances of a measurement.
 * @returns {Plan}
 */
export function planOf({ full, only, most = Infinity }) {
    const groups = [];
    for (let run = 0; run < QUICK_RUNS; run++) {
        // A short one is always repeated, so that the machine's mood shows.
        groups.push(...ORDER.filter((group) => full || run === 0 || group.every(isShort)));
    }
    if (full && only === undefined) groups.push(...GRID_ORDER);
    return {
        groups: groups
            .map((group) => group.filter((name) => only?.has(name) ?? true))
            .filter((group) => group.length > 0),
        settings: Object.fromEntries(
            Object.entries({ ...SCENARIOS, ...GRID }).map(([name, setting]) => [
                name,
                { ...setting, count: Math.min(most, setting.count) },
            ]),
        ),
    };
}

/**
 * Makes all measurements, also after one has failed.
 *
 * @param {Plan} plan
 * @param {object} options
 * @param {string} options.engine
 * @param {import("../process.mjs").Log} options.log
 * @param {typeof measure} [options.make]
 * @param {(ms: number) => Promise<unknown>} [options.wait]
 * @returns {Promise<import("./report.mjs").Results>}
 */
export async function makeMeasurements({ groups, settings }, { engine, log, make = measure, wait = sleep }) {
    /** @type {Record<string, Measured[]>} */
    const runs = {};
    /** @type {Record<string, string>} */
    const problems = {};
    /** @param {string} name */
    const one = async (name) => {
        const setting = settings[name];
        if (setting === undefined || problems[name] !== undefined) return;
        const start = performance.now();
        try {
            const measured = await make(setting, engine);
            runs[name] = [...(runs[name] ?? []), measured];
            log(`${name}: ${seconds(performance.now() - start)}`);
        } catch (thrown) {
            problems[name] = thrown instanceof Error ? thrown.message : String(thrown);
            log(`${name}: failed. ${problems[name]}`);
        }
    };
    for (const group of groups) {
        await Promise.all(
            group.map(async (name, index) => {
                await wait(index * APART_MS);
                await one(name);
            }),
        );
    }
    return { runs, problems };
}
