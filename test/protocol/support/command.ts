import { isDeepStrictEqual } from "node:util";

import { acknowledge } from "../../../provider/src/pulumi/recording/acknowledgement";
import type { CommandResult, RunningCommand } from "../../support/stack/test-stack";
import { type EngineServer, startEngineServer } from "../../unit/support/engine-server";
import { type Kept, ProviderError, ProviderProcess } from "./provider-process";
import { type Recorded, recorded, type Wanted } from "./recorded";
import type { State } from "./state";
import { type Operation, Transcript } from "./transcript";

export interface CommandOptions {
    readonly flags: readonly string[];
    /** The folder of the Pulumi program, from which packages are loaded. */
    readonly programFolder: string;
    readonly environment: NodeJS.ProcessEnv;
    readonly config: Readonly<Record<string, string>>;
    /** Tells whether the command creates the stack itself. */
    readonly isFirst: boolean;
    /** Receives the provider's process. */
    readonly onStart: (process: ProviderProcess) => void;
    /** Runs between the provider's answer and its record in the state. */
    readonly beforeRecording: () => Promise<void>;
}

const knownFlags: ReadonlySet<string> = new Set(["--continue-on-error", "--debug", "--refresh"]);

/** A flag that only a refresh knows. */
const refreshFlag = "--expect-no-changes";

/** A step for a resource. */
interface Step {
    readonly operation: Operation;
    readonly run: () => Promise<void>;
}

/** One command of the engine, with its own provider process. */
export class Command {
    private readonly transcript: Transcript;
    private readonly flags: ReadonlySet<string>;
    /** The URN of a resource that is replaced by force. */
    private readonly toReplace: string | undefined;
    private engine: EngineServer | undefined;
    private process: ProviderProcess | undefined;
    private failed = false;
    private killed = false;
    private interrupts = 0;
    private abandon: () => void = () => undefined;
    /** Rejects when nobody waits for running steps any more. */
    private readonly abandoned = new Promise<never>((_resolve, reject) => {
        this.abandon = () => {
            reject(new ProviderError("the update was cancelled"));
        };
    });

    constructor(
        private readonly state: State,
        private readonly options: CommandOptions,
    ) {
        const at = options.flags.indexOf("--replace");
        this.toReplace = at === -1 ? undefined : options.flags[at + 1];
        this.flags = new Set(
            options.flags.filter((_flag, index) => at === -1 || index < at || index > at + 1),
        );
        const unknown = [...this.flags].find((flag) => !knownFlags.has(flag) && flag !== refreshFlag);
        if (unknown !== undefined) {
            throw new Error(`${unknown} takes the real engine`);
        }
        this.transcript = new Transcript(this.flags.has("--debug"));
        this.abandoned.catch(() => undefined);
    }

    run(work: (command: Command) => Promise<void>): RunningCommand {
        return {
            ended: this.toTheEnd(() => work(this)),
            interrupt: () => {
                this.interrupts += 1;
                if (this.interrupts > 1) {
                    this.abandon();
                }
            },
            failSibling: () => {
                this.fail("the sibling failed");
            },
            killEngine: () => {
                this.killed = true;
                this.engine?.stop();
                this.process?.leave();
                this.abandon();
                return Promise.resolve();
            },
            killProvider: async () => this.process?.kill(),
        };
    }

    async up(program: readonly Wanted[]): Promise<void> {
        this.refuseRefreshFlag();
        if (this.flags.has("--refresh")) {
            await this.readAll();
        }
        this.transcript.did(this.options.isFirst ? "created" : "unchanged");
        const steps: Promise<void>[] = [];
        for (const resource of program) {
            // The engine checks and compares one resource after another, and begins a step as soon as it is known.
            const step = await this.plan(resource);
            if (step === undefined || this.isStopping) {
                break;
            }
            steps.push(this.step(step.operation, step.run));
        }
        await Promise.all(steps);
        const removed = this.state.current.filter(({ urn }) => program.every((wanted) => wanted.urn !== urn));
        await this.deleteAll([...removed, ...this.state.condemned]);
    }

    async preview(program: readonly Wanted[]): Promise<void> {
        this.transcript.did(this.options.isFirst ? "created" : "unchanged");
        for (const resource of program) {
            const step = await this.plan(resource);
            if (step !== undefined) {
                this.transcript.did(step.operation);
            }
        }
        this.transcript.isPlanOnly = true;
    }

    async refresh(): Promise<void> {
        this.transcript.did("unchanged");
        await this.readAll();
        if (this.flags.has(refreshFlag) && !/ {4}\d+ unchanged\n$/.test(this.transcript.text)) {
            this.fail("changes were expected to be none");
        }
    }

    async destroy(): Promise<void> {
        this.refuseRefreshFlag();
        await this.deleteAll(this.state.all);
    }

    private refuseRefreshFlag(): void {
        if (this.flags.has(refreshFlag)) {
            throw new Error(`${refreshFlag} takes the real engine`);
        }
    }

    private async toTheEnd(work: () => Promise<void>): Promise<CommandResult> {
        const engine = await startEngineServer();
        this.engine = engine;
        try {
            this.process = await this.start(engine.address);
            await work();
        } catch (thrown) {
            this.failBy(thrown);
        } finally {
            // Nobody ends the provider process of an engine that is gone.
            if (!this.killed) {
                await this.process?.end();
            }
            this.showMessages();
            engine.stop();
        }
        return { code: this.failed ? 255 : 0, output: this.transcript.text };
    }

    private async start(address: string): Promise<ProviderProcess> {
        const { programFolder, environment, config, onStart } = this.options;
        const started = await ProviderProcess.start(address, programFolder, environment, config, (text) => {
            this.transcript.line(text.trimEnd());
        });
        onStart(started);
        return started;
    }

    private get provider(): ProviderProcess {
        if (this.process === undefined) {
            throw new Error("the command has not begun");
        }
        return this.process;
    }

    /** Tells whether no further step begins. */
    private get isStopping(): boolean {
        return this.interrupts > 0 || (this.failed && !this.flags.has("--continue-on-error"));
    }

    /** @returns the steps; undefined if the program itself is refused. */
    private async plan(wanted: Wanted): Promise<Step | undefined> {
        const { urn, aliases, get } = wanted;
        if (get !== undefined) {
            return { operation: "unchanged", run: () => this.lookUp(wanted, get) };
        }
        const old = [urn, ...aliases]
            .map((name) => this.state.find(name))
            .find((found) => found !== undefined);
        const { inputs, reasons } = await this.answer(this.provider.check(old?.inputs ?? {}, wanted.inputs));
        if (reasons.length > 0) {
            reasons.forEach((reason) => {
                this.fail(reason);
            });
            return undefined;
        }
        const resource: Wanted = { ...wanted, inputs };
        if (old === undefined) {
            return { operation: "created", run: () => this.create(resource) };
        }
        if (urn === this.toReplace) {
            // The engine does not ask for the difference in this case.
            return { operation: "replaced", run: () => this.replace(resource, old) };
        }
        const { changes, replaces } = await this.answer(this.provider.diff(old.id, old.outputs, inputs));
        const same = changes === "none" || (changes === "unknown" && isDeepStrictEqual(old.inputs, inputs));
        if (!same && replaces.length > 0) {
            return { operation: "replaced", run: () => this.replace(resource, old) };
        }
        if (!same || old.initErrors.length > 0) {
            return { operation: "updated", run: () => this.update(resource, old) };
        }
        return {
            operation: "unchanged",
            run: () => {
                this.state.set(
                    { ...old, urn, name: resource.name, inputs, retained: resource.retained },
                    old,
                );
                return Promise.resolve();
            },
        };
    }

    private async lookUp(resource: Wanted, id: string): Promise<void> {
        const found = await this.answer(this.provider.read(id, resource.inputs));
        if (found === undefined) {
            throw new ProviderError(`there is no ${id}`);
        }
        this.state.set(recorded(resource, found));
    }

    private async create(resource: Wanted): Promise<void> {
        const kept = await this.toBeRecorded(this.provider.create(resource.inputs));
        this.state.set(recorded(resource, kept));
        this.recordedIs(kept);
    }

    private async replace(resource: Wanted, old: Recorded): Promise<void> {
        const kept = await this.toBeRecorded(this.provider.create(resource.inputs));
        this.state.replace(old, recorded(resource, kept));
        this.recordedIs(kept);
    }

    private async update(resource: Wanted, old: Recorded): Promise<void> {
        const kept = await this.toBeRecorded(this.provider.update(old.id, old.outputs, resource.inputs));
        const updated = recorded(resource, kept);
        // The engine keeps the old inputs if the update fails half-way.
        this.state.set(kept.reasons.length === 0 ? updated : { ...updated, inputs: old.inputs }, old);
        this.recordedIs(kept);
    }

    /** Acknowledges a recorded resource as the program does, if it still runs; throws if it is unfinished. */
    private recordedIs({ outputs, reasons }: Kept): void {
        if (reasons.length > 0) {
            const list = reasons.map((reason) => `* ${reason}`).join("\n");
            throw new ProviderError(`${reasons.length} error occurred:\n${list}`);
        }
        const key = outputs["recordingId"] ?? outputs["invokeId"];
        if (!this.isStopping && typeof key === "string") {
            // The resource in the program's process does the same.
            acknowledge(key, this.options.environment["TMPDIR"]);
        }
    }

    private async readAll(): Promise<void> {
        await Promise.all(this.state.current.map((resource) => this.readOne(resource)));
    }

    private async readOne(resource: Recorded): Promise<void> {
        const { id, outputs } = resource;
        try {
            const found = await this.answer(this.provider.read(id, outputs));
            if (found === undefined) {
                this.state.remove(resource);
                this.transcript.did("deleted");
                return;
            }
            this.state.set({ ...resource, id: found.id, outputs: found.outputs, initErrors: [] });
            this.transcript.did(isDeepStrictEqual(outputs, found.outputs) ? "unchanged" : "updated");
        } catch (thrown) {
            this.failBy(thrown);
        }
    }

    /** Deletes replaced resources; after a failure only with `--continue-on-error`, like the engine. */
    private async deleteAll(resources: readonly Recorded[]): Promise<void> {
        if (this.isStopping) {
            return;
        }
        await Promise.all(
            resources.map((resource) =>
                this.step("deleted", async () => {
                    if (!resource.retained && !resource.external) {
                        await this.answer(this.provider.delete(resource.id, resource.outputs));
                    }
                    this.state.remove(resource);
                }),
            ),
        );
    }

    private async step(operation: Operation, run: () => Promise<void>): Promise<void> {
        try {
            await run();
            this.transcript.did(operation);
        } catch (thrown) {
            this.failBy(thrown);
        }
    }

    /** Waits for an answer of the provider, as long as there is an engine to receive it. */
    private answer<T>(answer: Promise<T>): Promise<T> {
        return Promise.race([answer, this.abandoned]);
    }

    /** Waits for an answer that changes the state, as long as there is an engine to write it. */
    private async toBeRecorded(answer: Promise<Kept>): Promise<Kept> {
        const kept = await this.answer(answer);
        await this.answer(this.options.beforeRecording());
        return kept;
    }

    private fail(message: string): void {
        this.failed = true;
        this.showMessages();
        this.transcript.error(message);
    }

    /** Fails the command with an error of the provider; an error of this client itself is thrown. */
    private failBy(thrown: unknown): void {
        if (!(thrown instanceof ProviderError)) {
            throw thrown;
        }
        this.fail(thrown.message);
    }

    private showMessages(): void {
        for (const message of this.engine?.shown.splice(0) ?? []) {
            this.transcript.show(message);
        }
    }
}
