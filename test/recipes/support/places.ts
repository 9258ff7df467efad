import { chmodSync, chownSync, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A system user, by numbers. */
export interface Account {
    readonly uid: number;
    readonly gid: number;
}

/** The account for servers that must not run as root and need no account of their own. */
export const nobody: Account = { uid: 65_534, gid: 65_534 };

/** Makes a directory that a server can reach and others can read. */
export function newDirectory(purpose: string, { uid, gid }: Account = { uid: 0, gid: 0 }): string {
    return made(`app-snapshot-${purpose}-`, { uid, gid });
}

/** Makes a directory with a short name, since the path of a socket is limited. */
export function newSocketDirectory(server: string, account: Account): string {
    return removedAtTheEnd(made(`${server}-`, account));
}

function made(prefix: string, { uid, gid }: Account): string {
    const directory = mkdtempSync(join(tmpdir(), prefix));
    chmodSync(directory, 0o755);
    chownSync(directory, uid, gid);
    return directory;
}

/** Makes a directory in memory, like `/run`, for the files of a run. */
export function newRunDirectory(): string {
    return removedAtTheEnd(
        mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "app-snapshot-run-")),
    );
}

const passing: string[] = [];
process.once("exit", () => {
    for (const directory of passing) {
        rmSync(directory, { recursive: true, force: true });
    }
});

/** Removes a directory at the end of this process, if nobody has removed it before. */
export function removedAtTheEnd(directory: string): string {
    passing.push(directory);
    return directory;
}

/** Returns the stderr of a new process: a file, or nothing. */
export function log(file: string | undefined): number | "ignore" {
    return file === undefined ? "ignore" : openSync(file, "a");
}
