// The measurements by their names, and the order in which they are made.
import { LONG, SHORT } from "./distribution.mjs";

/** @typedef {import("./setting.mjs").Setting} Setting */

/** A single instance on which the plugin takes as long as in the vendor's published log, and a bit more. */
const TWO_SECONDS = { medianMs: 2_000, sigma: 0, leastMs: 2_000, mostMs: 2_000 };

/** What the largest fleet and the usual number of single resources are. */
const FLEET = 1_000;
const SINGLES = 100;

/** @type {Readonly<Record<string, Setting>>} */
export const SCENARIOS = {
    single: {
        ...{ form: "singles", count: 1, distribution: TWO_SECONDS, watched: true },
        then: ["unchanged"],
    },
    "vendor-single": { form: "vendor", count: 1, distribution: TWO_SECONDS, watched: true },
    "empty-single": { form: "empty-singles", count: 1, distribution: TWO_SECONDS, then: ["unchanged"] },
    fleet: { form: "fleet", count: FLEET, distribution: LONG, then: ["refresh", "destroy"] },
    "empty-fleet": { form: "empty-fleet", count: FLEET, distribution: LONG },
    singles: {
        ...{ form: "singles", count: SINGLES, distribution: LONG, parallel: SINGLES },
        then: ["refresh", "destroy"],
    },
    "empty-singles": { form: "empty-singles", count: SINGLES, distribution: LONG, parallel: SINGLES },
    "fleet-scripts": { form: "fleet", count: FLEET, distribution: LONG, scripts: "delivered" },
    vendor: { form: "vendor", count: 16, distribution: LONG },
    "fleet-throttled": { form: "fleet", count: 100, distribution: SHORT, callsPerMinute: 100 },
    "singles-throttled": {
        ...{ form: "singles", count: 100, distribution: SHORT, parallel: 100, callsPerMinute: 100 },
    },
    "vendor-throttled": { form: "vendor", count: 100, distribution: SHORT, callsPerMinute: 100 },
};

/**
 * The order of the measurements. Those in one group are made side by side. Of most, only their calls and failures count,
 * which do not depend on the machine's speed; the longest is the first. The empty ones just sleep, and
 * {@link APART_MS} keeps the start of each from the start and the end of the other. Any other whose time or memory
 * counts is made alone.
 *
 * @type {readonly (readonly string[])[]}
 */
export const ORDER = [
    ["single"],
    ["vendor-single"],
    ["empty-single"],
    ["fleet"],
    ["singles"],
    ["empty-singles", "empty-fleet"],
    ["fleet-scripts", "singles-throttled", "vendor", "vendor-throttled", "fleet-throttled"],
];

/** The time from the start of one measurement of a group to the start of the next: `pulumi up` has sent all creates. */
export const APART_MS = 10_000;

/** The quick form repeats only what is short. */
export const QUICK_RUNS = 3;
const SHORT_ONES = new Set(["single", "vendor-single", "empty-single"]);

/** @param {string} name */
export function isShort(name) {
    return SHORT_ONES.has(name);
}

/**
 * Tells whether one snapshot is taken after another.
 *
 * @param {{ readonly count: number, readonly parallel?: number }} setting
 */
export function isInTurn({ count, parallel }) {
    return parallel === 1 && count > 1;
}

/**
 * The grid of the full form, made once, in the same manner.
 *
 * @type {Readonly<Record<string, Setting>>}
 */
export const GRID = Object.fromEntries(
    [
        ...[1, 10, 100].map((count) => ({ form: "fleet", count })),
        ...[1, 10, 400].map((count) => ({ form: "singles", count, parallel: count })),
        { form: "singles", count: 10, parallel: 1 },
        ...[1, 10, 100].map((count) => ({ form: "vendor", count, pollMs: 5_000 })),
        ...[1, 10, 100].map((count) => ({ form: "vendor", count, pollMs: 1_000 })),
        { form: "fleet", count: 1_000, callsPerMinute: 100 },
        { form: "fleet", count: 1_000, callsPerMinute: 1_000 },
        { form: "fleet", count: 100, callsPerMinute: 1_000 },
        { form: "singles", count: 100, parallel: 100, callsPerMinute: 1_000 },
        { form: "vendor", count: 100, pollMs: 5_000, callsPerMinute: 1_000 },
    ].map((setting) => [
        [
            setting.form,
            setting.count,
            ...(isInTurn(setting) ? ["in turn"] : []),
            ...("pollMs" in setting ? [`polls of ${setting.pollMs / 1000} s`] : []),
            ...("callsPerMinute" in setting ? [`${setting.callsPerMinute} calls a minute`] : []),
        ].join(", "),
        /** @type {Setting} */ ({
            ...setting,
            distribution: "callsPerMinute" in setting ? SHORT : LONG,
        }),
    ]),
);

/** @type {readonly (readonly string[])[]} */
export const GRID_ORDER = gridOrder();

/** The vendor's scripts wait nearly all of the time, and the throttled ones only have to succeed. */
function gridOrder() {
    const isAlone = (/** @type {string} */ name) => {
        const setting = GRID[name];
        return setting?.form !== "vendor" && setting?.callsPerMinute === undefined;
    };
    const names = Object.keys(GRID);
    return [...names.filter(isAlone).map((name) => [name]), names.filter((name) => !isAlone(name))];
}
