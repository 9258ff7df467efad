import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Freezers } from "../freeze/freezers";
import { runManager } from "../plugin/manager";
import type { Instance } from "../world/instance";
import type { Invocation } from "../world/invocation";
import type { World } from "../world/world";
import { runBatchScript } from "./batch-script";
import { Channel } from "./channel";
import { type Child, Children, type Ending } from "./children";

/** A command that was started on an instance. */
export interface RunningCommand {
    /** Its end, or why it could not run at all. Comes when nobody writes its output any more. */
    finished: Promise<Ending | { problem: string }>;
    /** When its own process is gone, whatever it left behind. */
    ended: Promise<unknown>;
    kill(): void;
    killTree(): void;
}

/** Executes commands for real, with a stand-in for the plugin manager. */
export class Runner {
    private readonly channel = new Channel();
    private readonly children = new Children();
    private readonly freezers = new Freezers(this.channel);

    private constructor(
        private readonly root: string,
        private readonly bin: string,
    ) {}

    /** Prepares the directory that holds the stand-in and the commands' files. */
    static async open(): Promise<Runner> {
        const root = mkdtempSync(path.join(os.tmpdir(), "acs-emulator-"));
        const bin = mkdtempSync(path.join(root, "bin-"));
        const manager = path.join(bin, "acs-plugin-manager");
        writeFileSync(manager, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(stubFile)} "$@"\n`);
        chmodSync(manager, 0o755);
        const runner = new Runner(root, bin);
        await runner.channel.listen();
        return runner;
    }

    start(
        world: World,
        instance: Instance,
        invocation: Invocation,
        content: string,
        onOutput: (chunk: Buffer) => void,
    ): RunningCommand {
        const directory = mkdtempSync(path.join(this.root, `${invocation.invokeId}-`));
        let treeKilled = false;
        const env = {
            PATH: `${this.bin}${path.delimiter}${process.env.PATH ?? ""}`,
            HOME: directory,
            LANG: "C.UTF-8",
            ...this.channel.environment((stub) =>
                runManager(stub.arguments, {
                    world,
                    instance,
                    children: this.children,
                    workDir: directory,
                    print: stub.print,
                    signal: stub.signal,
                    freezer: (signal) =>
                        this.freezers.create(instance, world.surroundings.clock, {
                            start: stub.start,
                            signal,
                            treeKilled: () => treeKilled,
                        }),
                }),
            ),
        };
        switch (invocation.command.type) {
            case "RunShellScript": {
                const file = path.join(directory, `${invocation.invokeId}.sh`);
                // Written and closed before the fork, or the kernel could refuse to execute it ("text file busy").
                writeFileSync(file, content, { mode: 0o755 });
                // "exec", so that the process started here is the script's own shell on every system: it is the one that
                // a timeout ends.
                const child = this.children.start(
                    "/bin/sh",
                    ["-c", 'exec "$0"', file],
                    { cwd: directory, env },
                    onOutput,
                );
                return {
                    ...child,
                    finished: child.closed,
                    ended: child.exited,
                    killTree: () => {
                        treeKilled = true;
                        child.killTree();
                    },
                };
            }
            case "RunBatScript":
                return this.startBatch(content, { cwd: directory, env }, onOutput);
            case "RunPowerShellScript": {
                const finished = Promise.resolve({ problem: "The emulator does not model PowerShell." });
                return { finished, ended: finished, kill: () => undefined, killTree: () => undefined };
            }
        }
    }

    async close(): Promise<void> {
        await this.freezers.release();
        await this.children.close();
        await this.freezers.close();
        await this.channel.close();
        rmSync(this.root, { recursive: true, force: true });
    }

    private startBatch(
        content: string,
        options: { cwd: string; env: NodeJS.ProcessEnv },
        onOutput: (chunk: Buffer) => void,
    ): RunningCommand {
        let current: Child | undefined;
        const stop = new AbortController();
        const print = (text: string) => {
            onOutput(Buffer.from(text, "utf8"));
        };
        const finished = runBatchScript(content, windowsVariables, {
            print,
            stopped: () => stop.signal.aborted,
            runManager: async (args, silent) => {
                current = this.children.start(
                    process.execPath,
                    [stubFile, ...args],
                    options,
                    silent ? () => undefined : onOutput,
                );
                return (await current.closed).exitCode;
            },
        }).then((exitCode): Ending => ({ exitCode }));
        // cmd.exe is only modelled, so ending it ends at once, with or without what it started.
        const ended = new Promise<void>((resolve) => {
            stop.signal.addEventListener("abort", () => {
                resolve();
            });
        });
        return {
            finished,
            ended,
            kill: () => {
                stop.abort();
            },
            killTree: () => {
                stop.abort();
                current?.killTree();
            },
        };
    }
}

const stubFile = path.join(__dirname, "stub.js");

const windowsVariables: ReadonlyMap<string, string> = new Map([
    ["SYSTEMROOT", "C:\\Windows"],
    ["WINDIR", "C:\\Windows"],
    ["TEMP", "C:\\Windows\\TEMP"],
    ["OS", "Windows_NT"],
    ["PROGRAMDATA", "C:\\ProgramData"],
    ["SYSTEMDRIVE", "C:"],
]);

function quote(word: string): string {
    return `'${word.replaceAll("'", `'\\''`)}'`;
}
