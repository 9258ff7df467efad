import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `/bin/sh` in an empty folder, with a plugin manager that only prints its arguments, and no other program. */
export class StubbedShell {
    private readonly folder = mkdtempSync(join(tmpdir(), "app-snapshot-shell-"));
    private readonly programs = join(this.folder, "programs");
    private readonly work = join(this.folder, "work");

    constructor() {
        mkdirSync(this.programs);
        mkdirSync(this.work);
        const stub = join(this.programs, "acs-plugin-manager");
        writeFileSync(stub, "#!/bin/sh\nprintf 'call\\0'\nprintf '%s\\0' \"$@\"\n");
        chmodSync(stub, 0o755);
    }

    /** The arguments that the plugin manager was called with, once and without anything else happening. */
    argumentsOf(command: string): string[] {
        const { status, stdout, stderr, error } = spawnSync("/bin/sh", ["-c", command], {
            cwd: this.work,
            env: { PATH: this.programs, HOME: "/nowhere", EXPANDED: "expanded" },
            encoding: "utf8",
        });
        if (error !== undefined) {
            throw new Error(`The shell could not be started: ${error.message}`);
        }
        if (status !== 0 || stderr !== "" || readdirSync(this.work).length > 0) {
            throw new Error(`The command did more than it should: ${status ?? "killed"} ${stderr}`);
        }
        const [first, ...argv] = stdout.split("\0").slice(0, -1);
        if (first !== "call" || argv.includes("call")) {
            throw new Error("The plugin manager was not called exactly once.");
        }
        return argv;
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** What cmd.exe gives a special meaning to, in quotes or out of them. */
const specialInCmd = /[%^&|<>!()\r\n]/;

/** The words of a command line on Windows: spaces separate them, double quotes hold them together. */
export function cmdWords(command: string): string[] {
    if (specialInCmd.test(command) || (command.match(/"/g)?.length ?? 0) % 2 !== 0) {
        throw new Error("The command means more to cmd.exe than its words.");
    }
    return (command.match(/(?:[^ "]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ""));
}
