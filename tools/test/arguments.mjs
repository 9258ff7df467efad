// What `npm test -- ARGUMENTS` asks for: the runner's own words, files and folders, and what is passed on to mocha.
import { statSync } from "node:fs";

/** @param {string} path */
function isFolder(path) {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Mocha adds files named on its command line to those of its configuration. Here they take their place.
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
