import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import type { CommandResult } from "../support/stack/test-stack";
import type { World } from "./world";

/** Only a hang takes so long, even on a slow machine. */
const commandLimitMs = 1_800_000;

/** Runs the commands of one trial and records their output, their calls and unexpected failures. */
export class Steps {
    readonly failures: string[] = [];
    private readonly lines: string[] = [];
    private shownCalls: number;

    constructor(private readonly world: World) {
        this.shownCalls = world.emulator.ledger.length;
    }

    get transcript(): string {
        return this.lines.join("\n");
    }

    /** Runs a command, whether it succeeds or not. */
    async run(name: string, start: () => Promise<CommandResult>): Promise<CommandResult> {
        const timer = setTimeout(() => {
            this.failures.push(`${name} did not end within ${commandLimitMs / 1000} s`);
            void this.world.stack.killAll();
        }, commandLimitMs);
        try {
            const result = await start();
            this.lines.push(
                `$ ${name}: exit code ${result.code}`,
                result.output.trimEnd(),
                ...this.newCalls(),
            );
            return result;
        } finally {
            clearTimeout(timer);
        }
    }

    async mustSucceed(name: string, start: () => Promise<CommandResult>): Promise<CommandResult> {
        const result = await this.run(name, start);
        if (result.code !== 0) {
            this.failures.push(`${name} failed: ${reasonIn(result.output)}`);
        }
        return result;
    }

    private newCalls(): string[] {
        const calls = this.world.emulator.ledger.slice(this.shownCalls);
        this.shownCalls += calls.length;
        return calls.map(callLine);
    }
}

function callLine({ time, action, status, code, params }: LedgerEntry): string {
    const answer = status === 0 ? "no answer" : (code ?? String(status));
    return `  ${time.slice(11, -1)} ${action} ${answer} ${JSON.stringify(params).slice(0, 160)}`;
}

/** Returns the most telling line of an output. */
function reasonIn(output: string): string {
    const lines = output.split("\n").map((line) => line.trim());
    return (
        lines.find((line) => line.startsWith("error: ")) ?? lines.filter((line) => line !== "").at(-1) ?? ""
    );
}
