import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const patienceMs = 5000;

/**
 * The last line of defence: a small process that thaws file systems when the emulator ends, however it ends, unless
 * it was told before that nothing is frozen any more.
 */
export class Guard {
    private readonly process: ChildProcess;
    private readonly gone: Promise<void>;
    private told = false;

    constructor(private readonly mountPoints: readonly string[]) {
        // A line means that all is well; the end of the input, that the emulator is gone or gave up.
        const script = 'read -r line || for mount; do fsfreeze -u "$mount"; done';
        this.process = spawn("/bin/sh", ["-c", script, "guard", ...mountPoints], {
            cwd: "/",
            // What ends the emulator's process group must not end the guard.
            detached: true,
            stdio: ["pipe", "ignore", "ignore"],
        });
        this.gone = new Promise((resolve) => {
            // "error" is that it could not be started, which `ready` tells.
            for (const event of ["exit", "error"]) {
                this.process.on(event, () => {
                    resolve();
                });
            }
        });
        // If somebody killed it, there is nobody to write to.
        this.process.stdin?.on("error", () => undefined);
    }

    /** True if the guard could be started. */
    get ready(): boolean {
        return this.process.pid !== undefined;
    }

    /** Ends the guard: nothing is frozen any more. */
    dismiss(): Promise<void> {
        return this.end("thawed\n");
    }

    /** Thaws, whatever of it is frozen. */
    async thaw(): Promise<void> {
        if (!this.told) {
            await this.untilNothingFreezes();
        }
        await this.end("");
    }

    private end(word: string): Promise<void> {
        if (!this.told) {
            this.told = true;
            this.process.stdin?.end(word);
        }
        return this.gone;
    }

    /** Waits for a killed fsfreeze to finish what it has asked the kernel for; an earlier thaw would have no effect. */
    private async untilNothingFreezes(): Promise<void> {
        const deadline = Date.now() + patienceMs;
        while (Date.now() < deadline && commandLines().some((line) => this.freezes(line))) {
            await sleep(10);
        }
    }

    private freezes([program = "", how, mountPoint = ""]: readonly string[]): boolean {
        return /(^|\/)fsfreeze$/.test(program) && how === "-f" && this.mountPoints.includes(mountPoint);
    }
}

/** Returns the words of the command lines of all processes. */
function commandLines(): string[][] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => {
            try {
                return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
            } catch {
                // It has ended since.
                return [];
            }
        });
}
