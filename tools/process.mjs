// Child processes, and the two ways the tools speak: progress on stderr, results on stdout.
import { spawn } from "node:child_process";

/**
 * @typedef {(line: string) => void} Log
 *
 * @typedef {object} Finished
 * @property {number} code Exit code; 127 when the program could not be started, 124 after the time limit.
 * @property {string} stdout
 * @property {string} stderr Includes the reason when the program could not be started or ran too long.
 */

/** @type {Log} */
export const progress = (line) => void process.stderr.write(`${line}\n`);

/** @param {number} milliseconds */
export const seconds = (milliseconds) =>
    milliseconds < 9_950 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 1000)} s`;

/**
 * Runs a program to its end and keeps what it prints. Never rejects.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeLimitSeconds?: number }} [options]
 * @returns {Promise<Finished>}
 */
export const capture = (program, args, { cwd, env, timeLimitSeconds } = {}) =>
    new Promise((resolve) => {
        const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
        let stdout = "";
        let stderr = "";
        let timedOut = false;
        child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
        const timer =
            timeLimitSeconds === undefined
                ? undefined
                : setTimeout(() => {
                      timedOut = true;
                      child.kill();
                      // A grandchild may hold the pipes open; the wait ends all the same.
                      child.stdout.destroy();
                      child.stderr.destroy();
                  }, timeLimitSeconds * 1000);
        child.on("error", (error) => {
            clearTimeout(timer);
            resolve({ code: 127, stdout, stderr: `${stderr}${error.message}` });
        });
        child.on("close", (code) => {
            clearTimeout(timer);
            if (timedOut) {
                resolve({ code: 124, stdout, stderr: `${stderr}no end after ${timeLimitSeconds} s` });
            } else {
                resolve({ code: code ?? 1, stdout, stderr });
            }
        });
    });

/**
 * Runs a program whose output the user sees as it comes. Its stdout goes to `stdout`: "inherit", or 2 for stderr,
 * where a tool keeps its own stdout for its result.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdout?: "inherit" | 2 }} [options]
 * @returns {Promise<number>} The exit code; 127 when the program could not be started.
 */
export const show = (program, args, { cwd, env, stdout = "inherit" } = {}) =>
    new Promise((resolve) => {
        const child = spawn(program, args, { cwd, env, stdio: ["ignore", stdout, "inherit"] });
        child.on("error", (error) => {
            progress(`${program}: ${error.message}`);
            resolve(127);
        });
        child.on("close", (code) => resolve(code ?? 1));
    });

/**
 * The last lines of a program's output: the part that tells why it failed.
 *
 * @param {string} text
 * @param {number} [lines]
 */
export const tail = (text, lines = 8) => text.trimEnd().split("\n").slice(-lines).join("\n");
