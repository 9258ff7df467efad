// The curves of the chart: wall time against the number of instances, measured or computed.
import { durations, LONG } from "./distribution.mjs";
import { median } from "./figure.mjs";
import { ownMs, pooledMs } from "./own-time.mjs";
import { GRID, isInTurn, SCENARIOS } from "./scenarios.mjs";
import { POOL, TIMING } from "./setting.mjs";

/**
 * @typedef {object} Point
 * @property {number} count
 * @property {number} wallMs
 * @property {boolean} computed
 *
 * @typedef {object} Curve
 * @property {string} name
 * @property {Point[]} points By the number of instances.
 *
 * @typedef {import("./setting.mjs").Measured} Measured
 * @typedef {import("./setting.mjs").Setting} Setting
 */

const COUNTS = [1, 10, 100, 1_000];

/** The settings whose times belong together. */
const KINDS = [
    { name: "fleet", is: (/** @type {Setting} */ { form }) => form === "fleet" },
    {
        name: "single resources",
        is: (/** @type {Setting} */ setting) => setting.form === "singles" && !isInTurn(setting),
    },
    {
        name: "one after another",
        is: (/** @type {Setting} */ setting) => setting.form === "singles" && isInTurn(setting),
        compute: inTurnMs,
    },
    {
        name: `vendor script, ${POOL} at a time, polls of 5 s`,
        is: (/** @type {Setting} */ { form, pollMs = 5_000 }) => form === "vendor" && pollMs === 5_000,
        compute: (/** @type {readonly number[]} */ own) =>
            pooledMs(own, { pool: POOL, pollMs: 5_000, deliveryMs: TIMING.deliveryMs }),
    },
    {
        name: `vendor script, ${POOL} at a time, polls of 1 s`,
        is: (/** @type {Setting} */ { form, pollMs }) => form === "vendor" && pollMs === 1_000,
        compute: (/** @type {readonly number[]} */ own) =>
            pooledMs(own, { pool: POOL, pollMs: 1_000, deliveryMs: TIMING.deliveryMs }),
    },
    {
        name: "the slowest instance's own time",
        is: () => false,
        compute: (/** @type {readonly number[]} */ own) => Math.max(...own),
    },
];

/** @param {readonly number[]} own */
function inTurnMs(own) {
    return own.reduce((sum, time) => sum + TIMING.deliveryMs + time, 0);
}

/** @param {number} count */
function ownTimes(count) {
    return durations(count, LONG).map((time) => ownMs(time, TIMING));
}

/**
 * @param {Readonly<Record<string, readonly Measured[]>>} runs
 * @returns {Curve[]}
 */
export function curvesOf(runs) {
    const measured = Object.entries({ ...SCENARIOS, ...GRID })
        .map(([name, setting]) => ({ setting, runs: runs[name] ?? [] }))
        .filter(
            ({ setting, runs: made }) =>
                made.length > 0 &&
                setting.distribution === LONG &&
                setting.callsPerMinute === undefined &&
                setting.scripts === undefined,
        );
    return KINDS.map(({ name, is, compute }) => {
        /** @type {Map<number, Point>} */
        const points = new Map();
        for (const count of compute === undefined ? [] : COUNTS) {
            points.set(count, { count, wallMs: compute?.(ownTimes(count)) ?? NaN, computed: true });
        }
        for (const { setting, runs: made } of measured.filter((one) => is(one.setting))) {
            const wallMs = median(made.map((run) => run.wallMs));
            points.set(setting.count, { count: setting.count, wallMs, computed: false });
        }
        return { name, points: [...points.values()].sort((a, b) => a.count - b.count) };
    }).filter(({ points }) => points.length > 0);
}
