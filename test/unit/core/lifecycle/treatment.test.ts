import { expect } from "chai";

import {
    treatmentOf,
    type RunFacts,
    type Treatment,
} from "../../../../provider/src/core/lifecycle/found-run";

const both = [true, false];

/** All possible facts. The last state is a tag that somebody else changed. */
const all: readonly RunFacts[] = ["open", "handed", "committed", "keep this"].flatMap((state) =>
    both.flatMap((wanted) =>
        both.flatMap((young) =>
            both.flatMap((resumed) => both.map((near) => ({ state, wanted, young, resumed, near }))),
        ),
    ),
);

/** A young open run of the wanted snapshot, on the program's own instance. */
const usual: RunFacts = { state: "open", wanted: true, young: true, resumed: false, near: true };

function treatment(more: Partial<RunFacts>): Treatment {
    return treatmentOf({ ...usual, ...more });
}

describe("the treatment of a run that was found", () => {
    it("is to adopt a wanted and young run, handed over or not", () => {
        expect(treatment({})).to.equal("adopt");
        expect(treatment({ state: "handed" })).to.equal("adopt");
    });

    it("is to clear away a run that was never handed over and has other inputs or is old", () => {
        expect(treatment({ wanted: false })).to.equal("clear");
        expect(treatment({ wanted: false, young: false })).to.equal("clear");
        expect(treatment({ young: false })).to.equal("clear");
    });

    it("is to leave a handed run that has other inputs or is old", () => {
        expect(treatment({ state: "handed", wanted: false })).to.equal("leave");
        expect(treatment({ state: "handed", wanted: false, young: false })).to.equal("leave");
        expect(treatment({ state: "handed", young: false })).to.equal("leave");
    });

    it("is to leave a run that may be young: without the cloud's time, nobody knows", () => {
        for (const state of ["open", "handed"]) {
            expect(treatment({ state, young: undefined })).to.equal("leave");
        }
        expect(treatment({ young: undefined, resumed: true })).to.equal("adopt");
    });

    it("is to leave a run of another instance: it may belong to another stack of the same name", () => {
        expect(treatment({ near: false })).to.equal("leave");
        expect(treatment({ near: false, young: false })).to.equal("leave");
        expect(treatment({ near: false, wanted: false })).to.equal("leave");
        expect(treatment({ near: false, state: "handed" })).to.equal("leave");
    });

    it("is to adopt a run that a state holds as running, whatever its age, instance or tag", () => {
        const resumed = all.filter((facts) => facts.resumed && facts.wanted);
        expect(resumed).to.have.length(16);
        expect(new Set(resumed.map(treatmentOf))).to.deep.equal(new Set(["adopt"]));
    });

    it("is never to adopt an unwanted run, not even one that a state holds as running", () => {
        const others = all.filter(({ wanted }) => !wanted);
        expect(others.map(treatmentOf)).not.to.include("adopt");
    });

    it("is never to clear away a run that may have been handed over, or is of another instance", () => {
        const held = all.filter(({ state, near }) => state !== "open" || !near);
        expect(held).to.have.length(56);
        expect(held.map(treatmentOf)).not.to.include("clear");
    });

    it("is never to leave a run of the program's own instance that was never handed over: it would get lost", () => {
        const open = all.filter(({ state, near }) => state === "open" && near);
        expect(open.map(treatmentOf)).not.to.include("leave");
    });
});
