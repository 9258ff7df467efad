// The checks of the sources, each of which is a Node.js program that runs in the repository's folder. The results for
// unchanged files are kept in node_modules/.cache. Tests compare the documentation with the
// code, see test/docs.
import { join } from "node:path";

import { capture } from "../process.mjs";
import { ROOT } from "../setup.mjs";

/** @param {...string} path */
function module(...path) {
    return join(ROOT, "node_modules", ...path);
}

/** @param {string} name */
function cache(name) {
    return join("node_modules", ".cache", "app-snapshot", name);
}

/** @typedef {{ name: string, args: string[] }} Check */

/**
 * Uses `--cache-strategy content`, as a fresh clone gives all files new times. ESLint's findings in one file depend on
 * the types in others; eslint.config.mjs takes care of that.
 *
 * @type {Check[]}
 */
const CHECKS = [
    {
        name: "type-check",
        args: [
            module("typescript", "bin", "tsc"),
            ...["-p", ".", "--incremental", "--tsBuildInfoFile", cache("tests.tsbuildinfo")],
        ],
    },
    {
        name: "lint",
        args: [
            module("eslint", "bin", "eslint.js"),
            ...["--max-warnings", "0", "--cache", "--cache-strategy", "content"],
            ...["--cache-location", cache("eslint"), "."],
        ],
    },
    {
        name: "layers",
        args: [
            module("dependency-cruiser", "bin", "dependency-cruise.mjs"),
            ...["--output-type", "err-long", "provider/src", "emulator/src"],
        ],
    },
    {
        name: "format",
        args: [
            module("prettier", "bin", "prettier.cjs"),
            ...["--check", "--cache", "--cache-strategy", "content"],
            ...["--cache-location", cache("prettier"), "."],
        ],
    },
];

/** @typedef {{ name: string, output: string }} FailedCheck */

/**
 * Runs the checks one after another, so that they leave a processor to the tests beside them.
 *
 * @param {<Result>(name: string, work: () => Promise<Result>) => Promise<Result>} phase
 * @param {Check[]} [checks]
 * @returns {Promise<FailedCheck[]>}
 */
export async function runChecks(phase, checks = CHECKS) {
    const failed = [];
    for (const { name, args } of checks) {
        const { code, stdout, stderr } = await phase(name, () =>
            capture(process.execPath, args, { cwd: ROOT }),
        );
        if (code !== 0) failed.push({ name, output: stdout + stderr });
    }
    return failed;
}
