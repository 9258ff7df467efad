import { expect } from "chai";
import { operationOf } from "./call-names";
import { allCells, cellTitle, type Rehearsal } from "./cell";
import { callsOf } from "./point";
import { sampleCells } from "./sample";
import { scenarios } from "./scenario";
import { victims } from "./victim";

const looks = ["DescribeInvocations (open)", "DescribeInstances", "DescribeDisks"];
const rehearsal: Rehearsal = new Map([
    [
        "create",
        callsOf([...looks, "TagResources (temporary-role)", "RunCommand", "TagResources (committed)"]),
    ],
    ["deliver", callsOf(["RunCommand (directory)", "SendFile (pre-script)", "SendFile (post-script)"])],
    ["replace", callsOf([...looks, "RunCommand", "DeleteSnapshotGroup", "DescribeInstances"])],
    ["update", callsOf(["ModifySnapshotGroup"])],
    ["delete", callsOf(["DeleteSnapshotGroup", "TagResources (closed)"])],
    ["retained-create", callsOf([...looks, "RunCommand"])],
    ["retained-replace", callsOf([...looks, "RunCommand"])],
]);

describe("the part of the matrix that is tested", () => {
    const sample = sampleCells(scenarios, rehearsal);

    for (const scenario of scenarios) {
        const { name } = scenario;
        const cells = sample.filter((cell) => cell.scenario.name === name);

        it(`has every side and column of ${name}`, () => {
            expect(cells.map(({ column }) => column)).to.include.members([...scenario.columns]);
            expect(cells.map(({ point }) => point.phase)).to.include.members(["received", "processed"]);
        });
    }

    it("has every victim, several times", () => {
        for (const victim of victims) {
            expect(sample.filter((cell) => cell.victim === victim).length, victim).to.be.at.least(3);
        }
    });

    it("has every operation, those that only one scenario has in that one", () => {
        const operations = [...rehearsal.values()].flat().map((call) => operationOf(call.name));
        expect(sample.map(({ point }) => operationOf(point.call.name))).to.include.members(operations);
    });

    it("has every purpose of a tag and of a command", () => {
        const purposes = [...rehearsal.values()]
            .flat()
            .map(({ name }) => name)
            .filter((name) => /^(?:TagResources|RunCommand)/.test(name));
        expect(purposes).to.include("TagResources (committed)");
        expect(sample.map(({ point }) => point.call.name)).to.include.members(purposes);
    });

    it("is a part of the whole, in which each call has every victim, side and column", () => {
        const all = allCells(scenarios, rehearsal).map(cellTitle);
        expect(new Set(all)).to.have.property("size", all.length);
        expect(all).to.have.length(((6 + 3 + 6 + 1 + 2) * 2 + 4 + 4) * victims.length * 2);
        expect(all).to.include.members(sample.map(cellTitle));
    });
});
