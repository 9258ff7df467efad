// npm test: every check and every test, in phases, ending in the line "N passed, N failed".
import { existsSync } from "node:fs";
import { join } from "node:path";

import { ensureEngine, withEngine } from "./engine.mjs";
import { progress, seconds, show } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";
import { installPackages } from "./test/packages.mjs";
import { splitArguments } from "./test/arguments.mjs";
import { lanesFor } from "./test/lanes.mjs";
import { runMocha } from "./test/mocha.mjs";
import { summaryLine, tally } from "./test/tally.mjs";

/** @param {...string} path */
const module = (...path) => join(ROOT, "node_modules", ...path);

const DOCS = join(ROOT, "tools", "docs.mjs");

/**
 * Each runs with Node.js in the repository's folder.
 *
 * @type {{ name: string, args: string[] }[]}
 */
const CHECKS = [
    { name: "type-check", args: [module("typescript", "bin", "tsc"), "-p", "."] },
    { name: "lint", args: [module("eslint", "bin", "eslint.js"), "--max-warnings", "0", "."] },
    { name: "format", args: [module("prettier", "bin", "prettier.cjs"), "--check", "."] },
    ...(existsSync(DOCS) ? [{ name: "documentation", args: [DOCS, "--check"] }] : []),
];

/**
 * Announces a phase and how long it took.
 *
 * @template Result
 * @param {string} name
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
const phase = async (name, work) => {
    const start = Date.now();
    progress(`== ${name}`);
    try {
        return await work();
    } finally {
        progress(`== ${name} took ${seconds(Date.now() - start)}`);
    }
};

/** @returns {Promise<string[]>} The names of the checks that failed. */
const runChecks = async () => {
    const failed = [];
    for (const { name, args } of CHECKS) {
        const code = await phase(name, () => show(process.execPath, args, { cwd: ROOT }));
        if (code !== 0) failed.push(name);
    }
    return failed;
};

/**
 * All lanes at once; the first one's output is shown as it comes, that of the others when they have ended.
 *
 * @param {string} engine
 * @returns {Promise<import("./test/mocha.mjs").MochaRun[]>}
 */
const runLanes = async (engine) => {
    const { files, options } = splitArguments(process.argv.slice(2));
    const args = CI ? [...options, "--forbid-only"] : options;
    const env = withEngine(process.env, engine);
    return Promise.all(
        lanesFor(files).map((lane, at) =>
            phase(lane.name, () => runMocha({ root: ROOT, lane, args, env, live: at === 0 })),
        ),
    );
};

/** @returns {Promise<import("./test/tally.mjs").Tally>} */
const runAll = async () => {
    try {
        await phase("set-up", () => setUp({ log: progress }));
        // The one waits for the network where the other computes.
        const [engine] = await Promise.all([
            phase("engine", () => ensureEngine({ log: progress })),
            CI ? phase("packages", () => installPackages({ log: progress })) : undefined,
        ]);
        const failedChecks = await runChecks();
        return tally({ failedChecks, runs: await runLanes(engine), ci: CI });
    } catch (error) {
        return { passed: 0, failed: 1, notes: [error instanceof Error ? error.message : String(error)] };
    }
};

const CI = process.env["CI"] === "true";
const { passed, failed, notes } = await runAll();
for (const note of notes) console.log(note);
console.log(summaryLine({ passed, failed }));
process.exitCode = failed === 0 ? 0 : 1;
