import { expect } from "chai";

import {
    type RunFacts,
    type Treatment,
    treatmentOf,
} from "../../../../provider/src/core/lifecycle/treatment";

const both = [true, false];

/** All possible facts. The last state is that of a tag that somebody changed. */
const all: readonly RunFacts[] = ["open", "handed", "committed", "keep this"].flatMap((state) =>
    both.flatMap((wanted) =>
        both.flatMap((young) =>
            both.flatMap((resumed) => both.map((inScope) => ({ state, wanted, young, resumed, inScope }))),
        ),
    ),
);

/** A recent open run for the wanted snapshot, on the program's instance. */
const usual: RunFacts = { state: "open", wanted: true, young: true, resumed: false, inScope: true };

function treatment(more: Partial<RunFacts>): Treatment {
    return treatmentOf({ ...usual, ...more });
}

describe("the treatment of a run that was found", () => {
    it("is to adopt a wanted and young run, handed over or not", () => {
        expect(treatment({})).to.equal("adopt");
        expect(treatment({ state: "handed" })).to.equal("adopt");
    });

    it("is to clear away a run that was never handed over, and has other inputs or is old", () => {
        expect(treatment({ wanted: false })).to.equal("clear");
        expect(treatment({ wanted: false, young: false })).to.equal("clear");
        expect(treatment({ young: false })).to.equal("clear");
    });

    it("is to leave a run that was handed over, and has other inputs or is old", () => {
        expect(treatment({ state: "handed", wanted: false })).to.equal("leave");
        expect(treatment({ state: "handed", wanted: false, young: false })).to.equal("leave");
        expect(treatment({ state: "handed", young: false })).to.equal("leave");
    });

    it("is to leave a run that may be young, because the cloud's time is unknown", () => {
        for (const state of ["open", "handed"]) {
            expect(treatment({ state, young: undefined })).to.equal("leave");
        }
        expect(treatment({ young: undefined, resumed: true })).to.equal("adopt");
    });

    it("is to leave a run on another instance, because it may belong to another stack of the same name", () => {
        expect(treatment({ inScope: false })).to.equal("leave");
        expect(treatment({ inScope: false, young: false })).to.equal("leave");
        expect(treatment({ inScope: false, wanted: false })).to.equal("leave");
        expect(treatment({ inScope: false, state: "handed" })).to.equal("leave");
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

    it("is never to clear away a run that may have been handed over, or is on another instance", () => {
        const held = all.filter(({ state, inScope }) => state !== "open" || !inScope);
        expect(held).to.have.length(56);
        expect(held.map(treatmentOf)).not.to.include("clear");
    });

    it("is never to leave a run on the program's instance that was never handed over, which would be lost", () => {
        const open = all.filter(({ state, inScope }) => state === "open" && inScope);
        expect(open.map(treatmentOf)).not.to.include("leave");
    });
});
