// The versions of the engine: the ones to install, and the oldest accepted one.

/** The CLI that is installed if there is none: the newest whose Go modules are all available with their checksums. */
export const ENGINE_VERSION = "3.230.0";

/** The Node.js language host built beside it: later ones are no separate Go module. It runs today's SDK. */
export const LANGUAGE_HOST_VERSION = "3.50.0";

/** The oldest accepted CLI, from the package's peer dependency, @pulumi/pulumi ^3.216.0. */
export const OLDEST_ENGINE = "3.216.0";

/**
 * Reads the three numbers of a version line, such as `v3.230.0`, `go version go1.26 linux/amd64` or `20.19.0`.
 *
 * @param {string} text
 * @returns {[number, number, number] | undefined}
 */
export function parseVersion(text) {
    const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
    return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/**
 * Tells whether a version line names at least the wanted version. A line without a version is too old.
 *
 * @param {string} text
 * @param {string} wanted
 */
export function isAtLeast(text, wanted) {
    const have = parseVersion(text);
    const want = parseVersion(wanted);
    if (!have || !want) return false;
    return (have[0] - want[0] || have[1] - want[1] || have[2] - want[2]) >= 0;
}
