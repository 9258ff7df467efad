import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import type { Work } from "../clock/work";
import { Freezers } from "../freeze/freezers";
import { runManager } from "../plugin/manager";
import { Channel } from "../processes/channel";
import { type Child, Children, type Starter } from "../processes/children";
import { CommandTree } from "../processes/command-tree";
import { type ShimCall, ShimChannel, type ShimHandler } from "../processes/shim-channel";
import { managerName, writeManagerShim, writeProgramShim } from "../processes/shims";
import { alwaysInstances, type InstanceView, lookAtFiles, programs, runProgram } from "../programs/table";
import type { CommandExecution } from "../settings/command-execution";
import { windowsOutput } from "../windows/output";
import { blockDevices } from "../world/block-devices";
import type { Instance } from "../world/instance";
import type { Invocation } from "../world/invocation";
import { mountedFileSystems } from "../world/mounted-file-systems";
import { answerFromNetwork } from "../world/network";
import type { World } from "../world/world";
import { startBatch } from "./batch-command";
import { untilThawed } from "./delivery";
import type { RunningCommand } from "./running-command";
import { type Ask, type Sample, takeSample } from "./sample";
import { SampledCommand } from "./sampled-command";
import { Samples } from "./samples";

/** The process of the plugin manager. */
type ManagerProcess = Pick<ShimCall, "arguments" | "print" | "signal" | "start">;

/** Executes commands for real, with shims of the plugin manager and of the programs that see the instance's files. */
export class Runner {
    private readonly channel = new Channel();
    private readonly shims = new ShimChannel();
    private readonly closing = new AbortController();
    private readonly children = new Children();
    private readonly freezers = new Freezers(this.channel);
    private readonly samples = new Samples();

    private constructor(
        private readonly commands: CommandExecution,
        private readonly root: string,
        /** The programs on the path of commands. */
        private readonly bin: string,
        /** The program on the path of scripts: they are this machine's, but may start files of their instance. */
        private readonly scriptBin: string,
        private readonly managerShim: string,
    ) {}

    /** Prepares the directory that holds the shims and the commands' files. */
    static async open(commands: CommandExecution): Promise<Runner> {
        const root = mkdtempSync(path.join(os.tmpdir(), "acs-emulator-"));
        const bin = mkdtempSync(path.join(root, "bin-"));
        const manager = writeManagerShim(bin);
        for (const name of Object.keys(programs)) {
            writeProgramShim(bin, name, alwaysInstances.has(name));
        }
        const scriptBin = mkdtempSync(path.join(root, "script-bin-"));
        writeProgramShim(scriptBin, "env");
        const runner = new Runner(commands, root, bin, scriptBin, manager);
        await Promise.all([runner.channel.listen(), runner.shims.listen()]);
        return runner;
    }

    /** The number of processes that were started so far. */
    get processes(): number {
        return this.children.started;
    }

    /** @param work the command's, from its start to its end. */
    start(
        world: World,
        instance: Instance,
        invocation: Invocation,
        work: Work,
        onOutput: (chunk: Buffer) => void,
    ): RunningCommand {
        const { type, content } = invocation.command;
        const directory = this.newDirectory(invocation);
        const tree = new CommandTree(this.children);
        const program = this.programHandler(world, instance, work, directory);
        const manager = (caller: ManagerProcess) =>
            // The process waits for what the emulator does in its place.
            work.without(() =>
                runManager(caller.arguments, {
                    world,
                    instance,
                    children: tree,
                    workDir: directory,
                    environment: { ...this.shims.environment(program), PATH: onPath(this.scriptBin) },
                    print: caller.print,
                    signal: caller.signal,
                    freezer: (signal) =>
                        this.freezers.create(instance, world.services.clock, {
                            start: caller.start,
                            signal,
                            treeKilled: () => tree.killed,
                        }),
                }),
            );
        if (type === "RunBatScript") {
            const output = windowsOutput(world.services.behaviour, onOutput);
            return startBatch(content, manager, output, (args, handler) =>
                this.children.start(this.managerShim, args, this.processOptions(directory, handler), output),
            );
        }
        const execute = (): RunningCommand => {
            const handler: ShimHandler = (shim) =>
                shim.name === managerName ? manager(shim) : program(shim);
            const child = this.startShell(invocation, directory, tree, handler, onOutput);
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
        };
        if (this.commands === "executed" || invocation.records.length === 1 || instance.mounts.length > 0) {
            return execute();
        }
        const ask: Ask = (name, args) => lookAtFiles(name, args, viewOf(world, instance));
        return new SampledCommand({
            ask,
            sample: (managerExitCode) => this.sample(invocation, managerExitCode, ask),
            runManager: (args, signal) =>
                manager({
                    arguments: args,
                    print: (text) => {
                        onOutput(Buffer.from(text, "utf8"));
                    },
                    start: () => {
                        throw new Error("only a process can start another one");
                    },
                    signal: AbortSignal.any([signal, this.closing.signal]),
                }),
            print: onOutput,
            execute,
            killTree: () => {
                tree.kill();
            },
        });
    }

    /** Returns a sample of a command, for which the shell runs it if there is none yet. */
    private sample(invocation: Invocation, managerExitCode: number, ask: Ask): Promise<Sample | undefined> {
        return this.samples.of(invocation, managerExitCode, () =>
            takeSample(managerExitCode, ask, (handler, onOutput) =>
                this.startShell(invocation, this.newDirectory(invocation), this.children, handler, onOutput),
            ),
        );
    }

    /** Makes the directory in which a command runs. */
    private newDirectory({ invokeId }: Invocation): string {
        return mkdtempSync(path.join(this.root, `${invokeId}-`));
    }

    /** Starts the shell that runs a command. */
    private startShell(
        { invokeId, command: { content } }: Invocation,
        directory: string,
        starter: Starter,
        handler: ShimHandler,
        onOutput: (chunk: Buffer) => void,
    ): Child {
        const file = path.join(directory, `${invokeId}.sh`);
        // Written and closed before the fork, or the kernel could refuse to execute it ("text file busy").
        writeFileSync(file, content, { mode: 0o755 });
        // Without a first line it is for the shell, as every shell has it. "exec", so that the process started here
        // is the script's own interpreter on every system: it is the one that a timeout ends.
        const words = content.startsWith("#!") ? ["-c", 'exec "$0"', file] : [file];
        return starter.start("/bin/sh", words, this.processOptions(directory, handler), onOutput);
    }

    /** Returns the place and the environment of a command's process, whose shims the handler serves. */
    private processOptions(
        directory: string,
        handler: ShimHandler,
    ): { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
        return {
            cwd: directory,
            env: {
                PATH: onPath(this.bin),
                HOME: directory,
                LANG: "C.UTF-8",
                ...this.shims.environment(handler),
            },
        };
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
                ...viewOf(world, instance),
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
                // A process that was killed meanwhile waits as well: what waits for a file system cannot be interrupted.
                thawed: () => work.without(() => untilThawed(world, instance, this.closing.signal)),
            });
    }
}

/** Returns what a program sees of its instance, whatever process it is. */
function viewOf(world: World, instance: Instance): InstanceView {
    return {
        request: (request) => answerFromNetwork(request, instance, world.now),
        mountedFileSystems: mountedFileSystems(instance),
        blockDevices: blockDevices(world.disksOf(instance.instanceId)),
        fileSystem: instance.fileSystem,
        users: instance.users,
        now: () => world.now,
        fileSystemType: (itsPath) =>
            world.services.behaviour.runtimeDirectories === "tmpfs" && /^\/(run|dev\/shm)(\/|$)/.test(itsPath)
                ? "tmpfs"
                : "ext2/ext3",
    };
}

/** Returns this machine's path of programs, with a directory before it. */
function onPath(directory: string): string {
    return `${directory}${path.delimiter}${process.env.PATH ?? ""}`;
}
