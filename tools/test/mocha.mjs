// One run of mocha, and what it came to.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { capture, show } from "../process.mjs";

/**
 * @typedef {object} MochaRun
 * @property {string} name
 * @property {import("./tally.mjs").MochaResult | undefined} result Undefined when it did not reach its end.
 * @property {number} exitCode
 */

/**
 * @param {object} options
 * @param {string} options.root The repository's folder.
 * @param {import("./lanes.mjs").Lane} options.lane
 * @param {string[]} options.args For mocha.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {boolean} options.live Whether its output is shown as it comes; otherwise it is at the end.
 * @returns {Promise<MochaRun>}
 */
export const runMocha = async ({ root, lane, args, env, live }) => {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-test-"));
    try {
        const config = JSON.parse(await readFile(join(root, ".mocharc.json"), "utf8"));
        const configFile = join(folder, "mocharc.json");
        const resultFile = join(folder, "result.json");
        await writeFile(configFile, JSON.stringify({ ...config, spec: lane.spec, ignore: lane.ignore }));
        const words = [
            join(root, "node_modules", "mocha", "bin", "mocha.js"),
            ...["--config", configFile],
            ...["--reporter", join("tools", "test", "reporter.mjs")],
            ...["--reporter-option", `result=${resultFile}`],
            ...args,
        ];
        const exitCode = live
            ? await show(process.execPath, words, { cwd: root, env })
            : await later(words, { cwd: root, env });
        const result = existsSync(resultFile) ? JSON.parse(await readFile(resultFile, "utf8")) : undefined;
        return { name: lane.name, result, exitCode };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
};

/**
 * @param {string[]} words
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 */
const later = async (words, options) => {
    const { code, stdout, stderr } = await capture(process.execPath, words, options);
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    return code;
};
