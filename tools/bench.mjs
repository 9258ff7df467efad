// npm run bench: measures how late a snapshot is noticed and how many calls it takes, with realistic delays.
import { createRequire } from "node:module";

import { optionsOf } from "./options.mjs";
import { progress } from "./process.mjs";
import { setUp } from "./setup.mjs";

const USAGE = `Usage: npm run bench

Measures how late a snapshot is noticed and how many calls it takes, with the emulator's realistic delays. It takes
about two minutes. It takes no options.
`;

const RUNS = 5;
const PLUGIN_MS = 2_000;
/** The upper bound of the time between the plugin's result and the end of create. */
const TARGET_MS = 1_000;

const SCRIPTS = {
    preScriptPath: "/root/app-snapshot/prescript.sh",
    postScriptPath: "/root/app-snapshot/postscript.sh",
};

/** Instances of the emulator's default fixture. */
const CASES = [
    { title: "Linux, role attached", inputs: { instanceId: "i-bp1linuxdb0000000002", linux: SCRIPTS } },
    {
        title: "Linux, role attached by create",
        inputs: { instanceId: "i-bp1linuxdb0000000001", linux: SCRIPTS },
    },
    { title: "Windows, role attached by create", inputs: { instanceId: "i-bp1windows0000000001" } },
];

/** Operations that only poll. */
const POLLS = new Set(["DescribeInvocationResults", "DescribeSnapshotGroups"]);

/**
 * @typedef {object} Measured
 * @property {number} noticedMs The time from the result of the plugin to the return of create.
 * @property {number} wholeMs The duration of create.
 * @property {number} calls The number of calls besides polls.
 * @property {number} polls
 */

/**
 * Measures one create in an emulator of its own.
 *
 * @param {any} emulators The emulator's package.
 * @param {any} provider The provider that the engine would call.
 * @param {Record<string, unknown>} inputs
 * @returns {Promise<Measured>}
 */
async function measure({ startEmulator, realisticTiming }, provider, inputs) {
    const emulator = await startEmulator({ timing: { ...realisticTiming, pluginMs: PLUGIN_MS } });
    process.env["ALIBABA_CLOUD_ECS_ENDPOINT"] = emulator.url;
    provider.configure({ config: { get: () => undefined } });
    let ready = 0;
    const watch = setInterval(() => {
        const last = emulator.state.invocations.at(-1);
        if (ready === 0 && last?.status === "Success") ready = performance.now();
    }, 5);
    try {
        const start = performance.now();
        await provider.create({ resourceUrn: "urn:pulumi:bench::bench::test::bench", ...inputs });
        const end = performance.now();
        /** @type {string[]} */
        const actions = emulator.ledger.map((/** @type {{ action: string }} */ { action }) => action);
        const polls = actions.filter((action) => POLLS.has(action)).length;
        return { noticedMs: end - ready, wholeMs: end - start, calls: actions.length - polls, polls };
    } finally {
        clearInterval(watch);
        await emulator.close();
    }
}

/** @param {number[]} values */
function median(values) {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** @param {string[][]} rows */
function table(rows) {
    const widths = (rows[0] ?? []).map((_, column) =>
        Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    for (const row of rows)
        console.log(
            row
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
        );
}

async function main() {
    await setUp({ log: progress });
    Object.assign(process.env, {
        ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
        ALIBABA_CLOUD_SECURITY_TOKEN: "",
        ALIBABA_CLOUD_REGION: "cn-hangzhou",
    });
    const require = createRequire(import.meta.url);
    const emulators = require("pulumi-alicloud-app-snapshot-emulator");
    const { appConsistentSnapshot } = require("pulumi-alicloud-app-snapshot/dynamic-provider");

    progress(`${RUNS} runs of each case after one that is not counted; the plugin takes ${PLUGIN_MS} ms`);
    const rows = [
        [
            "case",
            "result to return, ms (min / median / max)",
            "below 1 s",
            "create, times the plugin",
            "calls",
            "polls",
        ],
    ];
    for (const { title, inputs } of CASES) {
        await measure(emulators, appConsistentSnapshot, inputs);
        /** @type {Measured[]} */
        const runs = [];
        for (let run = 0; run < RUNS; run++)
            runs.push(await measure(emulators, appConsistentSnapshot, inputs));
        const noticed = runs.map((run) => run.noticedMs);
        rows.push([
            title,
            [Math.min(...noticed), median(noticed), Math.max(...noticed)].map(Math.round).join(" / "),
            `${noticed.filter((time) => time < TARGET_MS).length} of ${RUNS}`,
            (median(runs.map((run) => run.wholeMs)) / PLUGIN_MS).toFixed(2),
            String(median(runs.map((run) => run.calls))),
            String(median(runs.map((run) => run.polls))),
        ]);
    }
    table(rows);
}

if (optionsOf(USAGE)) await main();
