import { expect } from "chai";

import {
    hasKnownFormat,
    isAtLeast,
    oldestWithTimeout,
    parseAgentVersion,
} from "../../../../provider/src/core/instance/agent-version";

describe("an agent's version", () => {
    it("consists of its first, third and fourth number, for both families", () => {
        expect(parseAgentVersion("2.2.3.309")).to.deep.equal([2, 3, 309]);
        expect(parseAgentVersion(" 2.1.4.910\n")).to.deep.equal([2, 4, 910]);
        expect(parseAgentVersion("2.2.4.1-beta")).to.deep.equal([2, 4, 1]);
        expect(parseAgentVersion("3.0.0.12")).to.deep.equal([3, 0, 12]);
    });

    it("has a known format if the first number is 2 and nothing follows the fourth", () => {
        expect(["2.2.3.309", "2.1.10.1\n", "3.0.0.12", "2.2.4.1-beta", ""].map(hasKnownFormat)).to.deep.equal(
            [true, true, false, false, false],
        );
    });

    it("is undefined for any other text", () => {
        for (const text of ["", "2.2.3", "2.2.3.x", "v2.2.3.309", "2.2.3.309.1"]) {
            expect(parseAgentVersion(text), text).to.equal(undefined);
        }
    });

    it("is compared by numbers: the first, then the third, then the fourth", () => {
        const atLeast = (text: string): boolean =>
            isAtLeast(parseAgentVersion(text) ?? [0, 0, 0], oldestWithTimeout);
        expect(atLeast("2.2.3.499")).to.equal(true);
        expect(atLeast("2.2.3.1000")).to.equal(true);
        expect(atLeast("2.1.4.1")).to.equal(true);
        expect(atLeast("2.2.3.498")).to.equal(false);
        expect(atLeast("2.2.2.900")).to.equal(false);
        expect(atLeast("2.2.10.0")).to.equal(true);
        expect(atLeast("3.0.0.12")).to.equal(true);
        expect(atLeast("1.9.9.999")).to.equal(false);
    });
});
