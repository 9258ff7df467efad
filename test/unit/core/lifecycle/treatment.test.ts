import { expect } from "chai";

import {
    treatmentOf,
    type RunFacts,
    type Treatment,
} from "../../../../provider/src/core/lifecycle/found-run";

const both = [true, false];

/** All that there can be. The last state is what somebody else made of the tag. */
const all: readonly RunFacts[] = ["open", "handed", "committed", "keep this"].flatMap((state) =>
    both.flatMap((wanted) =>
        both.flatMap((young) =>
            both.flatMap((resumed) => both.map((near) => ({ state, wanted, young, resumed, near }))),
        ),
    ),
);

/** An open run of the snapshot that is wanted now, on the program's own instance, made lately. */
const usual: RunFacts = { state: "open", wanted: true, young: true, resumed: false, inScope: true };

const treatment = (more: Partial<RunFacts>): Treatment => treatmentOf({ ...usual, ...more });

describe("the treatment of a run that was found", () => {
    it("is to adopt what is wanted and young, handed over or not", () => {
        expect(treatment({})).to.equal("adopt");
        expect(treatment({ state: "handed" })).to.equal("adopt");
    });

    it("is to clear away what was never handed over and is of other inputs, or old", () => {
        expect(treatment({ wanted: false })).to.equal("clear");
        expect(treatment({ wanted: false, young: false })).to.equal("clear");
        expect(treatment({ young: false })).to.equal("clear");
    });

    it("is to leave what was handed over and is of other inputs, or old", () => {
        expect(treatment({ state: "handed", wanted: false })).to.equal("leave");
        expect(treatment({ state: "handed", wanted: false, young: false })).to.equal("leave");
        expect(treatment({ state: "handed", young: false })).to.equal("leave");
    });

    it("is to leave what may be young: where the cloud tells no time, nobody knows", () => {
        for (const state of ["open", "handed"]) {
            expect(treatment({ state, young: undefined })).to.equal("leave");
        }
        expect(treatment({ young: undefined, resumed: true })).to.equal("adopt");
    });

    it("is to leave what is of another instance: it may be another stack's of the same name", () => {
        expect(treatment({ inScope: false })).to.equal("leave");
        expect(treatment({ inScope: false, young: false })).to.equal("leave");
        expect(treatment({ inScope: false, wanted: false })).to.equal("leave");
        expect(treatment({ inScope: false, state: "handed" })).to.equal("leave");
    });

    it("is to adopt what a state holds as running, whatever its age, its instance or its tag", () => {
        const resumed = all.filter((facts) => facts.resumed && facts.wanted);
        expect(resumed).to.have.length(16);
        expect(new Set(resumed.map(treatmentOf))).to.deep.equal(new Set(["adopt"]));
    });

    it("is never to adopt what is not wanted, not even what a state holds as running", () => {
        const others = all.filter(({ wanted }) => !wanted);
        expect(others.map(treatmentOf)).not.to.include("adopt");
    });

    it("is never to clear away what may have been handed over, or is of another instance", () => {
        const held = all.filter(({ state, inScope }) => state !== "open" || !inScope);
        expect(held).to.have.length(56);
        expect(held.map(treatmentOf)).not.to.include("clear");
    });

    it("is never to leave what is of the program's own instance and was never handed over: it would get lost", () => {
        const open = all.filter(({ state, inScope }) => state === "open" && inScope);
        expect(open.map(treatmentOf)).not.to.include("leave");
    });
});
