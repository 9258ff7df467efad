import { expect } from "chai";
import { scenarios } from "./scenario";
import { firstRevision } from "./snapshot-program";

describe("a scenario of the matrix", () => {
    it("that takes a new snapshot delivers scripts only if it is about that, whatever the one before did", () => {
        const replace = scenarios.find(({ name }) => name === "replace");
        for (const delivers of [false, true]) {
            expect(replace?.next({ ...firstRevision, delivers })).to.include({ delivers: false, trigger: 2 });
        }
    });
});
