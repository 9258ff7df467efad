// What `npm test -- ARGUMENTS` passes on to mocha.
import { statSync } from "node:fs";

/** @param {string} path */
const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Mocha adds files named on its command line to those of its configuration. Here they take their place.
 *
 * @param {string[]} args
 * @param {(path: string) => boolean} [isFolderAt]
 * @returns {{ files: string[], options: string[] }}
 */
export const splitArguments = (args, isFolderAt = isFolder) => {
    const files = args.filter((arg, at) => {
        if (arg.startsWith("-")) return false;
        // After an option, a name is more likely to be its value (`--grep role`).
        return arg.endsWith(".ts") || (!args[at - 1]?.startsWith("-") && isFolderAt(arg));
    });
    return { files, options: args.filter((arg) => !files.includes(arg)) };
};
