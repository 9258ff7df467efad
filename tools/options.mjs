// The command lines of the tools, read before anything is done, so that a request for help costs nothing.
import { parseArgs } from "node:util";

/**
 * @typedef {Record<string, { type: "string" | "boolean" }>} Options
 *
 * @typedef {Record<string, string | boolean | undefined>} Values
 *
 * @typedef {{ values: Values } | { text: string, exitCode: 0 | 2 }} Reading The options, or the text to print instead.
 */

/**
 * @param {string} usage
 * @param {Options} options The options besides --help.
 * @param {string[]} args
 * @returns {Reading}
 */
export function readOptions(usage, options, args) {
    try {
        const { values } = parseArgs({ args, options: { ...options, help: { type: "boolean" } } });
        return values["help"] === true ? { text: usage, exitCode: 0 } : { values };
    } catch (thrown) {
        // The rest of the message is advice for other programs.
        const [problem] = String(thrown instanceof Error ? thrown.message : thrown).split(". ");
        return { text: `${problem}.\n${usage}`, exitCode: 2 };
    }
}

/**
 * Returns the options of this process; undefined if it has printed help or an error instead.
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
