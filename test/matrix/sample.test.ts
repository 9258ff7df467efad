import { expect } from "chai";

import { operationOf } from "./call-names";
import { allCells, type BaselineCalls, cellTitle } from "./cell";
import { fleetScenarios } from "./fleet-scenarios";
import { callsOf } from "./point";
import { sampleCells, sampleOfFleets } from "./sample";
import { snapshotScenarios as scenarios } from "./snapshot-scenarios";
import { targets } from "./target";

const reads = ["DescribeInvocations (open)", "DescribeInstances", "DescribeDisks"];
const baseline: BaselineCalls = new Map([
    [
        "create",
        callsOf([...reads, "TagResources (temporary-role)", "RunCommand", "TagResources (committed)"]),
    ],
    ["deliver", callsOf(["RunCommand (directory)", "SendFile (pre-script)", "SendFile (post-script)"])],
    ["replace", callsOf([...reads, "RunCommand", "DeleteSnapshotGroup", "DescribeInstances"])],
    ["update", callsOf(["ModifySnapshotGroup"])],
    ["delete", callsOf(["DeleteSnapshotGroup", "TagResources (closed)"])],
    ["retained-create", callsOf([...reads, "RunCommand"])],
    ["retained-replace", callsOf([...reads, "RunCommand"])],
]);

describe("the tested part of the matrix", () => {
    const sample = sampleCells(scenarios, baseline);

    for (const scenario of scenarios) {
        const { name } = scenario;
        const cells = sample.filter((cell) => cell.scenario.name === name);

        it(`has both phases and every recovery of ${name}`, () => {
            expect(cells.map(({ recovery }) => recovery)).to.include.members([...scenario.recoveries]);
            expect(cells.map(({ point }) => point.phase)).to.include.members(["received", "processed"]);
        });
    }

    it("has every target, several times", () => {
        for (const target of targets) {
            expect(sample.filter((cell) => cell.target === target).length, target).to.be.at.least(3);
        }
    });

    it("has every operation", () => {
        const operations = [...baseline.values()].flat().map((call) => operationOf(call.name));
        expect(sample.map(({ point }) => operationOf(point.call.name))).to.include.members(operations);
    });

    it("has every purpose of a tag and of a command", () => {
        const purposes = [...baseline.values()]
            .flat()
            .map(({ name }) => name)
            .filter((name) => /^(?:TagResources|RunCommand)/.test(name));
        expect(purposes).to.include("TagResources (committed)");
        expect(sample.map(({ point }) => point.call.name)).to.include.members(purposes);
    });

    it("is a part of the whole, in which each call has every target, phase and recovery", () => {
        const all = allCells(scenarios, baseline).map(cellTitle);
        expect(new Set(all)).to.have.property("size", all.length);
        expect(all).to.have.length(((6 + 3 + 6 + 1 + 2) * 2 + 4 + 4) * targets.length * 2);
        expect(all).to.include.members(sample.map(cellTitle));
    });

    it("has two kills of each scenario of fleets, at calls that concern several instances", () => {
        const calls = callsOf([...reads, "RunCommand", "TagResources (handed)", "DeleteSnapshotGroup"]);
        const ofFleets = new Map(fleetScenarios.map(({ name }) => [name, calls]));
        const cells = sampleOfFleets(fleetScenarios, ofFleets);
        expect(cells.map(({ scenario, point }) => `${scenario.name} ${point.call.name}`)).to.deep.equal([
            "fleet-create RunCommand",
            "fleet-create TagResources (handed)",
            "fleet-create DeleteSnapshotGroup",
            ...fleetScenarios
                .slice(1)
                .flatMap(({ name }) => [`${name} RunCommand`, `${name} TagResources (handed)`]),
        ]);
    });
});
