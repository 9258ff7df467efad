// The rows of the report: each figure with its goal, and with the baseline that it is compared with.
import { total } from "./setting.mjs";

/**
 * @typedef {import("./setting.mjs").Measured} Measured
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {string} unit Empty for a ratio or a count.
 * @property {number} digits After the point.
 * @property {number} limit The most that meets the goal.
 * @property {string} scenario What is measured,
 * @property {string} beside and what it is compared with, run by run.
 * @property {(measured: Measured, beside: Measured) => number} value
 * @property {{ name: string, unit: string, digits: number, value: (beside: Measured) => number }} baseline
 */

const VENDOR = "the vendor's steps as a script";
const EMPTY = "an empty dynamic resource";
const SINGLES = "single resources";

/**
 * @template T
 * @param {T | undefined} value
 * @returns {T}
 */
function known(value) {
    if (value === undefined) throw new Error("The measurement lacks a figure of this row");
    return value;
}

/** @param {Measured} measured */
function callsEach({ calls, count }) {
    return total(calls) / count;
}

/** @param {Measured} measured */
function kilobytesEach({ stateBytes, count }) {
    return known(stateBytes) / count / 1000;
}

/** @type {Pick<Row, "beside" | "baseline">} */
const callsOfVendor = {
    beside: "vendor",
    baseline: { name: VENDOR, unit: "", digits: 1, value: callsEach },
};

/** @type {Pick<Row, "unit" | "digits" | "limit" | "beside" | "value" | "baseline">} */
const failures = {
    ...{ unit: "", digits: 0, limit: 0, beside: "vendor-throttled" },
    value: (measured) => measured.failures,
    baseline: { name: VENDOR, unit: "", digits: 0, value: (beside) => beside.failures },
};

/** @type {readonly Row[]} */
export const ROWS = [
    {
        id: "single-time",
        title: "one instance: create's time over the cloud's own",
        ...{ unit: "s", digits: 2, limit: 0.5, scenario: "single", beside: "vendor-single" },
        value: ({ overheadMs }) => known(overheadMs) / 1000,
        baseline: {
            ...{ name: VENDOR, unit: "s", digits: 2 },
            value: ({ overheadMs }) => known(overheadMs) / 1000,
        },
    },
    {
        id: "fleet-time",
        title: "fleet of 1,000: wall time of `pulumi up` / the slowest instance's own time",
        ...{ unit: "", digits: 3, limit: 1.15, scenario: "fleet", beside: "empty-fleet" },
        value: ({ wallMs, slowestMs }) => wallMs / slowestMs,
        baseline: { name: EMPTY, unit: "", digits: 3, value: ({ wallMs, slowestMs }) => wallMs / slowestMs },
    },
    {
        id: "fleet-calls",
        title: "fleet of 1,000: API calls per instance, polls included",
        ...{ unit: "", digits: 3, limit: 0.25, scenario: "fleet", ...callsOfVendor },
        value: callsEach,
    },
    {
        id: "fleet-script-calls",
        title: "fleet of 1,000 with delivered scripts: API calls per instance, polls included",
        ...{ unit: "", digits: 3, limit: 0.5, scenario: "fleet-scripts", ...callsOfVendor },
        value: callsEach,
    },
    {
        id: "singles-time",
        title: "100 single resources, `--parallel 100`: wall time / that of empty dynamic resources",
        ...{ unit: "", digits: 3, limit: 1.15, scenario: "singles", beside: "empty-singles" },
        value: (measured, beside) => measured.wallMs / beside.wallMs,
        baseline: {
            ...{ name: "empty dynamic resources", unit: "s", digits: 1 },
            value: ({ wallMs }) => wallMs / 1000,
        },
    },
    {
        id: "singles-calls",
        title: "100 single resources, `--parallel 100`: API calls each, polls included",
        ...{ unit: "", digits: 2, limit: 3, scenario: "singles", ...callsOfVendor },
        value: callsEach,
    },
    {
        id: "singles-throttled",
        title: "100 single resources, at most 100 calls a minute of each operation: failures",
        ...{ scenario: "singles-throttled", ...failures },
    },
    {
        id: "fleet-throttled",
        title: "fleet of 100, at most 100 calls a minute of each operation: failures",
        ...{ scenario: "fleet-throttled", ...failures },
    },
    {
        id: "fleet-memory",
        title: "fleet of 1,000: peak memory of the provider over an idle dynamic provider",
        ...{ unit: "MB", digits: 1, limit: 80, scenario: "fleet", beside: "empty-fleet" },
        value: (measured, beside) => known(measured.provider?.peakMb) - known(beside.provider?.peakMb),
        baseline: {
            ...{ name: "an idle dynamic provider", unit: "MB", digits: 1 },
            value: ({ provider }) => known(provider?.peakMb),
        },
    },
    {
        id: "unchanged-time",
        title: "unchanged `pulumi up`: time in the provider over an empty dynamic provider",
        ...{ unit: "ms", digits: 1, limit: 30, scenario: "single", beside: "empty-single" },
        value: (measured, beside) => known(measured.unchanged?.tookMs) - known(beside.unchanged?.tookMs),
        baseline: { name: EMPTY, unit: "ms", digits: 1, value: ({ unchanged }) => known(unchanged?.tookMs) },
    },
    {
        id: "unchanged-memory",
        title: "unchanged `pulumi up`: peak memory of the provider over an empty dynamic provider",
        ...{ unit: "MB", digits: 1, limit: 5, scenario: "single", beside: "empty-single" },
        value: (measured, beside) => known(measured.unchanged?.peakMb) - known(beside.unchanged?.peakMb),
        baseline: { name: EMPTY, unit: "MB", digits: 1, value: ({ unchanged }) => known(unchanged?.peakMb) },
    },
    {
        id: "fleet-state",
        title: "state per fleet member, as JSON without spaces",
        ...{ unit: "KB", digits: 2, limit: 1.5, scenario: "fleet", beside: "singles" },
        value: kilobytesEach,
        baseline: {
            ...{ name: SINGLES, unit: "KB", digits: 2 },
            value: kilobytesEach,
        },
    },
    {
        id: "fleet-refresh-calls",
        title: "refresh of a fleet of 1,000: API calls per instance",
        ...{ unit: "", digits: 3, limit: 0.15, scenario: "fleet", beside: "singles" },
        value: ({ refreshCalls, count }) => total(known(refreshCalls)) / count,
        baseline: {
            ...{ name: SINGLES, unit: "", digits: 2 },
            value: ({ refreshCalls, count }) => total(known(refreshCalls)) / count,
        },
    },
    {
        id: "fleet-destroy-calls",
        title: "destroy of a fleet of 1,000: API calls per instance",
        ...{ unit: "", digits: 3, limit: 1.3, scenario: "fleet", beside: "singles" },
        value: ({ destroyCalls, count }) => total(known(destroyCalls)) / count,
        baseline: {
            ...{ name: SINGLES, unit: "", digits: 2 },
            value: ({ destroyCalls, count }) => total(known(destroyCalls)) / count,
        },
    },
];

/** @param {Row} row */
export function scenariosOf({ scenario, beside }) {
    return [scenario, beside];
}
