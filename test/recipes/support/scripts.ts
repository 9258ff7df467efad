import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { finish, type Finished, start } from "./processes";

/** The shells that are `/bin/sh` on supported systems, and a smaller one. */
export const shells = {
    dash: ["/bin/dash"],
    bash: ["/bin/bash", "--posix"],
    busybox: ["/bin/busybox", "sh"],
} as const;

export type Shell = keyof typeof shells;

export interface ScriptOptions {
    readonly shell?: Shell;
    /** Directories to put first in the path. */
    readonly path?: readonly string[];
    readonly uid?: number;
    readonly environment?: Readonly<Record<string, string>>;
}

/** A folder with scripts, fake programs, and shells. */
export class ScriptFolder {
    readonly directory = mkdtempSync(join(tmpdir(), "app-snapshot-scripts-"));
    /** The pids of the scripts that were started. */
    readonly pids: number[] = [];
    private count = 0;
    private readonly path: readonly string[];

    /**
     * @param options.syncs lets `sync` really sync, which takes long while others write to the machine's disks.
     *     It makes no difference if nothing is copied. Default true.
     */
    constructor({ syncs = true }: { readonly syncs?: boolean } = {}) {
        this.path = syncs ? [] : [this.program("sync", "#!/bin/sh\n")];
    }

    /** Starts a script as the snapshot plugin does: from a file, with pipes for what it prints. */
    start(
        text: string,
        { shell = "dash", path = [], uid, environment = {} }: ScriptOptions = {},
    ): ChildProcess {
        const file = this.write(text);
        const [program, ...args] = shells[shell];
        const child = start(program, [...args, file], {
            cwd: this.directory,
            stdio: ["ignore", "pipe", "pipe"],
            env: {
                PATH: [...path, ...this.path, this.shellDirectory(shell), process.env["PATH"] ?? ""].join(
                    delimiter,
                ),
                ...environment,
            },
            ...(uid === undefined ? {} : { uid }),
        });
        this.pids.push(child.pid ?? 0);
        return child;
    }

    /** Runs a script until it has ended and nobody holds its output open. */
    run(text: string, options?: ScriptOptions): Promise<Finished> {
        return finish(this.start(text, options));
    }

    /** Writes a file and returns its path. */
    write(text: string, name?: string): string {
        this.count += 1;
        const file = join(this.directory, name ?? `script-${this.count}`);
        writeFileSync(file, text, { mode: 0o700 });
        return file;
    }

    /** A directory with a program in it, for the front of the path. */
    program(name: string, text: string): string {
        this.count += 1;
        const directory = join(this.directory, `programs-${this.count}`);
        mkdirSync(directory);
        writeFileSync(join(directory, name), text, { mode: 0o755 });
        return directory;
    }

    remove(): void {
        rmSync(this.directory, { recursive: true, force: true });
    }

    /** Returns a directory in which `sh` is this shell, so that the processes that a script starts also use it. */
    private shellDirectory(shell: Shell): string {
        const directory = join(this.directory, shell);
        mkdirSync(directory, { recursive: true });
        try {
            symlinkSync(shells[shell][0], join(directory, "sh"));
        } catch {
            // It exists already.
        }
        return directory;
    }
}
