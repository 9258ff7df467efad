import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EngineStack } from "../e2e/support/stack";
import { ProtocolStack } from "../protocol/support/protocol-stack";
import { allCells, cellTitle, type Cell, type Outcome } from "./cell";
import { matrixPage } from "./page";
import { titleOf } from "./point";
import { processesCanBeFound } from "../support/stack/processes";
import { rehearse } from "./rehearsal";
import { tryAll } from "./run";
import { scenarios } from "./scenario";
import { summaryOf } from "./summary";
import type { CreateStack } from "./world";

const withEngine: CreateStack = (emulator, stackOptions) => EngineStack.create(emulator, stackOptions);
const overProtocol: CreateStack = (emulator, stackOptions) => ProtocolStack.create(emulator, stackOptions);

const page = join(__dirname, "..", "..", "docs", "matrix.md");

const { values: options } = parseArgs({
    options: {
        parallel: { type: "string", default: "2" },
        scenario: { type: "string" },
        victim: { type: "string" },
        call: { type: "string" },
        engine: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
    },
});

const createStack = options.engine ? withEngine : overProtocol;

function isSelected({ victim, point }: Cell): boolean {
    return (
        !(options.engine && victim === "sibling") &&
        (options.victim ?? victim) === victim &&
        (options.call ?? titleOf(point.call)) === titleOf(point.call)
    );
}

async function main(): Promise<void> {
    if (!processesCanBeFound) {
        throw new Error(
            "Without /proc the processes of a command can't be told from others; run this on Linux.",
        );
    }
    const isPart =
        options.engine ||
        [options.scenario, options.victim, options.call].some((choice) => choice !== undefined);
    if (options.write && isPart) {
        throw new Error(
            "--write is for the whole matrix: leave out --engine, --scenario, --victim and --call.",
        );
    }
    const chosen = scenarios.filter(({ name }) => (options.scenario ?? name) === name);
    say("rehearsing");
    const rehearsal = await rehearse(chosen, createStack);
    const cells = allCells(chosen, rehearsal).filter(isSelected);
    if (cells.length === 0) {
        throw new Error("Nothing is selected.");
    }
    const parallel = Number(options.parallel);
    if (!Number.isInteger(parallel) || parallel < 1) {
        throw new Error("--parallel takes a number from 1 on.");
    }
    let done = 0;
    const outcomes = await tryAll(cells, createStack, parallel, (outcome) => {
        say(`${++done}/${cells.length} ${cellTitle(outcome.cell)}: ${outcome.result}`);
        if (outcome.result !== "ok") {
            say(reportOf(outcome));
        }
    });
    const text = await matrixPage(chosen, outcomes);
    if (options.write) {
        await writeFile(page, text);
    } else {
        console.log(text);
    }
    summaryOf(outcomes).forEach((line) => {
        console.log(line);
    });
    process.exitCode = outcomes.every(({ result }) => result === "ok") ? 0 : 1;
}

function reportOf({ problems, transcript }: Outcome): string {
    return [...problems.map(({ harm, reason }) => `  ${harm}: ${reason}`), indented(transcript)].join("\n");
}

function indented(text: string): string {
    return text.replace(/^/gm, "    | ");
}

function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

main().catch((thrown: unknown) => {
    say(thrown instanceof Error ? thrown.message : String(thrown));
    process.exitCode = 1;
});
