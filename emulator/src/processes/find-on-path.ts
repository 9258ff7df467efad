import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Returns where this machine has a program; undefined if it is not on the path. */
export function findOnPath(program: string): string | undefined {
    const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
    return folders.map((folder) => path.join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
