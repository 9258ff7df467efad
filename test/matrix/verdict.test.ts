import { expect } from "chai";

import type { Outcome } from "./outcome";
import { type Expectation, type Harm, problemsOf, worstOf } from "./verdict";

const wantedTags = '{"team":"payments"}';

const afterUp: Outcome = {
    failures: [],
    held: [held()],
    groups: [{ id: "ssg-1", description: "wanted", tags: [wantedTags, wantedTags] }],
    runs: [{ invokeId: "t-1", instanceIds: ["i-1"], isNew: true, state: "open" }],
    instances: [
        { instanceId: "i-1", frozen: false, ramRoleName: undefined, firstRoleName: undefined, leased: false },
    ],
    providersLeft: 0,
    found: [],
    deletedThoughHeld: [],
};
const afterDestroy: Outcome = {
    ...afterUp,
    held: [],
    groups: [],
    runs: [{ invokeId: "t-1", instanceIds: ["i-1"], isNew: true, state: "closed" }],
};
const up: Expectation = {
    recovery: "up",
    instanceIds: ["i-1"],
    maxRuns: () => 1,
    instancesPerRun: 2,
    description: "wanted",
    tags: wantedTags,
};
const afterReadding: Outcome = {
    ...afterUp,
    groups: [...afterUp.groups, { id: "ssg-old", description: "old", tags: ["{}"] }],
    runs: [
        { invokeId: "t-old", instanceIds: ["i-1"], isNew: true, state: "handed" },
        { invokeId: "t-1", instanceIds: ["i-1"], isNew: true, state: "committed" },
    ],
    found: ["ssg-old"],
};
const readd: Expectation = { ...up, recovery: "readd" };
const destroy: Expectation = { ...up, recovery: "destroy" };

describe("the verdict on an outcome", () => {
    it("lists no problem if nothing is wrong", () => {
        expect(problemsOf(afterUp, up)).to.be.empty;
        expect(problemsOf(afterDestroy, destroy)).to.be.empty;
        expect(problemsOf(afterReadding, readd)).to.be.empty;
    });

    const second = { invokeId: "t-2", instanceIds: ["i-1"], isNew: true, state: "closed" };
    const harmful: [string, Expectation, Partial<Outcome>, Harm][] = [
        [
            "a group in no state",
            up,
            { groups: [...afterUp.groups, { id: "ssg-2", description: "", tags: [] }] },
            "lost",
        ],
        ["a state without its group", up, { groups: [] }, "lost"],
        ["a second run", up, { runs: [...afterUp.runs, second] }, "duplicated"],
        [
            "an older open run, which is not counted",
            up,
            { runs: [{ ...second, state: "open", isNew: false }] },
            "other",
        ],
        ["an open run that is in no state", up, { runs: [{ ...second, state: "open" }] }, "other"],
        ["nothing in the state", up, { held: [], groups: [] }, "other"],
        ["an unfinished snapshot", up, { held: [{ ...held(), finished: false }] }, "other"],
        ["another description", up, { groups: [{ id: "ssg-1", description: "old", tags: [] }] }, "other"],
        [
            "a member without the program's tags",
            up,
            { groups: [{ id: "ssg-1", description: "wanted", tags: [wantedTags, "{}"] }] },
            "other",
        ],
        ["a failed command", up, { failures: ["up failed"] }, "other"],
        ["a frozen instance", up, { instances: instancesWith({ frozen: true }) }, "frozen"],
        ["a role that is missing", up, { instances: instancesWith({ firstRoleName: "R" }) }, "other"],
        ["an instance without a snapshot", { ...up, instanceIds: ["i-1", "i-2"] }, {}, "other"],
        ["a snapshot of an instance that is not wanted", { ...up, instanceIds: [] }, {}, "other"],
        [
            "a snapshot of an instance that the state holds twice",
            up,
            { held: [held(), { ...held(), id: "ssg-1" }] },
            "other",
        ],
        ["a run with too many instances", { ...up, instancesPerRun: 0 }, {}, "other"],
        ["a role", up, { instances: instancesWith({ ramRoleName: "R" }) }, "other"],
        ["the tag of a temporary role", up, { instances: instancesWith({ leased: true }) }, "other"],
        ["a provider without an engine", up, { providersLeft: 1 }, "other"],
        ["a group after destroy", destroy, { groups: afterUp.groups }, "lost"],
        ["a handed run that is in no state", up, { runs: [{ ...second, state: "handed" }] }, "other"],
        ["a deleted group that a state held", up, { deletedThoughHeld: ["ssg-1"] }, "deleted"],
        ["a retained group that nothing finds", readd, { found: [] }, "lost"],
        [
            "a state without its group after the resource was added again",
            readd,
            { groups: afterReadding.groups.slice(1) },
            "lost",
        ],
        [
            "a third run",
            readd,
            { runs: [...afterReadding.runs, { ...second, state: "committed" }] },
            "duplicated",
        ],
        [
            "an open run after the resource was added again",
            readd,
            { runs: [{ ...second, isNew: false, state: "open" }] },
            "other",
        ],
        ["an open run after destroy", destroy, { runs: afterUp.runs }, "other"],
        ["a snapshot in the state after destroy", destroy, { held: afterUp.held }, "other"],
    ];
    for (const [what, expectation, change, harm] of harmful) {
        it(`is "${harm}" for ${what}`, () => {
            const usual = { up: afterUp, destroy: afterDestroy, readd: afterReadding }[expectation.recovery];
            expect(worstOf(problemsOf({ ...usual, ...change }, expectation))).to.equal(harm);
        });
    }

    it("is the worst of several problems", () => {
        const instances = instancesWith({ frozen: true });
        const problems = problemsOf({ ...afterUp, failures: ["up failed"], groups: [], instances }, up);
        expect(problems.map(({ harm }) => harm)).to.have.members(["other", "frozen", "lost"]);
        expect(worstOf(problems)).to.equal("frozen");
    });
});

function held() {
    return { instanceId: "i-1", id: "ssg-1", invokeId: "t-1", finished: true };
}

function instancesWith(change: Partial<Outcome["instances"][number]>): Outcome["instances"] {
    return afterUp.instances.map((instance) => ({ ...instance, ...change }));
}
