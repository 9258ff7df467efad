// Reads the arguments of `npm test`: the runner's own options, files and folders, and options for mocha.
import { statSync } from "node:fs";

/** @param {string} path */
function isFolder(path) {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Splits the arguments. Mocha would add files on its command line to those of its configuration; here they replace them.
 *
 * @param {string[]} args
 * @param {(path: string) => boolean} [isFolderAt]
 * @returns {{ full: boolean, busy: boolean, named: string[], options: string[] }}
 */
export function splitArguments(args, isFolderAt = isFolder) {
    const own = ["--full", "--busy"];
    const rest = args.filter((arg) => !own.includes(arg));
    const named = rest.filter((arg, at) => {
        if (arg.startsWith("-")) return false;
        // After an option, a name is more likely to be its value (`--grep role`).
        return arg.endsWith(".ts") || (!rest[at - 1]?.startsWith("-") && isFolderAt(arg));
    });
    return {
        full: args.includes("--full"),
        busy: args.includes("--busy"),
        named,
        options: rest.filter((arg) => !named.includes(arg)),
    };
}
