// The engine's programs, and the search for them.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** The programs that a Pulumi program in TypeScript with dynamic providers needs in one folder. */
export const PROGRAMS = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

const extensions = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];

/** @param {string} path */
function isProgram(path) {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {string | undefined} The program's path.
 */
export function programIn(folder, name) {
    return extensions.map((extension) => join(folder, name + extension)).find(isProgram);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 * @returns {string | undefined} The path of the program that a shell would run.
 */
export function programOnPath(env, name) {
    return (env["PATH"] ?? "")
        .split(delimiter)
        .filter((folder) => folder !== "")
        .map((folder) => programIn(folder, name))
        .find((path) => path !== undefined);
}

/**
 * Lists the engine's programs that a given `pulumi` lacks: like the engine, this looks on PATH, then beside the
 * executable behind any symbolic link.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} pulumi
 */
export function missingCompanions(env, pulumi) {
    return PROGRAMS.slice(1).filter(
        (name) => !programOnPath(env, name) && !programIn(dirname(realpathSync(pulumi)), name),
    );
}

/** @param {string} folder */
export function missingPrograms(folder) {
    return PROGRAMS.filter((name) => !programIn(folder, name));
}

/**
 * Returns an environment in which the engine of that folder runs.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @returns {NodeJS.ProcessEnv}
 */
export function withEngine(env, folder) {
    return {
        ...env,
        PATH: [folder, env["PATH"]].filter(Boolean).join(delimiter),
    };
}
