// The report as a page.
import { table } from "../docs/markdown.mjs";
import { figureText, median, number } from "./figure.mjs";
import { APART_MS, GRID, SCENARIOS } from "./scenarios.mjs";
import { POOL, TIMING, total } from "./setting.mjs";

/**
 * @typedef {import("./report.mjs").Report} Report
 * @typedef {import("./report.mjs").ReportRow} ReportRow
 * @typedef {import("./setting.mjs").Measured} Measured
 * @typedef {import("./setting.mjs").Setting} Setting
 */

/**
 * @param {string} text
 * @param {string} unit
 */
function withUnit(text, unit) {
    return unit === "" ? text : `${text} ${unit}`;
}

/** @param {ReportRow} row */
function cells({ title, unit, digits, goal, figure, baseline, met }) {
    return [
        title,
        figure === undefined ? "–" : withUnit(figureText(figure, digits), unit),
        withUnit(goal === 0 ? "0" : `≤ ${goal}`, unit),
        figure === undefined ? "not measured" : met ? "yes" : "**no**",
        baseline === undefined
            ? "–"
            : `${withUnit(figureText(baseline.figure, baseline.digits), baseline.unit)}: ${baseline.name}`,
    ];
}

/** @param {readonly ReportRow[]} rows */
function reasons(rows) {
    const missed = rows.filter(({ met }) => !met);
    return missed.length === 0
        ? ["All goals are met."]
        : [
              "## Goals that are not met",
              missed
                  .map(({ title, reason }) => `- **${title}.** ${reason ?? "No reason is known yet."}`)
                  .join("\n"),
          ];
}

/**
 * @param {readonly Measured[]} runs
 * @param {(run: Measured) => number | undefined} of
 * @param {number} digits
 */
function middle(runs, of, digits) {
    const values = runs.map(of).filter((value) => value !== undefined);
    return values.length === 0 ? "–" : number(median(values), digits);
}

/** @param {Report["runs"]} runs */
function measurements(runs) {
    const settings = { ...SCENARIOS, ...GRID };
    return table(
        [
            ...[
                "measurement",
                "instances",
                "runs",
                "wall time, s",
                "/ slowest instance",
                "longest create, s",
                "API calls each",
            ],
            ...["refused by the quota", "without snapshot", "provider: peak MB", "CPU s"],
            ...["emulator: CPU s", "ms per request", "its shells and scripts", "their CPU s"],
        ],
        Object.entries(runs)
            .filter(([name, made]) => made.length > 0 && settings[name] !== undefined)
            .map(([name, made]) => [
                name,
                middle(made, ({ count }) => count, 0),
                String(made.length),
                middle(made, ({ wallMs }) => wallMs / 1000, 1),
                middle(made, ({ wallMs, slowestMs }) => wallMs / slowestMs, 2),
                middle(made, ({ createMs }) => createMs && createMs / 1000, 1),
                middle(made, ({ calls, count }) => total(calls) / count, 2),
                middle(made, ({ throttled }) => throttled, 0),
                middle(made, ({ failures }) => failures, 0),
                middle(made, ({ provider }) => provider?.peakMb, 0),
                middle(made, ({ provider }) => provider && provider.cpuMs / 1000, 1),
                middle(made, ({ emulator }) => emulator && emulator.cpuMs / 1000, 1),
                middle(made, ({ emulator }) => emulator && emulator.operationsMs / emulator.requests, 2),
                middle(made, ({ emulator }) => emulator?.processes, 0),
                middle(made, ({ emulator }) => emulator && emulator.commandsCpuMs / 1000, 1),
            ]),
    );
}

/**
 * Returns the page, not yet formatted.
 *
 * @param {Report} report
 * @param {{ chart?: string, command: string }} options The chart's file, and the command that makes the report.
 */
export function pageOf({ form, date, machine, rows, runs }, { chart, command }) {
    return [
        `# Measurements${form === "full" ? ", full form" : ""}`,
        `Made by \`${command}\` on ${date}, against the emulator: ${machine.cores} cores (${machine.processor}), Node.js ${machine.node}, Pulumi ${machine.pulumi}, \`@pulumi/pulumi\` ${machine.sdk}. A figure is the median of the runs, with the least and the most in parentheses if there was more than one. Each baseline was taken in the same run.`,
        table(["", "measured", "goal", "met", "baseline"], rows.map(cells)),
        ...reasons(rows),
        ...(chart === undefined
            ? []
            : [
                  "## Wall time against the number of instances",
                  `![Wall time against the number of instances](${chart})`,
              ]),
        "## All measurements",
        measurements(runs),
        "## How it is measured",
        [
            "- The real Pulumi engine runs a program that imports the package by its name, with a state of its own. The wall time is that of the whole command, from its start to its end.",
            `- The emulator runs in a process of its own. A command takes ${TIMING.deliveryMs} ms to reach an instance; a snapshot is available ${TIMING.availableMs} ms after its creation. The time of the plugin is drawn for each instance from a log-normal distribution with a fixed seed: in long measurements 30 s in the median, clipped to 20–60 s; in those with a quota 2 s, clipped to 1.5–4 s; for one instance exactly 2 s. The table shows what the emulator itself cost, and a refused request counts as a call.`,
            "- **The slowest instance's own time** is that of its plugin, until its snapshots are available. For one instance, **the cloud's own time** is measured in the emulator: from the arrival of `RunCommand` until the plugin has ended and the snapshots are available. It includes the delivery of the command.",
            `- **The vendor's steps as a script** are AttachInstanceRamRole, RunCommand and DescribeInvocationResults with the official SDK, ${POOL} instances at a time, a poll every 5 seconds unless the table says otherwise. The script checks, repeats and verifies nothing.`,
            "- **An empty dynamic resource** does nothing but sleep in its create, for as long as the plugin and the availability take on the same instance; for a fleet one resource sleeps as long as the slowest instance takes.",
            "- No snapshot has a name, a description or delivered scripts, except where the row says so. The scripts are on the instances, and the role is attached already.",
            '- One instance runs its command as usual. A thousand shells at the same time would take this machine the better part of a minute, which a thousand instances would not need. So, in measurements with more instances, the emulator has the shell run a command once, as a sample for all instances of a RunCommand (`commands: "sampled"`), and each instance really checks its files and runs the plugin. Single resources have a RunCommand, and so a shell, each. A sample is only possible without a file system in memory, in which the command would keep the output of the scripts. The scripts on the instances are empty files then. A command with delivered scripts really runs in a shell on each instance.',
            `- Where only calls or failures count, measurements are made side by side, with their starts ${APART_MS / 1000} s apart: their wall times suffer from each other. So are the two empty ones of a minute, which only sleep meanwhile. All others are made alone.`,
            "- The provider's memory is the peak of its process's resident set; its time of an unchanged update is the sum of all its calls, from the engine's request to the response.",
        ].join("\n"),
        "",
    ].join("\n\n");
}
