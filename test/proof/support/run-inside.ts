import { execFile } from "node:child_process";
import { join } from "node:path";

/** Only a hang takes so long, on whatever machine. */
const limitMilliseconds = 900_000;

const program = join(__dirname, "..", "inside.ts");

/**
 * Runs a scene of `inside.ts` in a process with a mount namespace of its own, in which file systems can be mounted and
 * frozen that nothing else of the machine can see.
 *
 * @returns what it comes to; it is printed as JSON on the last line.
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
    return new Promise((resolve, reject) => {
        execFile(
            "unshare",
            ["--mount", "--propagation", "private", ...command],
            { cwd: process.cwd(), maxBuffer: 32 << 20, timeout: limitMilliseconds },
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
