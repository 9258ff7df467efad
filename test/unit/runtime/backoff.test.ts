import { expect } from "chai";
import * as fc from "fast-check";

import { exponentialDelay, proportionalDelay } from "../../../provider/src/runtime/backoff";

describe("a proportional delay", () => {
    const delay = proportionalDelay({ share: 0.1, shortestMs: 400, longestMs: 30_000 });

    it("is a share of the time already spent, between its bounds", () => {
        expect(delay(0)).to.equal(400);
        expect(delay(4_000)).to.equal(400);
        expect(delay(60_000)).to.equal(6_000);
        expect(delay(3_600_000)).to.equal(30_000);
    });

    it("is at most half of the time that is left, but never below its lower bound", () => {
        expect(delay(3_600_000, 90_000)).to.equal(30_000);
        expect(delay(3_600_000, 20_000)).to.equal(10_000);
        expect(delay(3_600_000, 500)).to.equal(400);
        expect(delay(60_000, 100_000)).to.equal(6_000);
    });
});

describe("an exponential delay", () => {
    const options = { firstMs: 1_000, longestMs: 30_000 };

    it("has a ceiling that doubles, up to the longest", () => {
        const ceilings = [1, 2, 3, 4, 5, 6, 7].map((attempt) => exponentialDelay(attempt, () => 1, options));
        expect(ceilings).to.deep.equal([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    });

    it("lies between a tenth of the ceiling and the ceiling, however many attempts there were", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 2_000 }),
                fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
                (attempt, chance) => {
                    const ceiling = exponentialDelay(attempt, () => 1, options);
                    const delay = exponentialDelay(attempt, () => chance, options);
                    expect(delay).to.be.within(ceiling * 0.0999, ceiling);
                    expect(delay).to.be.at.most(30_000);
                },
            ),
        );
    });
});
