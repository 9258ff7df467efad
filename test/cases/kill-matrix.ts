import { expect } from "chai";

import { runBaselines } from "../matrix/baseline-run";
import { type BaselineCalls, type Cell, type CellResult, cellTitle } from "../matrix/cell";
import { tryCells } from "../matrix/run";
import type { Scenario } from "../matrix/scenario";
import type { CreateStack } from "../matrix/world";
import { processesCanBeFound } from "../support/stack/processes";

/** The number of processors of a small runner. */
const parallel = 2;

const reason = processesCanBeFound ? "" : " (skipped: without /proc its processes can't be found)";

export interface Kills {
    /** The way that commands are run, for the title. */
    readonly how: string;
    readonly createStack: CreateStack;
    readonly scenarios: readonly Scenario[];
    /** Selects the cells to try from the calls of these scenarios. */
    readonly cells: (baseline: BaselineCalls) => Cell[];
    /** The number of different targets of these. */
    readonly tried: number;
}

export function killedCommands({ how, createStack, scenarios, cells, tried }: Kills): void {
    describe(`a command that is killed at a call, ${how}${reason}`, () => {
        let results: readonly CellResult[] = [];

        before(async function () {
            // Each cell takes a few commands.
            this.timeout(3_000_000);
            if (!processesCanBeFound) {
                this.skip();
            }
            results = await tryCells(
                cells(await runBaselines(scenarios, createStack)),
                createStack,
                parallel,
            );
        });

        for (const { name } of scenarios) {
            it(`of ${name} loses, duplicates and freezes nothing`, () => {
                const own = results.filter(({ cell }) => cell.scenario.name === name);
                expect(own, "kills").not.to.be.empty;
                const failed = own.filter(({ verdict }) => verdict !== "ok").map(reportOf);
                expect(failed, failed.join("\n\n")).to.be.empty;
            });
        }

        it("is tried with each target", () => {
            expect(new Set(results.map(({ cell }) => cell.target))).to.have.property("size", tried);
        });
    });
}

function reportOf({ cell, verdict, problems, transcript }: CellResult): string {
    return [`${cellTitle(cell)}: ${verdict}`, ...problems.map((problem) => problem.reason), transcript].join(
        "\n",
    );
}
