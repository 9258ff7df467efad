import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { fleetTypeToken, typeToken } from "../../../provider/src/pulumi/resource/type-token";
import { defaultConfig, stackEnvironment } from "../../support/stack/environment";
import { endOrphans, providerProcesses } from "../../support/stack/processes";
import type {
    CommandResult,
    ProgramResult,
    RunningCommand,
    StackOptions,
    StateResource,
    TestResource,
    TestStack,
} from "../../support/stack/test-stack";
import { ensuredEngineFolder } from "./engine-folder";

/** Options that only a stack of the real engine has. */
export interface EngineStackOptions extends StackOptions {
    /** The folder of the Pulumi program. Default: a copy of the generic one of these tests. */
    readonly programFolder?: string;
    /** Folders to look for programs in before all others. */
    readonly path?: readonly string[];
}

const engineFlags = ["--non-interactive", "--color", "never"];
const genericProgram = join(__dirname, "..", "program");
const nodeModules = join(__dirname, "..", "..", "..", "node_modules");
const types: readonly string[] = [typeToken, fleetTypeToken];

/** A stack of the real engine, driven through the `pulumi` program. */
export class EngineStack implements TestStack {
    private constructor(
        /** The stack's own folder, removed with it. */
        readonly folder: string,
        private readonly programFolder: string,
        private readonly options: EngineStackOptions,
        /** The environment of its commands. */
        readonly environment: NodeJS.ProcessEnv,
    ) {}

    static async create(
        emulator: Pick<Emulator, "url">,
        options: EngineStackOptions = {},
    ): Promise<EngineStack> {
        const folder = await mkdtemp(join(tmpdir(), "app-snapshot-stack-"));
        const programFolder = options.programFolder ?? (await copyOfGenericProgram(folder));
        const environment = stackEnvironment(emulator, folder, options);
        const stack = new EngineStack(folder, programFolder, options, {
            ...environment,
            PATH: [...(options.path ?? []), await ensuredEngineFolder(), environment["PATH"]].join(delimiter),
            PULUMI_HOME: join(folder, "home"),
            PULUMI_BACKEND_URL: `file://${folder}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
        });
        const config = options.config ?? defaultConfig;
        const lines = Object.entries(config).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
        await writeFile(stack.configFile, lines.length === 0 ? "{}\n" : `config:\n${lines.join("")}`);
        await stack.succeed(["stack", "init", stack.name, "--no-select"]);
        return stack;
    }

    /** Creates another stack with the same emulator. */
    another(options: EngineStackOptions): Promise<EngineStack> {
        return EngineStack.create({ url: this.environment["ALIBABA_CLOUD_ECS_ENDPOINT"] ?? "" }, options);
    }

    get name(): string {
        return this.options.stackName ?? "test";
    }

    async up(resources: readonly TestResource[], ...flags: string[]): Promise<CommandResult> {
        return this.run(["up", "--yes", "--skip-preview", ...flags], resources);
    }

    async preview(resources: readonly TestResource[], ...flags: string[]): Promise<CommandResult> {
        return this.run(["preview", "--diff", ...flags], resources);
    }

    async refresh(...flags: string[]): Promise<CommandResult> {
        return this.run(["refresh", "--yes", "--skip-preview", ...flags]);
    }

    async destroy(...flags: string[]): Promise<CommandResult> {
        return this.run(["destroy", "--yes", "--skip-preview", ...flags]);
    }

    /** Runs a command of the engine on this stack, whether it succeeds or not. */
    async run(command: readonly string[], resources: readonly TestResource[] = []): Promise<CommandResult> {
        return this.spawn([...command, "--stack", this.name], {
            TEST_PROGRAM: JSON.stringify({ resources }),
        });
    }

    /** Runs another program in the environment of the stack's updates. Default folder: that of the Pulumi program. */
    runProgram(file: string, args: readonly string[], cwd = this.programFolder): Promise<ProgramResult> {
        return new Promise((resolve) => {
            const child = execFile(
                file,
                [...args],
                { cwd, env: this.environment },
                (_error, stdout, stderr) => {
                    resolve({ code: child.exitCode ?? -1, stdout, stderr });
                },
            );
        });
    }

    startUp(resources: readonly TestResource[]): RunningCommand {
        return this.start(["up", "--yes", "--skip-preview"], resources);
    }

    startDestroy(): RunningCommand {
        return this.start(["destroy", "--yes", "--skip-preview"]);
    }

    async unlock(): Promise<void> {
        const locks = join(this.folder, ".pulumi", "locks");
        const files = await readdir(locks, { recursive: true }).catch(() => []);
        if (files.some((file) => file.endsWith(".json"))) {
            await this.succeed(["cancel", "--yes", "--stack", this.name]);
        }
    }

    async setConfig(key: string, value: string): Promise<void> {
        await this.succeed(["config", "set", key, value, "--stack", this.name]);
    }

    async setSecret(key: string, value: string): Promise<void> {
        await this.succeed(["config", "set", "--secret", key, value, "--stack", this.name]);
    }

    providerProcesses(): Promise<number[]> {
        return providerProcesses("PULUMI_HOME", this.home);
    }

    killAll(): Promise<void> {
        return endOrphans("PULUMI_HOME", this.home);
    }

    /** The outputs of the program; by resource, if it is the generic one. */
    async outputs<T = Record<string, Record<string, unknown>>>(): Promise<T> {
        return JSON.parse(await this.succeed(["stack", "output", "--json", "--stack", this.name])) as T;
    }

    /** The snapshots and fleets in the state. */
    async snapshots(): Promise<StateResource[]> {
        const { deployment } = JSON.parse(await this.stateText()) as {
            readonly deployment: { readonly resources?: StateResource[] };
        };
        return (deployment.resources ?? []).filter((resource) => types.includes(resource.type));
    }

    async stateText(): Promise<string> {
        return this.succeed(["stack", "export", "--stack", this.name]);
    }

    /** The present text of the state file, while the engine may be at work; empty before the first write. */
    async writtenState(): Promise<string> {
        const folder = join(this.folder, ".pulumi", "stacks");
        const names = await readdir(folder, { recursive: true }).catch(() => []);
        const own = names.find((name) => name.endsWith(`${this.name}.json`));
        return own === undefined ? "" : readFile(join(folder, own), "utf8");
    }

    /** The PULUMI_HOME that only this stack's processes have in their environment. */
    get home(): string {
        return this.environment["PULUMI_HOME"] ?? "";
    }

    async remove(): Promise<void> {
        await endOrphans("PULUMI_HOME", this.home);
        await rm(this.folder, { recursive: true, force: true });
    }

    private start(command: readonly string[], resources: readonly TestResource[] = []): RunningCommand {
        const args = [...command, "--stack", this.name];
        const environment = { ...this.environment, TEST_PROGRAM: JSON.stringify({ resources }) };
        const { child, result } = startPulumi(args, this.programFolder, environment);
        return {
            ended: result,
            interrupt: () => {
                child.kill("SIGINT");
            },
            failSibling: () => {
                throw new Error("only the client of the protocol can do that");
            },
            killEngine: () => kill(child, "SIGKILL"),
            killProvider: async () => {
                for (const pid of await this.providerProcesses()) {
                    process.kill(pid, "SIGKILL");
                }
            },
        };
    }

    private get configFile(): string {
        return join(this.programFolder, `Pulumi.${this.name}.yaml`);
    }

    private async succeed(command: readonly string[]): Promise<string> {
        const { code, output } = await this.spawn(command, {});
        if (code !== 0) {
            throw new Error(`pulumi ${command.join(" ")} failed:\n${output}`);
        }
        return output;
    }

    private spawn(command: readonly string[], more: NodeJS.ProcessEnv): Promise<CommandResult> {
        return startPulumi(command, this.programFolder, { ...this.environment, ...more }).result;
    }
}

/** The engine writes the stack's configuration beside the program, so each stack has a program of its own. */
async function copyOfGenericProgram(folder: string): Promise<string> {
    const copy = join(folder, "program");
    await cp(genericProgram, copy, { recursive: true });
    await symlink(nodeModules, join(copy, "node_modules"), "junction");
    return copy;
}

function startPulumi(
    args: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
): { readonly child: ChildProcess; readonly result: Promise<CommandResult> } {
    const child = spawn("pulumi", [...engineFlags, ...args], {
        cwd,
        env,
        stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const result = new Promise<CommandResult>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => {
            resolve({ code: code ?? 1, output });
        });
    });
    return { child, result };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, "exit");
        child.kill(signal);
        await exit;
    }
}
