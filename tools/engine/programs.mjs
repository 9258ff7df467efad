// The engine's programs, and where they are found.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** What a folder must hold to run a Pulumi program in TypeScript with dynamic providers. */
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
 * @returns {string | undefined} The path of the one that a shell would run.
 */
export function programOnPath(env, name) {
    return (env["PATH"] ?? "")
        .split(delimiter)
        .filter((folder) => folder !== "")
        .map((folder) => programIn(folder, name))
        .find((path) => path !== undefined);
}

/**
 * The engine's programs that are missing for a given `pulumi`: like the engine, this looks on PATH, then beside the
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
 * The environment in which the engine of that folder is the one that runs.
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
