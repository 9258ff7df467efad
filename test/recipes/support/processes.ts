import { type ChildProcess, execFile, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

// Processes that the tests of the recipes start: servers, clients, scripts. The remaining ones are killed at the end.

const started = new Set<ChildProcess>();
process.once("exit", () => {
    for (const child of started) {
        child.kill("SIGKILL");
    }
});

/** Starts a program that is killed at the latest when this process ends. */
export function start(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(program, args, options);
    started.add(child);
    child.once("exit", () => started.delete(child));
    // Without a listener, a missing program would end the whole test run; its exit code is enough.
    child.on("error", () => started.delete(child));
    return child;
}

/** Ends a process that {@link start} started, and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
        return;
    }
    const gone = once(child, "exit");
    child.kill("SIGCONT");
    child.kill(signal);
    await gone;
}

/** Ends all remaining processes that were started; a failed test may leave some. */
export async function endAll(): Promise<void> {
    await Promise.all([...started].map((child) => end(child, "SIGKILL")));
}

export interface Finished {
    /** The exit code; undefined after a signal. */
    readonly code: number | undefined;
    /** Its output to stdout and stderr, in one text. */
    readonly output: string;
}

/** Waits until a process has ended and nobody holds its output open any more, as the snapshot plugin may. */
export async function finish(child: ChildProcess): Promise<Finished> {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const code = await new Promise<number | undefined>((resolve) => {
        child.once("close", (exitCode) => {
            resolve(exitCode ?? undefined);
        });
        child.once("error", (error) => {
            output += error.message;
            resolve(127);
        });
    });
    return { code, output };
}

/** Runs a program to its end; fails unless it succeeds. */
export function run(
    program: string,
    args: readonly string[],
    options: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {},
): Promise<string> {
    return new Promise((resolve, reject) => {
        execFile(program, args, { cwd: "/", ...options, encoding: "utf8" }, (error, stdout, stderr) => {
            if (error === null) {
                resolve(stdout);
            } else {
                reject(new Error(`${error.message}\n${stdout}${stderr}`));
            }
        });
    });
}

/** Ends a process by the pid that a script noted as the first word of a file. */
export function killNoted(file: string, signal: NodeJS.Signals = "SIGKILL"): void {
    process.kill(notedPid(file), signal);
}

/** Reads a pid from a file; never 0 or -1, which mean more than one process. */
export function notedPid(file: string): number {
    const [pid] = /^[1-9]\d*(?=\s)/.exec(readFileSync(file, "utf8")) ?? [];
    if (pid === undefined || pid === "1") {
        throw new Error(`${file} names no process.`);
    }
    return Number(pid);
}

export interface RunningProcess {
    readonly pid: number;
    readonly commandLine: string;
}

/** Finds the processes with a text in their command line, without dead ones that nobody has reaped. */
export function processesWithText(text: string): RunningProcess[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map((name) => ({ pid: Number(name), commandLine: commandLineOf(name) }))
        .filter(({ commandLine }) => commandLine.includes(text));
}

function commandLineOf(pid: string): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
        return "";
    }
}

/** Stops a process and all its descendants. Returns their pids. */
function stopFamily(pid: number): number[] {
    // The parent first: while it stands still it starts no others.
    return signalled(pid, "SIGSTOP") ? [pid, ...childrenOf(pid).flatMap(stopFamily)] : [];
}

/** Sends a signal; returns false if the process has ended meanwhile, as a server's processes may at any time. */
function signalled(pid: number, signal: NodeJS.Signals): boolean {
    try {
        return process.kill(pid, signal);
    } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === "ESRCH") {
            return false;
        }
        throw thrown;
    }
}

export function childrenOf(pid: number): number[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .filter((child) => parentOf(child) === pid);
}

function parentOf(pid: number): number | undefined {
    try {
        const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
        return Number(parent);
    } catch {
        // It has ended meanwhile.
        return undefined;
    }
}

/**
 * Copies a server's data directory as a snapshot would: at one moment. The server is stopped meanwhile, which for the
 * content of its files is the same as a frozen file system.
 */
export async function copyAtOneMoment(pid: number, from: string, to: string): Promise<void> {
    const stopped = stopFamily(pid);
    try {
        await run("cp", ["-a", from, to]);
    } finally {
        stopped.forEach((each) => signalled(each, "SIGCONT"));
    }
}
