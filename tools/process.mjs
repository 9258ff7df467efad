// Child processes, and the two outputs of the tools: progress on stderr, results on stdout.
import { spawn } from "node:child_process";

/**
 * @typedef {(line: string) => void} Log
 *
 * @typedef {object} Finished
 * @property {number} code The exit code; 127 if the program could not be started, 124 after the time limit.
 * @property {string} stdout
 * @property {string} stderr Includes the reason if the program could not be started or ran too long.
 */

/** @type {Log} */
export function progress(line) {
    process.stderr.write(`${line}\n`);
}

/** @param {number} durationMs */
export function seconds(durationMs) {
    return durationMs < 9_950 ? `${(durationMs / 1000).toFixed(1)} s` : `${Math.round(durationMs / 1000)} s`;
}

/**
 * Runs a program to its end and keeps its output. Never rejects.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {number} [options.timeLimitSeconds] Ends it after that time.
 * @param {number} [options.quietLimitSeconds] Ends it after that time without output.
 * @returns {Promise<Finished>}
 */
export function capture(program, args, { cwd, env, timeLimitSeconds, quietLimitSeconds } = {}) {
    return new Promise((resolve) => {
        const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
        let stdout = "";
        let stderr = "";
        /** @type {string | undefined} */
        let reason;
        const stop = (/** @type {NodeJS.Signals} */ signal, /** @type {string} */ why) => {
            reason = why;
            child.kill(signal);
            // A grandchild may hold the pipes open; the wait ends nevertheless.
            child.stdout.destroy();
            child.stderr.destroy();
        };
        const timer = startTimer(timeLimitSeconds, () =>
            stop("SIGTERM", `no end after ${timeLimitSeconds} s`),
        );
        const quiet = startTimer(quietLimitSeconds, () =>
            stop("SIGKILL", `nothing was printed for ${quietLimitSeconds} s, so it was ended`),
        );
        child.stdout.setEncoding("utf8").on("data", (text) => {
            stdout += text;
            quiet?.refresh();
        });
        child.stderr.setEncoding("utf8").on("data", (text) => {
            stderr += text;
            quiet?.refresh();
        });
        const stopTimers = () => {
            clearTimeout(timer);
            clearTimeout(quiet);
        };
        child.on("error", (error) => {
            stopTimers();
            resolve({ code: 127, stdout, stderr: `${stderr}${error.message}` });
        });
        child.on("close", (code) => {
            stopTimers();
            if (reason !== undefined) {
                resolve({ code: 124, stdout, stderr: `${stderr}${reason}` });
            } else {
                resolve({ code: code ?? 1, stdout, stderr });
            }
        });
    });
}

/**
 * @param {number | undefined} limitSeconds
 * @param {() => void} onLimit
 */
function startTimer(limitSeconds, onLimit) {
    return limitSeconds === undefined ? undefined : setTimeout(onLimit, limitSeconds * 1000);
}

/**
 * Runs a program with its output shown as it comes. Its stdout goes to `stdout`: "inherit", or 2 for stderr,
 * if a tool keeps its own stdout for its result.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdout?: "inherit" | 2 }} [options]
 * @returns {Promise<number>} The exit code; 127 if the program could not be started.
 */
export function show(program, args, { cwd, env, stdout = "inherit" } = {}) {
    return new Promise((resolve) => {
        const child = spawn(program, args, { cwd, env, stdio: ["ignore", stdout, "inherit"] });
        child.on("error", (error) => {
            progress(`${program}: ${error.message}`);
            resolve(127);
        });
        child.on("close", (code) => resolve(code ?? 1));
    });
}

/**
 * Returns the last lines of a program's output, which tell why it failed.
 *
 * @param {string} text
 * @param {number} [lines]
 */
export function tail(text, lines = 8) {
    return text.trimEnd().split("\n").slice(-lines).join("\n");
}
