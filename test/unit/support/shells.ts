import { spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    realpathSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Shell {
    readonly name: string;
    readonly file: string;
    readonly argv0: string;
}

/**
 * The shells to try: this machine's `/bin/sh`, and those that it is on supported systems, dash on Ubuntu and bash,
 * which called as `sh` is another shell than bash, on CentOS and Alibaba Cloud Linux; as far as they are here.
 */
export const shells: readonly Shell[] = [
    { name: "/bin/sh", file: "/bin/sh", argv0: "sh" },
    { name: "dash", file: "/bin/dash", argv0: "sh" },
    { name: "bash as sh", file: "/bin/bash", argv0: "sh" },
    { name: "bash", file: "/bin/bash", argv0: "bash" },
]
    .filter(({ file }) => existsSync(file))
    .filter(
        (shell, index, all) =>
            all.findIndex(
                ({ file, argv0 }) => realpathSync(file) === realpathSync(shell.file) && argv0 === shell.argv0,
            ) === index,
    );

/** A shell in an empty folder, with a plugin manager that only records its arguments, and no other program. */
export class StubbedShell {
    private readonly folder = mkdtempSync(join(tmpdir(), "app-snapshot-shell-"));
    private readonly programs = join(this.folder, "programs");
    private readonly stub = join(this.programs, "acs-plugin-manager");
    private readonly calls = join(this.folder, "calls");
    private readonly before: string;
    /** A file that is not there. If a command makes it, or any other, {@link argumentsOf} notices. */
    readonly canary = join(this.folder, "canary");

    constructor(private readonly shell: Omit<Shell, "name"> = { file: "/bin/sh", argv0: "sh" }) {
        for (const name of ["programs", "work", "home"]) {
            mkdirSync(join(this.folder, name));
        }
        // Into a file, because what it prints may go elsewhere: into a pipe, or into nothing.
        writeFileSync(this.stub, `#!/bin/sh\nprintf '%s\\0' "$#" "$@" >> '${this.calls}'\n`);
        chmodSync(this.stub, 0o755);
        this.before = this.files();
    }

    /** The arguments that the plugin manager was called with, once and without anything else happening. */
    argumentsOf(command: string): string[] {
        const { status, stdout, stderr, error } = spawnSync(this.shell.file, ["-xc", command], {
            argv0: this.shell.argv0,
            cwd: join(this.folder, "work"),
            env: {
                PATH: this.programs,
                HOME: join(this.folder, "home"),
                TMPDIR: this.folder,
                EXPANDED: "expanded",
            },
            // Bash would take a socket, such as Node.js gives, for a remote login, and read its start-up files.
            stdio: ["ignore", "pipe", "pipe"],
            encoding: "utf8",
        });
        if (error !== undefined) {
            throw new Error(`The shell could not be started: ${error.message}`);
        }
        const calls = existsSync(this.calls) ? readFileSync(this.calls, "utf8") : "";
        rmSync(this.calls, { force: true });
        // `-x` has the shell write each command down that it runs, its own ones too.
        const single = /^\+ acs-plugin-manager\b[^\n]*\n$/.test(stderr);
        if (status !== 0 || stdout !== "" || !single || this.files() !== this.before) {
            throw new Error(`The command did more than it should: ${status ?? "killed"} ${stderr}`);
        }
        const [number, ...argv] = calls.split("\0");
        if (argv.pop() !== "" || number !== String(argv.length)) {
            throw new Error("The plugin manager was not called exactly once.");
        }
        return argv;
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    private files(): string {
        return [...readdirSync(this.folder, { recursive: true }), readFileSync(this.stub, "utf8")].join("\n");
    }
}
