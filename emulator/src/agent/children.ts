import { type ChildProcess, spawn } from "node:child_process";

/** How a child process ended. */
export interface Ending {
    /** Its exit code, or -1 when a signal ended it. */
    exitCode: number;
}

/** A process started here, leader of its own process group. */
export interface Child {
    /** When the process itself is gone. */
    exited: Promise<Ending>;
    /** When, in addition, nobody holds its output open any more (its own children may outlive it). */
    closed: Promise<Ending>;
    /** Ends the process alone; its children go on. */
    kill(): void;
    /** Ends the process and everything it started in its group. */
    killTree(): void;
}

/** Starts child processes and knows all that are still alive, so that none outlives the emulator. */
export class Children {
    private closing = false;
    private readonly live = new Map<ChildProcess, Child>();

    start(
        command: string,
        args: readonly string[],
        options: { cwd: string; env: NodeJS.ProcessEnv },
        onOutput: (chunk: Buffer) => void,
    ): Child {
        if (this.closing) {
            return neverStarted;
        }
        const child = spawn(command, args, {
            ...options,
            // An own process group lets ProcessTree end exactly what this command started.
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
        });
        child.stdout.on("data", onOutput);
        child.stderr.on("data", onOutput);
        const failed = new Promise<Ending>((resolve) => {
            child.once("error", () => {
                resolve({ exitCode: 127 });
            });
        });
        const exited = Promise.race([
            failed,
            new Promise<Ending>((resolve) => {
                child.once("exit", (code) => {
                    resolve({ exitCode: code ?? -1 });
                });
            }),
        ]);
        const closed = new Promise<Ending>((resolve) => {
            child.once("close", (code) => {
                this.live.delete(child);
                resolve({ exitCode: child.pid === undefined ? 127 : (code ?? -1) });
            });
        });
        const handle: Child = {
            exited,
            closed,
            kill: () => child.kill("SIGKILL"),
            killTree: () => {
                killGroup(child);
            },
        };
        this.live.set(child, handle);
        return handle;
    }

    /** Ends all that is still alive, and waits until it is gone. */
    async close(): Promise<void> {
        this.closing = true;
        const all = [...this.live];
        for (const [child, handle] of all) {
            handle.killTree();
            // A grandchild in another group may hold the pipes open; that is no reason to wait for it.
            child.stdout?.destroy();
            child.stderr?.destroy();
        }
        await Promise.all(all.map(([, handle]) => handle.exited));
    }
}

const neverStarted: Child = {
    exited: Promise.resolve({ exitCode: 127 }),
    closed: Promise.resolve({ exitCode: 127 }),
    kill: () => undefined,
    killTree: () => undefined,
};

function killGroup(child: ChildProcess): void {
    if (child.pid === undefined) {
        return;
    }
    try {
        process.kill(-child.pid, "SIGKILL");
    } catch (error) {
        // The group is empty already.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
            throw error;
        }
    }
}
