// The checks of the sources, each one a program that runs with Node.js in the repository's folder. What a check knows of
// files that have not changed since its last run is kept in node_modules/.cache. The documentation is held against the
// code by tests, see test/docs.
import { join } from "node:path";

import { capture } from "../process.mjs";
import { ROOT } from "../setup.mjs";

/** @param {...string} path */
const module = (...path) => join(ROOT, "node_modules", ...path);

/** @param {string} name */
const cache = (name) => join("node_modules", ".cache", "app-snapshot", name);

/** @typedef {{ name: string, args: string[] }} Check */

/**
 * `--cache-strategy content`, as a fresh clone gives all files new times. What ESLint finds in one file depends on
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
 * One after the other, so that they leave a processor to the tests beside them.
 *
 * @param {<Result>(name: string, work: () => Promise<Result>) => Promise<Result>} phase
 * @param {Check[]} [checks]
 * @returns {Promise<FailedCheck[]>}
 */
export const runChecks = async (phase, checks = CHECKS) => {
    const failed = [];
    for (const { name, args } of checks) {
        const { code, stdout, stderr } = await phase(name, () =>
            capture(process.execPath, args, { cwd: ROOT }),
        );
        if (code !== 0) failed.push({ name, output: stdout + stderr });
    }
    return failed;
};
