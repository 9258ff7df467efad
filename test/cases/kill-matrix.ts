import { expect } from "chai";
import { cellTitle, type Cell, type Outcome, type Rehearsal } from "../matrix/cell";
import { rehearse } from "../matrix/rehearsal";
import { tryAll } from "../matrix/run";
import type { Scenario } from "../matrix/scenario";
import type { CreateStack } from "../matrix/world";
import { processesCanBeFound } from "../support/stack/processes";

/** As many as there are processors in a small runner. */
const parallel = 2;

const reason = processesCanBeFound ? "" : " (skipped: without /proc its processes can't be found)";

export interface Kills {
    /** How it is done, for the title. */
    readonly how: string;
    readonly createStack: CreateStack;
    readonly scenarios: readonly Scenario[];
    /** Which cells are tried, of what a rehearsal of these scenarios has shown. */
    readonly cells: (rehearsal: Rehearsal) => Cell[];
    /** How many different victims these have. */
    readonly tried: number;
}

export function killedCommands({ how, createStack, scenarios, cells, tried }: Kills): void {
    describe(`a run that is killed at a call, ${how}${reason}`, () => {
        let outcomes: readonly Outcome[] = [];

        before(async function () {
            // One cell after the other, each a few commands.
            this.timeout(3_000_000);
            if (!processesCanBeFound) {
                this.skip();
            }
            outcomes = await tryAll(cells(await rehearse(scenarios, createStack)), createStack, parallel);
        });

        for (const { name } of scenarios) {
            it(`of ${name} loses, duplicates and freezes nothing`, () => {
                const own = outcomes.filter(({ cell }) => cell.scenario.name === name);
                expect(own, "kills").not.to.be.empty;
                const failed = own.filter(({ result }) => result !== "ok").map(reportOf);
                expect(failed, failed.join("\n\n")).to.be.empty;
            });
        }

        it("was tried with each victim", () => {
            expect(new Set(outcomes.map(({ cell }) => cell.victim))).to.have.property("size", tried);
        });
    });
}

function reportOf({ cell, result, problems, transcript }: Outcome): string {
    return [`${cellTitle(cell)}: ${result}`, ...problems.map((problem) => problem.reason), transcript].join(
        "\n",
    );
}
