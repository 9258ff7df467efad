import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** The end of a child process. */
export interface Ending {
    /** Its exit code, or -1 when a signal ended it. */
    readonly exitCode: number;
    /** The kernel's code if it could not be started at all; then the exit code is a shell's for that. */
    readonly refusal?: string;
}

/** A process started here, leader of its own process group. */
export interface Child {
    /** Resolves when the process itself is gone. */
    readonly exited: Promise<Ending>;
    /** Resolves when, in addition, nobody holds its output open any more (its own children may outlive it). */
    readonly closed: Promise<Ending>;
    /** Ends the process alone; its children go on. */
    kill(): void;
    /** Ends the process and everything it started in its group. */
    killTree(): void;
}

/** Starts a child process. */
export interface Starter {
    start(
        command: string,
        args: readonly string[],
        options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
        onOutput: (chunk: Buffer) => void,
    ): Child;
}

// The interval at which groups without a leader are checked: a number must be forgotten before it is given anew.
const sweepMs = 1000;
// How long a killed process may count as alive, until its new parent has noticed.
const patienceMs = 250;

/**
 * Starts child processes and knows all that are still alive, and the groups that those have left behind, so that none
 * outlives the emulator. It cannot know a process that has left its group (with setsid, say).
 */
export class Children implements Starter {
    /** The number of processes that were started so far. */
    started = 0;
    private closing = false;
    private readonly live = new Map<ChildProcess, Child>();
    private readonly groups = new Set<Group>();
    private sweeping: NodeJS.Timeout | undefined;

    start(
        command: string,
        args: readonly string[],
        options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
        onOutput: (chunk: Buffer) => void,
    ): Child {
        if (this.closing) {
            return neverStarted;
        }
        this.started++;
        const child = spawn(command, args, {
            ...options,
            // An own process group lets ProcessTree end exactly what this command started.
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
        });
        child.stdout.on("data", onOutput);
        child.stderr.on("data", onOutput);
        const group = new Group(child.pid);
        if (child.pid !== undefined) {
            this.groups.add(group);
        }
        let refused: Ending = { exitCode: 127 };
        const failed = new Promise<Ending>((resolve) => {
            child.once("error", ({ code }: NodeJS.ErrnoException) => {
                refused = { exitCode: 127, ...(code === undefined ? {} : { refusal: code }) };
                resolve(refused);
            });
        });
        const exited = Promise.race([
            failed,
            new Promise<Ending>((resolve) => {
                child.once("exit", (code) => {
                    group.hasLeader = false;
                    this.forget(group);
                    resolve({ exitCode: code ?? -1 });
                });
            }),
        ]);
        const closed = new Promise<Ending>((resolve) => {
            child.once("close", (code) => {
                this.live.delete(child);
                resolve(child.pid === undefined ? refused : { exitCode: code ?? -1 });
            });
        });
        const handle: Child = {
            exited,
            closed,
            kill: () => child.kill("SIGKILL"),
            killTree: () => {
                group.kill();
            },
        };
        this.live.set(child, handle);
        return handle;
    }

    /** Ends all that is still alive, and waits until it is gone. */
    async close(): Promise<void> {
        this.closing = true;
        clearInterval(this.sweeping);
        const all = [...this.live];
        for (const group of this.groups) {
            group.kill();
        }
        for (const [child] of all) {
            // A grandchild in another group may hold the pipes open; that is no reason to wait for it.
            child.stdout?.destroy();
            child.stderr?.destroy();
        }
        await Promise.all(all.map(([, handle]) => handle.exited));
        const deadline = Date.now() + patienceMs;
        while ([...this.groups].some((group) => group.lives()) && Date.now() < deadline) {
            await sleep(5);
        }
    }

    /** Forgets a group as soon as nothing is left of it. */
    private forget(group: Group): void {
        if (!group.lives()) {
            this.groups.delete(group);
            return;
        }
        this.sweeping ??= setInterval(() => {
            for (const other of this.groups) {
                if (!other.lives()) {
                    this.groups.delete(other);
                }
            }
        }, sweepMs).unref();
    }
}

/** A process group, by the number of its leader. */
class Group {
    hasLeader: boolean;
    private gone: boolean;

    /** @param id absent for what could not be started. */
    constructor(private readonly id: number | undefined) {
        this.hasLeader = id !== undefined;
        this.gone = id === undefined;
    }

    /** Tells whether anybody is in it. Once empty it stays so: the number may be somebody else's later. */
    lives(): boolean {
        this.gone ||= !this.hasLeader && !this.signal(0);
        return !this.gone;
    }

    kill(): void {
        if (this.lives()) {
            this.signal("SIGKILL");
        }
    }

    private signal(signal: NodeJS.Signals | 0): boolean {
        try {
            return this.id !== undefined && process.kill(-this.id, signal);
        } catch (thrown) {
            const { code } = thrown as NodeJS.ErrnoException;
            if (code === "ESRCH" || code === "EPERM") {
                // EPERM: somebody is there, but runs as another user by now.
                return code === "EPERM";
            }
            throw thrown;
        }
    }
}

const neverStarted: Child = {
    exited: Promise.resolve({ exitCode: 127 }),
    closed: Promise.resolve({ exitCode: 127 }),
    kill: () => undefined,
    killTree: () => undefined,
};
