import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { shells } from "./shells";

/** Returns the reason why tests with files of root and of others can't run here; undefined if they can. */
export function whyNotAsRoot(): string | undefined {
    if (process.platform !== "linux") {
        return "the commands are for Linux";
    }
    return process.getuid?.() === 0 ? undefined : "only root can make files of root's and of others";
}

/** A folder of root for the files of a test. */
export class RootFolder {
    readonly path = mkdtempSync(join(tmpdir(), "app-snapshot-root-"));

    at(name: string): string {
        return join(this.path, name);
    }

    /** Makes a file with exactly this mode, whatever the umask. */
    file(name: string, { text = "#!/bin/sh\n", mode = 0o700, owner = 0 } = {}): string {
        writeFileSync(this.at(name), text);
        // Last, because a change of the owner clears special bits.
        chownSync(this.at(name), owner, 0);
        chmodSync(this.at(name), mode);
        return this.at(name);
    }

    directory(name: string, { mode = 0o700, owner = 0 } = {}): string {
        mkdirSync(this.at(name));
        chownSync(this.at(name), owner, 0);
        chmodSync(this.at(name), mode);
        return this.at(name);
    }

    link(name: string, target: string): string {
        symlinkSync(target, this.at(name));
        return this.at(name);
    }

    remove(): void {
        rmSync(this.path, { recursive: true, force: true });
    }
}

/** Runs a command in a real shell with the system's own programs, as Cloud Assistant does. */
export function runReally(
    { file, argv0 }: (typeof shells)[number],
    command: string,
    { path = "", locale = "C" }: { readonly path?: string; readonly locale?: string } = {},
): SpawnSyncReturns<string> {
    return spawnSync(file, ["-c", command], {
        argv0,
        cwd: "/",
        env: { PATH: `${path === "" ? "" : `${path}:`}/usr/sbin:/usr/bin:/sbin:/bin`, LC_ALL: locale },
        stdio: ["ignore", "pipe", "pipe"],
        encoding: "utf8",
    });
}
