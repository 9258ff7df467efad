import { expect } from "chai";
import { cellTitle, type Outcome } from "../../matrix/cell";
import { processesCanBeFound } from "../../matrix/processes";
import { rehearse } from "../../matrix/rehearsal";
import { tryAll } from "../../matrix/run";
import { sampleCells } from "../../matrix/sample";
import { scenarios } from "../../matrix/scenario";

/** As many as there are processors in a small runner. */
const parallel = 2;

const reason = processesCanBeFound ? "" : " (skipped: without /proc its processes can't be found)";

/** The whole of it is `npm run matrix`. */
describe(`a run that is killed at a call, with the real engine${reason}`, function () {
    this.timeout(900_000);
    let outcomes: readonly Outcome[] = [];

    before(async function () {
        if (!processesCanBeFound) {
            this.skip();
        }
        outcomes = await tryAll(sampleCells(scenarios, await rehearse(scenarios)), parallel);
    });

    for (const { name } of scenarios) {
        it(`of ${name} loses, duplicates and freezes nothing`, () => {
            const own = outcomes.filter(({ cell }) => cell.scenario.name === name);
            expect(own).not.to.be.empty;
            const failed = own.filter(({ result }) => result !== "ok").map(reportOf);
            expect(failed, failed.join("\n\n")).to.be.empty;
        });
    }
});

function reportOf({ cell, result, problems, transcript }: Outcome): string {
    return [`${cellTitle(cell)}: ${result}`, ...problems.map((problem) => problem.reason), transcript].join(
        "\n",
    );
}
