// The command lines of the tools: read before anything is done, so that asking for help costs nothing.
import { parseArgs } from "node:util";

/**
 * @typedef {Record<string, { type: "string" | "boolean" }>} Options
 *
 * @typedef {Record<string, string | boolean | undefined>} Values
 *
 * @typedef {{ values: Values } | { text: string, exitCode: 0 | 2 }} Reading What to go on with, or what to say instead.
 */

/**
 * @param {string} usage
 * @param {Options} options Beside --help.
 * @param {string[]} args
 * @returns {Reading}
 */
export function readOptions(usage, options, args) {
    try {
        const { values } = parseArgs({ args, options: { ...options, help: { type: "boolean" } } });
        return values["help"] === true ? { text: usage, exitCode: 0 } : { values };
    } catch (thrown) {
        // After its first sentence it has advice for other programs.
        const [problem] = String(thrown instanceof Error ? thrown.message : thrown).split(". ");
        return { text: `${problem}.\n${usage}`, exitCode: 2 };
    }
}

/**
 * The options of this process. Without any, it has said why, and there is nothing to do.
 *
 * @param {string} usage
 * @param {Options} [options]
 * @returns {Values | undefined}
 */
export function optionsOf(usage, options = {}) {
    const reading = readOptions(usage, options, process.argv.slice(2));
    if ("values" in reading) return reading.values;
    (reading.exitCode === 0 ? process.stdout : process.stderr).write(reading.text);
    process.exitCode = reading.exitCode;
    return undefined;
}
