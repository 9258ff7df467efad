import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { EngineStack } from "../e2e/support/stack";
import { ProtocolStack } from "../protocol/support/protocol-stack";
import { processesCanBeFound } from "../support/stack/processes";
import { runBaselines } from "./baseline-run";
import { allCells, type Cell, type CellResult, cellTitle } from "./cell";
import { matrixPage } from "./page";
import { titleOf } from "./point";
import { tryCells } from "./run";
import { scenarios } from "./scenarios";
import { summaryOf } from "./summary";
import type { CreateStack } from "./world";

const withEngine: CreateStack = (emulator, stackOptions) => EngineStack.create(emulator, stackOptions);
const overProtocol: CreateStack = (emulator, stackOptions) => ProtocolStack.create(emulator, stackOptions);

const page = join(__dirname, "..", "..", "docs", "matrix.md");

const { values: options } = parseArgs({
    options: {
        parallel: { type: "string", default: "2" },
        scenario: { type: "string" },
        target: { type: "string" },
        call: { type: "string" },
        engine: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
    },
});

const createStack = options.engine ? withEngine : overProtocol;

function isSelected({ target, point }: Cell): boolean {
    return (
        !(options.engine && target === "sibling") &&
        (options.target ?? target) === target &&
        (options.call ?? titleOf(point.call)) === titleOf(point.call)
    );
}

async function main(): Promise<void> {
    if (!processesCanBeFound) {
        throw new Error(
            "Without /proc the processes of a command can't be told apart from others; run this on Linux.",
        );
    }
    const isPart =
        options.engine ||
        [options.scenario, options.target, options.call].some((choice) => choice !== undefined);
    if (options.write && isPart) {
        throw new Error(
            "--write is for the whole matrix: leave out --engine, --scenario, --target and --call.",
        );
    }
    const chosen = scenarios.filter(({ name }) => (options.scenario ?? name) === name);
    say("running the baselines");
    const baseline = await runBaselines(chosen, createStack);
    const cells = allCells(chosen, baseline).filter(isSelected);
    if (cells.length === 0) {
        throw new Error("Nothing is selected.");
    }
    const parallel = Number(options.parallel);
    if (!Number.isInteger(parallel) || parallel < 1) {
        throw new Error("--parallel takes a number, 1 or more.");
    }
    let done = 0;
    const results = await tryCells(cells, createStack, parallel, (result) => {
        say(`${++done}/${cells.length} ${cellTitle(result.cell)}: ${result.verdict}`);
        if (result.verdict !== "ok") {
            say(reportOf(result));
        }
    });
    const text = await matrixPage(chosen, results);
    if (options.write) {
        await writeFile(page, text);
    } else {
        console.log(text);
    }
    summaryOf(results).forEach((line) => {
        console.log(line);
    });
    process.exitCode = results.every(({ verdict }) => verdict === "ok") ? 0 : 1;
}

function reportOf({ problems, transcript }: CellResult): string {
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
