import { expect } from "chai";
import type { Aftermath } from "./aftermath";
import { problemsOf, worstOf, type Expectation, type Harm } from "./verdict";

const afterUp: Aftermath = {
    failures: [],
    held: [{ id: "ssg-1", invokeId: "t-1", finished: true }],
    groups: [{ id: "ssg-1", description: "wanted" }],
    attempts: [{ invokeId: "t-1", isNew: true, state: "open" }],
    instance: { frozen: false, ramRoleName: undefined, leased: false },
    providersLeft: 0,
    found: [],
    deletedThoughHeld: [],
};
const afterDestroy: Aftermath = {
    ...afterUp,
    held: [],
    groups: [],
    attempts: [{ invokeId: "t-1", isNew: true, state: "closed" }],
};
const up: Expectation = { column: "up", runs: 1, description: "wanted" };
const afterReadding: Aftermath = {
    ...afterUp,
    groups: [...afterUp.groups, { id: "ssg-old", description: "old" }],
    attempts: [
        { invokeId: "t-old", isNew: true, state: "handed" },
        { invokeId: "t-1", isNew: true, state: "committed" },
    ],
    found: ["ssg-old"],
};
const readd: Expectation = { column: "readd", runs: 1, description: "wanted" };
const destroy: Expectation = { ...up, column: "destroy" };

describe("what is said of the state and the cloud after a kill", () => {
    it("is nothing where all is as it has to be", () => {
        expect(problemsOf(afterUp, up)).to.be.empty;
        expect(problemsOf(afterDestroy, destroy)).to.be.empty;
        expect(problemsOf(afterReadding, readd)).to.be.empty;
    });

    const second = { invokeId: "t-2", isNew: true, state: "closed" };
    const harmful: [string, Expectation, Partial<Aftermath>, Harm][] = [
        [
            "a group in no state",
            up,
            { groups: [...afterUp.groups, { id: "ssg-2", description: "" }] },
            "lost",
        ],
        ["a state without its group", up, { groups: [] }, "lost"],
        ["a second run", up, { attempts: [...afterUp.attempts, second] }, "duplicated"],
        [
            "an older run, which is not counted",
            up,
            { attempts: [{ ...second, state: "open", isNew: false }] },
            "other",
        ],
        [
            "an open attempt that is not the state's",
            up,
            { attempts: [{ ...second, state: "open" }] },
            "other",
        ],
        ["nothing in the state", up, { held: [], groups: [] }, "other"],
        ["an unfinished snapshot", up, { held: [{ ...held(), finished: false }] }, "other"],
        ["another description", up, { groups: [{ id: "ssg-1", description: "old" }] }, "other"],
        ["a failed command", up, { failures: ["up failed"] }, "other"],
        ["a frozen instance", up, { instance: { ...afterUp.instance, frozen: true } }, "frozen"],
        ["a role", up, { instance: { ...afterUp.instance, ramRoleName: "R" } }, "other"],
        ["the mark of a role", up, { instance: { ...afterUp.instance, leased: true } }, "other"],
        ["a provider without an engine", up, { providersLeft: 1 }, "other"],
        ["a group after all was deleted", destroy, { groups: afterUp.groups }, "lost"],
        [
            "a run that was handed over, and is not the state's",
            up,
            { attempts: [{ ...second, state: "handed" }] },
            "other",
        ],
        ["what a state held and was deleted", up, { deletedThoughHeld: ["ssg-1"] }, "deleted"],
        ["a retained group that nothing finds", readd, { found: [] }, "lost"],
        ["a state without its group, added again", readd, { groups: afterReadding.groups.slice(1) }, "lost"],
        [
            "a third run",
            readd,
            { attempts: [...afterReadding.attempts, { ...second, state: "committed" }] },
            "duplicated",
        ],
        [
            "an open run after all was added again",
            readd,
            { attempts: [{ invokeId: "t-0", isNew: false, state: "open" }] },
            "other",
        ],
        ["an open attempt after all was deleted", destroy, { attempts: afterUp.attempts }, "other"],
        ["a state after all was deleted", destroy, { held: afterUp.held }, "other"],
    ];
    for (const [what, expectation, change, harm] of harmful) {
        it(`is "${harm}" of ${what}`, () => {
            const usual = { up: afterUp, destroy: afterDestroy, readd: afterReadding }[expectation.column];
            expect(worstOf(problemsOf({ ...usual, ...change }, expectation))).to.equal(harm);
        });
    }

    it("is the worst of several things", () => {
        const instance = { ...afterUp.instance, frozen: true };
        const problems = problemsOf({ ...afterUp, failures: ["up failed"], groups: [], instance }, up);
        expect(problems.map(({ harm }) => harm)).to.have.members(["other", "frozen", "lost"]);
        expect(worstOf(problems)).to.equal("frozen");
    });
});

function held() {
    return { id: "ssg-1", invokeId: "t-1" };
}
