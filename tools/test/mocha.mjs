// Runs one batch of files in a process of mocha, and returns its result.
//
// Mocha's own parallel mode (12.0.3) would save most of these processes, but it loses failures: a process that
// crashes loses the results of its file, and one that crashes between two files those of the next; and when as many
// have crashed as there are jobs, the run ends in the middle of the files, with exit code 0.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { capture, show } from "../process.mjs";

/**
 * @typedef {object} MochaRun
 * @property {string} name
 * @property {import("./tally.mjs").MochaResult | undefined} result Undefined if it did not reach its end.
 * @property {number} exitCode
 */

/**
 * The time without output after which a process is killed. Mocha ends a test that waits too long. It can't end one that
 * blocks the process, nor a process that does not end after its tests.
 * A process prints a line for each test, and no test may take nearly that long.
 */
const QUIET_LIMIT_SECONDS = 3_600;

/**
 * @param {object} options
 * @param {string} options.root The repository's folder.
 * @param {import("./batches.mjs").Batch} options.batch
 * @param {string[]} options.args For mocha.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {boolean} options.live Shows the output as it comes; otherwise at the end.
 * @param {number} [options.quietLimitSeconds] Ignored if the output is live.
 * @param {(stdout: string, stderr: string) => void} [options.print]
 * @returns {Promise<MochaRun>}
 */
export async function runMocha({
    root,
    batch,
    args,
    env,
    live,
    quietLimitSeconds = QUIET_LIMIT_SECONDS,
    print = printAll,
}) {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-test-"));
    try {
        const resultFile = join(folder, "result.json");
        const words = [
            join(root, "node_modules", "mocha", "bin", "mocha.js"),
            ...batch.files,
            ...["--reporter", join("tools", "test", "reporter.mjs")],
            ...["--reporter-option", `result=${resultFile}`],
            ...(process.stdout.isTTY ? ["--color"] : []),
            ...args,
        ];
        const exitCode = live
            ? await show(process.execPath, words, { cwd: root, env })
            : await later(words, { cwd: root, env, quietLimitSeconds, print });
        const result = existsSync(resultFile) ? JSON.parse(await readFile(resultFile, "utf8")) : undefined;
        return { name: batch.name, result, exitCode };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/**
 * @param {string[]} words
 * @param {object} options
 * @param {string} options.cwd
 * @param {NodeJS.ProcessEnv} options.env
 * @param {number} options.quietLimitSeconds
 * @param {(stdout: string, stderr: string) => void} options.print
 */
async function later(words, { print, ...options }) {
    const { code, stdout, stderr } = await capture(process.execPath, words, options);
    print(stdout, stderr);
    return code;
}

/**
 * @param {string} stdout
 * @param {string} stderr
 */
function printAll(stdout, stderr) {
    process.stdout.write(stdout);
    process.stderr.write(stderr);
}
