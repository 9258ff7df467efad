// npm test: every check and every test, in phases, ending in the line "N passed, N failed".
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureEngine, withEngine } from "./engine.mjs";
import { progress, seconds, show } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";
import { installPackages } from "./test/packages.mjs";
import { splitArguments } from "./test/arguments.mjs";
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
 * @param {string} engine
 * @returns {Promise<{ mocha: import("./test/tally.mjs").MochaResult | undefined, mochaExitCode: number }>}
 */
const runMocha = async (engine) => {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-test-"));
    try {
        const { files, options } = splitArguments(process.argv.slice(2));
        const config = JSON.parse(await readFile(join(ROOT, ".mocharc.json"), "utf8"));
        const configFile = join(folder, "mocharc.json");
        const resultFile = join(folder, "result.json");
        await writeFile(configFile, JSON.stringify(files.length > 0 ? { ...config, spec: files } : config));
        const reporter = [
            "--reporter",
            join("tools", "test", "reporter.mjs"),
            "--reporter-option",
            `result=${resultFile}`,
        ];
        const args = [module("mocha", "bin", "mocha.js"), "--config", configFile, ...reporter, ...options];
        if (CI) args.push("--forbid-only");
        const mochaExitCode = await show(process.execPath, args, {
            cwd: ROOT,
            env: withEngine(process.env, engine),
        });
        const mocha = existsSync(resultFile) ? JSON.parse(await readFile(resultFile, "utf8")) : undefined;
        return { mocha, mochaExitCode };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
};

/** @returns {Promise<import("./test/tally.mjs").Tally>} */
const runAll = async () => {
    try {
        await phase("set-up", () => setUp({ log: progress }));
        if (CI) await phase("packages", () => installPackages({ log: progress }));
        const engine = await phase("engine", () => ensureEngine({ log: progress }));
        const failedChecks = await runChecks();
        return tally({ failedChecks, ...(await phase("tests", () => runMocha(engine))), ci: CI });
    } catch (error) {
        return { passed: 0, failed: 1, notes: [error instanceof Error ? error.message : String(error)] };
    }
};

const CI = process.env["CI"] === "true";
const { passed, failed, notes } = await runAll();
for (const note of notes) console.log(note);
console.log(summaryLine({ passed, failed }));
process.exitCode = failed === 0 ? 0 : 1;
