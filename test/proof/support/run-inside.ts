import { execFile } from "node:child_process";
import { join } from "node:path";

import { holdDefaults } from "../../../provider/src/recipes/options";
import { templatesDirectory } from "../../recipes/support/templates";

/** Only a hang takes so long, even on a slow machine. */
const limitMs = 3_600_000;

const { runDirectory } = holdDefaults;

const program = join(__dirname, "..", "inside.ts");

/**
 * The run directory of the recipes is shared by the whole machine; tests that run side by side, for example of two
 * clones, must not see each other's locks.
 */
const withRunDirectory = `
mkdir -p ${runDirectory} && mount -t tmpfs -o mode=0700 tmpfs ${runDirectory} && exec "$@"`;

/**
 * Runs a scene of `inside.ts` in a process with its own mount namespace, in which file systems can be mounted and
 * frozen invisibly to the rest of the machine.
 *
 * @returns the scene's result, which it prints as JSON on the last line.
 */
export function runInside<Result>(scene: string, ...args: readonly string[]): Promise<Result> {
    const command = [
        process.execPath,
        "--require",
        "ts-node/register/transpile-only",
        program,
        scene,
        ...args,
    ];
    // The folder of templates is made here, so that all these processes share it.
    templatesDirectory();
    return new Promise((resolve, reject) => {
        execFile(
            "unshare",
            ["--mount", "--propagation", "private", "sh", "-c", withRunDirectory, "sh", ...command],
            { cwd: process.cwd(), maxBuffer: 32 << 20, timeout: limitMs },
            (error, stdout, stderr) => {
                if (error === null) {
                    resolve(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Result);
                } else {
                    reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
                }
            },
        );
    });
}
