import { isDeepStrictEqual } from "node:util";

import type { Ending } from "../processes/children";
import type { RunningCommand } from "./running-command";
import type { Ask, Sample } from "./sample";

/** The instance and the invocation of a sampled command. */
export interface SampledHost {
    readonly ask: Ask;
    /** Returns the sample with a manager that ends with this exit code; undefined if there can be none. */
    readonly sample: (managerExitCode: number) => Promise<Sample | undefined>;
    /** Runs the plugin manager, whose output becomes the command's; resolves to its exit code. */
    readonly runManager: (args: readonly string[], signal: AbortSignal) => Promise<number>;
    readonly print: (chunk: Buffer) => void;
    /** Has the shell run the command on this instance. */
    readonly execute: () => RunningCommand;
    /** Ends the scripts of the plugin. */
    readonly killTree: () => void;
}

const killed: Ending = { exitCode: -1 };

/**
 * A command without a shell: it does what the shell would do, as its sample shows. It asks the same questions, runs
 * the plugin manager, and ends as the sample with the manager's exit code ended. Where the sample does not hold,
 * the shell runs it after all, before anything has happened.
 */
export class SampledCommand implements RunningCommand {
    readonly finished: Promise<Ending>;
    readonly ended: Promise<unknown>;
    private readonly shellKilled = new AbortController();
    private readonly managerKilled = new AbortController();
    private executed: RunningCommand | undefined;

    constructor(private readonly host: SampledHost) {
        const gone = new Promise<void>((resolve) => {
            this.shellKilled.signal.addEventListener("abort", () => {
                resolve();
            });
        });
        this.ended = gone.then(() => this.executed?.ended);
        this.finished = this.follow();
    }

    kill(): void {
        this.executed?.kill();
        this.shellKilled.abort();
    }

    killTree(): void {
        this.executed?.killTree();
        this.host.killTree();
        this.shellKilled.abort();
        this.managerKilled.abort();
    }

    private async follow(): Promise<Ending> {
        const { ask, sample, runManager, print, execute } = this.host;
        const first = await sample(0);
        const holds = first !== undefined && (await getsSameAnswers(first, ask));
        if (this.isKilled()) {
            return killed;
        }
        if (!holds) {
            this.executed = execute();
            return this.executed.finished;
        }
        print(first.before);
        const managerExitCode = await runManager(first.managerArguments, this.managerKilled.signal);
        if (this.isKilled()) {
            return killed;
        }
        const last = managerExitCode === 0 ? first : await sample(managerExitCode);
        if (last === undefined || !isSameUpToManager(first, last)) {
            throw new Error(
                `the emulator has no sample of the command's end after the exit code ${managerExitCode}`,
            );
        }
        print(last.after);
        return { exitCode: last.exitCode };
    }

    private isKilled(): boolean {
        return this.shellKilled.signal.aborted;
    }
}

/** Tells whether an instance gives the answers on which a sample depends. */
async function getsSameAnswers({ questions }: Sample, ask: Ask): Promise<boolean> {
    for (const { program, arguments: args, answer } of questions) {
        if (!isDeepStrictEqual(await ask(program, args), answer)) {
            return false;
        }
    }
    return true;
}

function isSameUpToManager(one: Sample, other: Sample): boolean {
    const start = ({ questions, managerArguments, before }: Sample) => [questions, managerArguments, before];
    return isDeepStrictEqual(start(one), start(other));
}
