// The engine that an earlier run installed, in the user's cache folder.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import { missingPrograms } from "./programs.mjs";
import { ENGINE_VERSION } from "./version.mjs";

const NAME = "pulumi-alicloud-app-snapshot";
const STAMP = "complete";
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [platform]
 * @param {string} [home]
 */
export function cacheFolder(env, platform = process.platform, home = homedir()) {
    if (env["APP_SNAPSHOT_CACHE_DIR"]) return resolve(env["APP_SNAPSHOT_CACHE_DIR"]);
    if (platform === "win32") return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), NAME);
    // By the XDG Base Directory Specification, relative paths are ignored.
    if (env["XDG_CACHE_HOME"]?.startsWith("/")) return join(env["XDG_CACHE_HOME"], NAME);
    return join(home, ".cache", NAME);
}

/**
 * Returns the folder for the engine of this version and machine. A home folder may be shared by different machines.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function engineFolder(env) {
    return join(cacheFolder(env), "engine", `${ENGINE_VERSION}-${process.platform}-${process.arch}`);
}

/** @type {import("./ensure.mjs").Source} */
export const fromCache = {
    name: "an engine installed before",
    find: async ({ env }) => {
        const folder = engineFolder(env);
        if (!existsSync(folder)) return { reason: `there is none in ${folder}` };
        const missing = [...(existsSync(join(folder, STAMP)) ? [] : [STAMP]), ...missingPrograms(folder)];
        return missing.length === 0
            ? { folder }
            : { reason: `${folder} is incomplete: no ${missing.join(", ")}` };
    },
};

/**
 * Lets `fill` install the programs into a new folder, then moves that into place in one step, so that an interrupted or
 * a second, simultaneous installation never leaves a half-filled folder where a complete one is expected.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {(folder: string) => Promise<string | undefined>} fill Returns the reason of a failure, if it failed.
 * @returns {Promise<import("./ensure.mjs").Outcome>}
 */
export async function install(env, fill) {
    const target = engineFolder(env);
    await mkdir(dirname(target), { recursive: true });
    await removeAbandoned(target);
    const part = await mkdtemp(`${target}.part-`);
    try {
        const reason = await fill(part);
        if (reason !== undefined) return { reason };
        const missing = missingPrograms(part);
        if (missing.length > 0) return { reason: `it did not bring ${missing.join(", ")}` };
        await writeFile(join(part, STAMP), `${new Date().toISOString()}\n`);
        return await putInPlace(env, part, target);
    } finally {
        await rm(part, { recursive: true, force: true });
    }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} part
 * @param {string} target
 * @returns {Promise<import("./ensure.mjs").Outcome>}
 */
async function putInPlace(env, part, target) {
    const moved = await rename(part, target).then(
        () => true,
        () => false,
    );
    // The place may be taken by a quicker process, whose engine is as good, or by an incomplete engine.
    if (!moved && !("folder" in (await fromCache.find({ env, log: () => undefined })))) {
        await rm(target, { recursive: true, force: true });
        await rename(part, target);
    }
    return { folder: target };
}

/** @param {string} target */
async function removeAbandoned(target) {
    const folder = dirname(target);
    for (const name of await readdir(folder)) {
        if (!name.startsWith(`${basename(target)}.part-`)) continue;
        const path = join(folder, name);
        const found = await stat(path).catch(() => undefined);
        const abandoned = found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS;
        if (abandoned) await rm(path, { recursive: true, force: true });
    }
}
