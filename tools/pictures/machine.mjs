// The machine that draws the pictures: on another one, the same runs print something else.
import { parseVersion } from "../engine/version.mjs";

/**
 * @param {NodeJS.Platform} platform
 * @param {string} version What the engine prints as its version.
 * @param {string} wanted
 * @returns {string | undefined} The reason why its pictures would differ, with the remedy.
 */
export function unfitness(platform, version, wanted) {
    if (platform !== "linux") {
        return "The recipe's scripts run on Linux only. Draw the pictures there.";
    }
    const found = parseVersion(version)?.join(".") ?? "unknown";
    return found === wanted
        ? undefined
        : `The pictures are drawn with version ${wanted} of the engine, and this is version ${found}. Without a pulumi on PATH, the right one is used.`;
}
