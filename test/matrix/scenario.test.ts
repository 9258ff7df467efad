import { expect } from "chai";

import { firstRevision } from "./revision";
import { scenarios } from "./scenarios";

describe("a scenario of the matrix", () => {
    it("delivers scripts only if it is about delivery, whatever scenario ran before", () => {
        const replace = scenarios.find(({ name }) => name === "replace");
        for (const delivers of [false, true]) {
            expect(replace?.next({ ...firstRevision, delivers })).to.include({ delivers: false, trigger: 2 });
        }
    });
});
