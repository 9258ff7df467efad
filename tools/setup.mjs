// Makes a clone ready to run: dependencies installed as locked, the workspace's packages compiled.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { isAtLeast } from "./engine/version.mjs";
import { capture, seconds, show } from "./process.mjs";

/**
 * @typedef {object} Locked A package in npm's lockfile.
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 *
 * @typedef {{ packages: Record<string, Locked> }} Lockfile
 */

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

const COMPILED = ["provider", "emulator"];

/**
 * @param {{ log: import("./process.mjs").Log }} options
 * @throws {Error} With the failure and the remedy.
 */
export async function setUp({ log }) {
    const problem = nodeProblem(process.versions.node, (await readJson("package.json")).engines.node);
    if (problem) throw new Error(problem);
    if (
        !isInstalled(await readJson("package-lock.json"), await readJson("node_modules/.package-lock.json"))
    ) {
        await installDependencies(log);
    }
    await compile(log);
}

/**
 * @param {string} version The version of the running Node.js.
 * @param {string} wanted The `engines.node` of package.json, such as `>=20.19.0`.
 * @returns {string | undefined}
 */
export function nodeProblem(version, wanted) {
    const oldest = wanted.replace(/^>=\s*/, "");
    return isAtLeast(version, oldest)
        ? undefined
        : `This is Node.js ${version}; ${oldest} or newer is needed. Install it, then run this again.`;
}

/**
 * Tells whether node_modules matches package-lock.json. npm records what it installed in a hidden lockfile,
 * written last, so an interrupted or an outdated installation shows.
 *
 * @param {Lockfile} wanted
 * @param {Lockfile | undefined} installed
 */
export function isInstalled(wanted, installed) {
    return (
        installed !== undefined &&
        Object.entries(wanted.packages).every(([path, locked]) => {
            if (path === "") return true;
            const found = installed.packages[path];
            // Optional packages for other platforms are locked, but not installed.
            if (!found) return locked.optional === true;
            return found.version === locked.version && found.integrity === locked.integrity;
        })
    );
}

/** @param {string} path */
async function readJson(path) {
    try {
        return JSON.parse(await readFile(join(ROOT, path), "utf8"));
    } catch (thrown) {
        if (/** @type {NodeJS.ErrnoException} */ (thrown).code === "ENOENT") return undefined;
        throw thrown;
    }
}

/** @param {import("./process.mjs").Log} log */
async function installDependencies(log) {
    log("installing the dependencies (npm ci)");
    // Under `npm run`, this is the running npm: a script, which Windows starts only through Node.js or a shell.
    const npm = process.env["npm_execpath"] ?? "";
    const [program, args] = basename(npm) === "npm-cli.js" ? [process.execPath, [npm]] : ["npm", []];
    const code = await show(program, [...args, "ci", "--no-audit", "--no-fund"], { cwd: ROOT, stdout: 2 });
    if (code !== 0) throw new Error(`npm ci failed (exit code ${code}); its reasons are above.`);
}

/** @param {import("./process.mjs").Log} log */
async function compile(log) {
    const start = Date.now();
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { code, stdout, stderr } = await capture(process.execPath, [tsc, "--build", ...COMPILED], {
        cwd: ROOT,
    });
    if (code !== 0) throw new Error(`${COMPILED.join(" and ")} do not compile:\n${stdout}${stderr}`);
    log(`compiled ${COMPILED.join(" and ")} (${seconds(Date.now() - start)})`);
}
