import { expect } from "chai";

import {
    isAtLeast,
    oldestWithTimeout,
    parseAgentVersion,
} from "../../../provider/src/instance/agent-version";

describe("an agent's version", () => {
    it("is its third and fourth number, for either family of systems", () => {
        expect(parseAgentVersion("2.2.3.309")).to.deep.equal([3, 309]);
        expect(parseAgentVersion(" 2.1.4.910\n")).to.deep.equal([4, 910]);
    });

    it("is none where the text is something else", () => {
        for (const text of ["", "2.2.3", "2.2.3.x", "v2.2.3.309", "2.2.3.309.1", "2.2.3.309-beta"]) {
            expect(parseAgentVersion(text), text).to.equal(undefined);
        }
    });

    it("compares as numbers, the third before the fourth", () => {
        const atLeast = (text: string): boolean =>
            isAtLeast(parseAgentVersion(text) ?? [0, 0], oldestWithTimeout);
        expect(atLeast("2.2.3.499")).to.equal(true);
        expect(atLeast("2.2.3.1000")).to.equal(true);
        expect(atLeast("2.1.4.1")).to.equal(true);
        expect(atLeast("2.2.3.498")).to.equal(false);
        expect(atLeast("2.2.2.900")).to.equal(false);
        expect(atLeast("2.2.10.0")).to.equal(true);
    });
});
