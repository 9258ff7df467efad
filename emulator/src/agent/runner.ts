import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import type { Work } from "../clock/work";
import { Freezers } from "../freeze/freezers";
import { runManager } from "../plugin/manager";
import { Channel } from "../processes/channel";
import { type Child, Children, type Ending } from "../processes/children";
import { CommandTree } from "../processes/command-tree";
import { ShimChannel, type ShimHandler } from "../processes/shim-channel";
import { managerName, writeManagerShim, writeProgramShim } from "../processes/shims";
import { programs, runProgram } from "../programs/table";
import { runBatch } from "../windows/batch";
import { windowsOutput } from "../windows/output";
import type { Instance } from "../world/instance";
import type { Invocation } from "../world/invocation";
import type { World } from "../world/world";
import { untilThawed } from "./delivery";

/** A command that was started on an instance. */
export interface RunningCommand {
    /** Its end, which comes when nobody writes its output any more. */
    readonly finished: Promise<Ending>;
    /** Resolves when its own process is gone, whatever it left behind. */
    readonly ended: Promise<unknown>;
    kill(): void;
    killTree(): void;
}

/** Executes commands for real, with shims of the plugin manager and of the programs that see the instance's files. */
export class Runner {
    private readonly channel = new Channel();
    private readonly shims = new ShimChannel();
    private readonly closing = new AbortController();
    private readonly children = new Children();
    private readonly freezers = new Freezers(this.channel);

    private constructor(
        private readonly root: string,
        /** The programs on the path of commands. */
        private readonly bin: string,
        /** The program on the path of scripts: they are this machine's, but may start files of their instance. */
        private readonly scriptBin: string,
        private readonly managerShim: string,
    ) {}

    /** Prepares the directory that holds the shims and the commands' files. */
    static async open(): Promise<Runner> {
        const root = mkdtempSync(path.join(os.tmpdir(), "acs-emulator-"));
        const bin = mkdtempSync(path.join(root, "bin-"));
        const manager = writeManagerShim(bin);
        for (const name of Object.keys(programs)) {
            writeProgramShim(bin, name);
        }
        const scriptBin = mkdtempSync(path.join(root, "script-bin-"));
        writeProgramShim(scriptBin, "env");
        const runner = new Runner(root, bin, scriptBin, manager);
        await Promise.all([runner.channel.listen(), runner.shims.listen()]);
        return runner;
    }

    /** @param work the command's, from its start to its end. */
    start(
        world: World,
        instance: Instance,
        { invokeId, command: { content, type } }: Invocation,
        work: Work,
        onOutput: (chunk: Buffer) => void,
    ): RunningCommand {
        const directory = mkdtempSync(path.join(this.root, `${invokeId}-`));
        const tree = new CommandTree(this.children);
        const program = this.programHandler(world, instance, work, directory);
        const manager: ShimHandler = (shim) =>
            // The process waits for what the emulator does in its place.
            work.without(() =>
                runManager(shim.arguments, {
                    world,
                    instance,
                    children: tree,
                    workDir: directory,
                    environment: { ...this.shims.environment(program), PATH: onPath(this.scriptBin) },
                    print: shim.print,
                    signal: shim.signal,
                    freezer: (signal) =>
                        this.freezers.create(instance, world.services.clock, {
                            start: shim.start,
                            signal,
                            treeKilled: () => tree.killed,
                        }),
                }),
            );
        const env = {
            PATH: onPath(this.bin),
            HOME: directory,
            LANG: "C.UTF-8",
        };
        switch (type) {
            case "RunShellScript": {
                const file = path.join(directory, `${invokeId}.sh`);
                // Written and closed before the fork, or the kernel could refuse to execute it ("text file busy").
                writeFileSync(file, content, { mode: 0o755 });
                // Without a first line it is for the shell, as every shell has it. "exec", so that the process started here
                // is the script's own interpreter on every system: it is the one that a timeout ends.
                const words = content.startsWith("#!") ? ["-c", 'exec "$0"', file] : [file];
                const child = tree.start(
                    "/bin/sh",
                    words,
                    {
                        cwd: directory,
                        env: {
                            ...env,
                            ...this.shims.environment((shim) =>
                                shim.name === managerName ? manager(shim) : program(shim),
                            ),
                        },
                    },
                    onOutput,
                );
                return {
                    finished: child.closed,
                    ended: child.exited,
                    kill: () => {
                        child.kill();
                    },
                    killTree: () => {
                        tree.kill();
                    },
                };
            }
            case "RunBatScript":
                return this.startBatch(
                    content,
                    { cwd: directory, env },
                    manager,
                    windowsOutput(world.services.behaviour, onOutput),
                );
        }
    }

    async close(): Promise<void> {
        this.closing.abort();
        await this.freezers.release();
        await this.children.close();
        await this.freezers.close();
        await Promise.all([this.channel.close(), this.shims.close()]);
        rmSync(this.root, { recursive: true, force: true });
    }

    /** Returns the handler through which the programs of a command see and change the files of its instance. */
    private programHandler(world: World, instance: Instance, work: Work, directory: string): ShimHandler {
        const { fileSystem } = instance;
        return (call) =>
            runProgram(call.name, call.arguments, {
                fileSystem,
                users: instance.users,
                now: () => world.now,
                print: call.print,
                complain: call.complain,
                runHere: call.runHere,
                become: call.become,
                makeShared: (prefix) => {
                    const shared = mkdtempSync(path.join(this.root, prefix));
                    fileSystem.share(shared);
                    return shared;
                },
                executable: (content) => {
                    const file = path.join(mkdtempSync(path.join(directory, "program-")), "program");
                    writeFileSync(file, content, { mode: 0o700 });
                    return file;
                },
                fileSystemType: (itsPath) =>
                    world.services.behaviour.runtimeDirectories === "tmpfs" &&
                    /^\/(run|dev\/shm)(\/|$)/.test(itsPath)
                        ? "tmpfs"
                        : "ext2/ext3",
                // A process that was killed meanwhile waits as well: what waits for a file system cannot be interrupted.
                thawed: () => work.without(() => untilThawed(world, instance, this.closing.signal)),
            });
    }

    private startBatch(
        content: string,
        options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
        manager: ShimHandler,
        onOutput: (chunk: Buffer) => void,
    ): RunningCommand {
        let current: Child | undefined;
        // On this machine a process ends with a byte; on Windows with all of the number.
        const fullExitCodes: number[] = [];
        const environment = this.shims.environment(async (shim) => {
            const exitCode = await manager(shim);
            fullExitCodes.push(exitCode);
            return exitCode;
        });
        const stop = new AbortController();
        const finished = runBatch(content, {
            print: (text) => {
                onOutput(Buffer.from(text, "utf8"));
            },
            stopped: () => stop.signal.aborted,
            runManager: async (args) => {
                current = this.children.start(
                    this.managerShim,
                    args,
                    { ...options, env: { ...options.env, ...environment } },
                    onOutput,
                );
                const { exitCode } = await current.closed;
                const told = fullExitCodes.pop() ?? exitCode;
                return exitCode < 0 ? exitCode : told;
            },
        }).then((code): Ending => ({ exitCode: code }));
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

/** Returns this machine's path of programs, with a directory before it. */
function onPath(directory: string): string {
    return `${directory}${path.delimiter}${process.env.PATH ?? ""}`;
}
