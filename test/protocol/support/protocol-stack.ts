import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import type { Mutable } from "../../support/mutable";
import { defaultConfig, stackEnvironment } from "../../support/stack/environment";
import type {
    CommandResult,
    ProgramResult,
    RunningCommand,
    StackOptions,
    StateResource,
    TestResource,
    TestStack,
} from "../../support/stack/test-stack";
import { Command } from "./command";
import type { ProviderProcess } from "./provider-process";
import { writePulumi } from "./pulumi-program";
import { wanted } from "./recorded";
import { State } from "./state";

const programFolder = join(__dirname, "..", "..", "e2e", "program");

/** A provider's answer that is not in the state yet. */
export interface HeldRecording {
    /** Tells whether the provider has answered. */
    readonly isAnswered: boolean;
    /** Lets the engine write this answer, and later ones at once. */
    readonly record: () => void;
}

/**
 * A stack without an engine: for a dynamic provider, this process is the engine. The provider runs in
 * the runtime's own process, one for each command, and is called over gRPC in the order in which the engine calls it.
 */
export class ProtocolStack implements TestStack {
    private readonly state = new State();
    /** The process of each command; that of a killed engine may outlive it. */
    private readonly processes: ProviderProcess[] = [];
    private commands = 0;
    private beforeRecording: () => Promise<void> = () => Promise.resolve();
    private config: Readonly<Record<string, string>>;
    private readonly environment: NodeJS.ProcessEnv;

    private constructor(
        private readonly emulator: Pick<Emulator, "url">,
        readonly folder: string,
        private readonly options: StackOptions,
    ) {
        this.config = options.config ?? defaultConfig;
        this.environment = stackEnvironment(emulator, folder, options);
    }

    static async create(emulator: Pick<Emulator, "url">, options: StackOptions = {}): Promise<ProtocolStack> {
        const folder = await mkdtemp(join(tmpdir(), "app-snapshot-protocol-"));
        return new ProtocolStack(emulator, folder, options);
    }

    /** Keeps the engine from recording the provider's next answer. */
    holdRecording(): HeldRecording {
        const held: Mutable<HeldRecording> = {
            record: () => undefined,
            isAnswered: false,
        };
        const recording = new Promise<void>((resolve) => {
            held.record = resolve;
        });
        this.beforeRecording = () => {
            held.isAnswered = true;
            return recording;
        };
        return held;
    }

    get name(): string {
        return this.options.stackName ?? "test";
    }

    another(options: StackOptions): Promise<ProtocolStack> {
        return ProtocolStack.create(this.emulator, { ...options });
    }

    up(resources: readonly TestResource[], ...flags: string[]): Promise<CommandResult> {
        return this.begin(flags, (command) => command.up(this.program(resources))).ended;
    }

    preview(resources: readonly TestResource[], ...flags: string[]): Promise<CommandResult> {
        return this.begin(flags, (command) => command.preview(this.program(resources))).ended;
    }

    refresh(...flags: string[]): Promise<CommandResult> {
        return this.begin(flags, (command) => command.refresh()).ended;
    }

    destroy(...flags: string[]): Promise<CommandResult> {
        return this.begin(flags, (command) => command.destroy()).ended;
    }

    startUp(resources: readonly TestResource[]): RunningCommand {
        return this.begin([], (command) => command.up(this.program(resources)));
    }

    startDestroy(): RunningCommand {
        return this.begin([], (command) => command.destroy());
    }

    unlock(): Promise<void> {
        return Promise.resolve();
    }

    providerProcesses(): Promise<number[]> {
        return Promise.resolve(
            this.processes.filter((process) => !process.hasEnded).map((process) => process.pid),
        );
    }

    /** Runs a program with a `pulumi` on the path that knows this stack's state and configuration. */
    async runProgram(file: string, args: readonly string[], cwd = programFolder): Promise<ProgramResult> {
        const path = await writePulumi(join(this.folder, "bin"), {
            name: this.name,
            state: { version: 3, deployment: { resources: await this.snapshots() } },
            config: this.config,
        });
        const env = {
            ...this.environment,
            PATH: [path, this.environment["PATH"]].join(delimiter),
        };
        return new Promise((resolve) => {
            const child = execFile(file, [...args], { cwd, env }, (_error, stdout, stderr) => {
                resolve({ code: child.exitCode ?? -1, stdout, stderr });
            });
        });
    }

    /** Acts like `pulumi config set`. */
    setConfig(key: string, value: string): Promise<void> {
        this.config = { ...this.config, [key]: value };
        return Promise.resolve();
    }

    /** Acts like `pulumi config set --secret`: the provider gets the value in clear. */
    setSecret(key: string, value: string): Promise<void> {
        return this.setConfig(key, value);
    }

    outputs(): Promise<Record<string, Record<string, unknown>>> {
        const outputs = this.state.current.map(({ name, id, urn, outputs: values }) => {
            const shown = Object.entries(values).filter(([key]) => key !== "__provider");
            return [name, { ...Object.fromEntries(shown), id, urn }];
        });
        return Promise.resolve(Object.fromEntries(outputs) as Record<string, Record<string, unknown>>);
    }

    snapshots(): Promise<StateResource[]> {
        return Promise.resolve(
            this.state.all.map(
                ({ urn, type, id, inputs, outputs, initErrors, external, retained }, index) => ({
                    urn,
                    type,
                    id,
                    inputs,
                    outputs,
                    ...(initErrors.length === 0 ? {} : { initErrors }),
                    external,
                    ...(retained ? { retainOnDelete: true } : {}),
                    ...(index < this.state.current.length ? {} : { delete: true }),
                }),
            ),
        );
    }

    async writtenState(): Promise<string> {
        return JSON.stringify(await this.snapshots());
    }

    async killAll(): Promise<void> {
        await Promise.all(this.processes.map((process) => process.kill()));
    }

    async remove(): Promise<void> {
        await this.killAll();
        await rm(this.folder, { recursive: true, force: true });
    }

    private program(resources: readonly TestResource[]): ReturnType<typeof wanted>[] {
        return resources.map((resource) => wanted(withInstance(resource, resources), this.name));
    }

    private begin(flags: readonly string[], work: (command: Command) => Promise<void>): RunningCommand {
        this.commands += 1;
        const command = new Command(this.state, {
            flags,
            programFolder,
            environment: {
                ...this.environment,
                PULUMI_NODEJS_PROJECT: "program",
                PULUMI_PROJECT: "program",
            },
            config: this.config,
            isFirst: this.commands === 1,
            onStart: (process) => this.processes.push(process),
            beforeRecording: () => this.beforeRecording(),
        });
        return command.run(work);
    }
}

/** Resolves `instanceOf`: resources come one after another, so the other one's instance is known. */
function withInstance(
    { instanceOf, ...resource }: TestResource,
    resources: readonly TestResource[],
): TestResource {
    const other = resources.find(({ name }) => name === instanceOf);
    return other === undefined
        ? resource
        : { ...resource, args: { ...resource.args, instanceId: other.args?.["instanceId"] } };
}
