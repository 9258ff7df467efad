import { execFile } from "node:child_process";

import { findOnPath } from "../processes/find-on-path";

/** Freezes ("-f") or thaws ("-u") a file system. Resolves to what went wrong, if anything. */
export function fsfreeze(how: "-f" | "-u", mountPoint: string): Promise<string | undefined> {
    return new Promise((resolve) => {
        execFile("fsfreeze", [how, mountPoint], { cwd: "/" }, (error, _, stderr) => {
            resolve(error === null ? undefined : stderr.trim() || error.message);
        });
    });
}

/** Returns the reason for which this process could not freeze anything, if there is one. */
export function whyNoFsfreeze(): string | undefined {
    if (process.platform !== "linux") {
        return `only Linux can freeze file systems, not ${process.platform}`;
    }
    if (process.getuid?.() !== 0) {
        return "only root can freeze file systems";
    }
    return findOnPath("fsfreeze") === undefined
        ? "the program fsfreeze (of util-linux) is not on the path"
        : undefined;
}
