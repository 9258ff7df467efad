// Tries the sources of the engine in order, and reports all of them if none works.
import { fromCache } from "./cache.mjs";
import { fromGo, oldestGo } from "./go.mjs";
import { fromPath } from "./path.mjs";
import { fromVendor } from "./vendor.mjs";
import { OLDEST_ENGINE } from "./version.mjs";

/**
 * @typedef {{ folder: string } | { reason: string }} Outcome The folder of the programs, or the reason why there is none.
 *
 * @typedef {object} Source A source of the engine.
 * @property {string} name
 * @property {(context: { env: NodeJS.ProcessEnv, log: import("../process.mjs").Log }) => Promise<Outcome>} find
 */

/** @type {Source[]} */
const SOURCES = [fromPath, fromCache, fromVendor, fromGo];

/**
 * Finds the engine's programs, and installs them if there are none.
 *
 * @param {object} options
 * @param {import("../process.mjs").Log} options.log Takes the lines of progress.
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {Source[]} [options.sources]
 * @returns {Promise<string>} The folder to put first on PATH.
 * @throws {Error} With everything that was tried, and the remedy.
 */
export async function ensureEngine({ log, env = process.env, sources = SOURCES }) {
    const tried = [];
    for (const { name, find } of sources) {
        const outcome = await find({ env, log }).catch(asReason);
        if ("folder" in outcome) return outcome.folder;
        tried.push({ name, reason: outcome.reason });
    }
    throw new Error(failureReport(tried));
}

/**
 * @param {unknown} error
 * @returns {{ reason: string }}
 */
function asReason(error) {
    return { reason: error instanceof Error ? error.message : String(error) };
}

/** @param {{ name: string, reason: string }[]} tried */
export function failureReport(tried) {
    return [
        "The Pulumi engine is not available. Tried:",
        ...tried.map(({ name, reason }) => `  - ${name}: ${reason.trimEnd().replaceAll("\n", "\n    ")}`),
        "Do one of these, then run this again:",
        `  - install the Pulumi CLI ${OLDEST_ENGINE} or newer as its vendor describes, and put it on PATH;`,
        `  - install Go ${oldestGo()} or newer, put it on PATH, and let its module proxy be reached;`,
        "  - set APP_SNAPSHOT_CACHE_DIR to a folder in which `npm run engine` has succeeded on a machine of this kind.",
    ].join("\n");
}
