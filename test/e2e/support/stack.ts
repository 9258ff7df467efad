import { execFile, spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";
import { engineFolder } from "./engine-folder";
import { endOrphans } from "./orphans";

/** A resource of the program, as `../program/index.js` reads it. */
export interface TestResource {
    readonly name: string;
    readonly args?: Readonly<Record<string, unknown>>;
    /** Look this id up instead of creating. */
    readonly get?: string;
    /** Take the instanceId from another resource's output. */
    readonly instanceOf?: string;
    /** The name of a component to put it under. */
    readonly parent?: string;
    readonly options?: Readonly<Record<string, unknown>>;
}

export interface CommandResult {
    readonly code: number;
    /** Standard output and error, in the order in which they came. */
    readonly output: string;
}

export interface ProgramResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly initErrors?: readonly string[];
    readonly external?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface StackOptions {
    /** The folder of the Pulumi program. Default: a copy of the generic one of these tests. */
    readonly programFolder?: string;
    /** Changes to the environment; undefined removes a variable. */
    readonly environment?: Environment;
    /** Folders to look for programs in before all others. */
    readonly path?: readonly string[];
    /** Configuration of the stack. Default: the emulator's region. */
    readonly config?: Readonly<Record<string, string>>;
    readonly stackName?: string;
}

const engineFlags = ["--non-interactive", "--color", "never"];
const genericProgram = join(__dirname, "..", "program");
const nodeModules = join(__dirname, "..", "..", "..", "node_modules");
const snapshotType = "pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot";

/** A stack with a state of its own, driven through the real `pulumi` program against an emulator. */
export class Stack {
    private constructor(
        /** Of this stack alone, removed with it. */
        readonly folder: string,
        private readonly programFolder: string,
        private readonly options: StackOptions,
        private readonly environment: NodeJS.ProcessEnv,
    ) {}

    static async create(emulator: Pick<Emulator, "url">, options: StackOptions = {}): Promise<Stack> {
        const folder = await mkdtemp(join(tmpdir(), "app-snapshot-stack-"));
        const programFolder = options.programFolder ?? (await copyOfGenericProgram(folder));
        const stack = new Stack(folder, programFolder, options, {
            ...(await baseEnvironment(folder, options.path ?? [])),
            ALIBABA_CLOUD_ECS_ENDPOINT: emulator.url,
            ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
            ...options.environment,
        });
        const config = options.config ?? { "alicloud:region": "cn-hangzhou" };
        const lines = Object.entries(config).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
        await writeFile(stack.configFile, lines.length === 0 ? "{}\n" : `config:\n${lines.join("")}`);
        await stack.succeed(["stack", "init", stack.name, "--no-select"]);
        return stack;
    }

    /** Another stack with the same emulator. */
    another(options: StackOptions): Promise<Stack> {
        return Stack.create({ url: this.environment["ALIBABA_CLOUD_ECS_ENDPOINT"] ?? "" }, options);
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

    /** Runs a command of the engine on this stack, whatever comes of it. */
    async run(command: readonly string[], resources: readonly TestResource[] = []): Promise<CommandResult> {
        return this.spawn([...command, "--stack", this.name], {
            TEST_PROGRAM: JSON.stringify({ resources }),
        });
    }

    /** Runs another program as if in the shell of the stack's updates. Default folder: that of the Pulumi program. */
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

    /** Starts an update and leaves its process to the test. */
    startUp(resources: readonly TestResource[]): ChildProcess {
        return spawn("pulumi", [...engineFlags, "up", "--yes", "--skip-preview", "--stack", this.name], {
            cwd: this.programFolder,
            env: { ...this.environment, TEST_PROGRAM: JSON.stringify({ resources }) },
            stdio: "ignore",
        });
    }

    /** The outputs of the program, by resource where it is the generic one. */
    async outputs<T = Record<string, Record<string, unknown>>>(): Promise<T> {
        return JSON.parse(await this.succeed(["stack", "output", "--json", "--stack", this.name])) as T;
    }

    /** All that the state holds of the snapshots. */
    async snapshots(): Promise<StateResource[]> {
        const { deployment } = JSON.parse(await this.stateText()) as {
            deployment: { resources?: StateResource[] };
        };
        return (deployment.resources ?? []).filter((resource) => resource.type === snapshotType);
    }

    async stateText(): Promise<string> {
        return this.succeed(["stack", "export", "--stack", this.name]);
    }

    /** The state as it stands in its file, while the engine may be at work; empty before the first write. */
    async writtenState(): Promise<string> {
        const folder = join(this.folder, ".pulumi", "stacks");
        const names = await readdir(folder, { recursive: true }).catch(() => []);
        const own = names.find((name) => name.endsWith(`${this.name}.json`));
        return own === undefined ? "" : readFile(join(folder, own), "utf8");
    }

    /** What only this stack's processes have in their environment as PULUMI_HOME. */
    get home(): string {
        return this.environment["PULUMI_HOME"] ?? "";
    }

    async configText(): Promise<string> {
        return readFile(this.configFile, "utf8");
    }

    async remove(): Promise<void> {
        await endOrphans("PULUMI_HOME", this.home);
        await rm(this.folder, { recursive: true, force: true });
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
        return runPulumi(command, this.programFolder, {
            ...this.environment,
            ...more,
        });
    }
}

/** The engine writes the stack's configuration beside the program, so each stack has a program of its own. */
async function copyOfGenericProgram(folder: string): Promise<string> {
    const copy = join(folder, "program");
    await cp(genericProgram, copy, { recursive: true });
    await symlink(nodeModules, join(copy, "node_modules"), "junction");
    return copy;
}

function runPulumi(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
        const child = spawn("pulumi", [...engineFlags, ...args], {
            cwd,
            env,
            stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text: string) => (output += text));
        }
        child.on("error", reject);
        child.on("close", (code) => {
            resolve({ code: code ?? 1, output });
        });
    });
}

async function baseEnvironment(folder: string, path: readonly string[]): Promise<NodeJS.ProcessEnv> {
    // What the machine has set for the cloud must not reach a test.
    const own = Object.entries(process.env).filter(
        ([name]) => !/^(?:ALIBABA_?CLOUD|ALICLOUD|PULUMI)_/.test(name),
    );
    const environment = Object.fromEntries(own);
    return {
        ...environment,
        PATH: [...path, await engineFolder(), environment["PATH"]].join(delimiter),
        HOME: folder,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
        ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
    };
}
