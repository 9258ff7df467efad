// npm run bench: measures time, calls, memory and state against the emulator, beside baselines and goals.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { filesOf } from "./bench/files.mjs";
import { describeMachine } from "./bench/machine.mjs";
import { pageOf } from "./bench/markdown.mjs";
import { REASONS } from "./bench/reasons.mjs";
import { reportOf } from "./bench/report.mjs";
import { ROWS, scenariosOf } from "./bench/rows.mjs";
import { makeMeasurements, planOf } from "./bench/run.mjs";
import { formatted } from "./docs/markdown.mjs";
import { ensureEngine } from "./engine.mjs";
import { optionsOf } from "./options.mjs";
import { progress, seconds } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";

const USAGE = `Usage: npm run bench -- [options]

Measures with the real Pulumi engine against the emulator, in less than ten minutes on two idle cores, and writes the
report to bench/quick.md, .json and .svg.

  --full         all runs three times, and a grid of sizes, intervals and quotas; about an hour; writes bench/full.*
  --only ROWS    only these rows, separated by commas; prints the report and writes nothing
  --most N       at most N instances in each measurement; prints the report and writes nothing
  --help         print this

Rows: ${ROWS.map(({ id }) => id).join(", ")}
`;

/** Only the exit code 2 tells of a command line that makes no sense. */
class CommandLineError extends Error {}

/** @param {string | boolean | undefined} option */
function rowsOf(option) {
    if (typeof option !== "string") return ROWS;
    const wanted = option.split(",");
    const unknown = wanted.find((id) => !ROWS.some((row) => row.id === id));
    if (unknown !== undefined) throw new CommandLineError(`There is no row "${unknown}".\n${USAGE}`);
    return ROWS.filter(({ id }) => wanted.includes(id));
}

/** @param {string | boolean | undefined} option */
function mostOf(option) {
    if (option === undefined) return undefined;
    if (typeof option !== "string" || !/^[1-9]\d*$/.test(option)) {
        throw new CommandLineError(`--most must be a number from 1 on, not "${option}".\n${USAGE}`);
    }
    return Number(option);
}

/** @param {import("./options.mjs").Values} values */
async function main({ full = false, only, most: mostOption }) {
    const rows = rowsOf(only);
    const most = mostOf(mostOption);
    const start = performance.now();
    await setUp({ log: progress });
    const engine = await ensureEngine({ log: progress });
    const plan = planOf({
        full: full === true,
        ...(rows === ROWS ? {} : { only: new Set(rows.flatMap(scenariosOf)) }),
        ...(most === undefined ? {} : { most }),
    });
    const results = await makeMeasurements(plan, { engine, log: progress });
    const form = full === true ? "full" : "quick";
    const head = {
        form,
        date: new Date().toISOString().slice(0, 10),
        machine: await describeMachine(engine),
    };
    const report = reportOf(/** @type {import("./bench/report.mjs").Report} */ (head), results, {
        ...{ rows, reasons: REASONS },
    });
    const args = process.argv.slice(2);
    const command = ["npm run bench", ...(args.length === 0 ? [] : ["--", ...args])].join(" ");
    console.log(await formatted(pageOf(report, { command }), "page.md"));
    if (rows === ROWS && most === undefined) {
        for (const [path, text] of Object.entries(await filesOf(report, command))) {
            await writeFile(join(ROOT, path), text);
            progress(`wrote ${path}`);
        }
    }
    progress(`measured for ${seconds(performance.now() - start)}`);
    if (Object.keys(results.problems).length > 0) process.exitCode = 1;
}

try {
    const values = optionsOf(USAGE, {
        ...{ full: { type: "boolean" }, only: { type: "string" }, most: { type: "string" } },
    });
    if (values) await main(values);
} catch (thrown) {
    progress(thrown instanceof Error ? thrown.message : String(thrown));
    process.exitCode = thrown instanceof CommandLineError ? 2 : 1;
}
