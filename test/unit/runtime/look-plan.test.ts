import { expect } from "chai";

import {
    firstPauseEnd,
    isDueSoon,
    nextLookAt,
    pauseEnd,
    pauseEndForNew,
} from "../../../provider/src/runtime/look-plan";

describe("the next look of a shared poll", () => {
    it("is made when the first waiter is due, but not before the pause ends", () => {
        const requests = [
            { askedAt: 0, dueAt: 900, deadline: 60_000 },
            { askedAt: 100, dueAt: 500, deadline: 60_000 },
        ];
        expect(nextLookAt(requests, 0)).to.equal(500);
        expect(nextLookAt(requests, 700)).to.equal(700);
    });

    it("is not delayed beyond the deadline of anybody", () => {
        const requests = [
            { askedAt: 0, dueAt: 900, deadline: 60_000 },
            { askedAt: 0, dueAt: 950, deadline: 1_000 },
        ];
        expect(nextLookAt(requests, 700)).to.equal(900);
        expect(nextLookAt(requests, 5_000)).to.equal(1_000);
    });

    it("is not made if nobody asks", () => {
        expect(nextLookAt([], 700)).to.equal(undefined);
    });

    it("also answers those who have waited for at least half of their delay", () => {
        const request = { askedAt: 1_000, dueAt: 3_000 };
        expect(isDueSoon(request, 1_999)).to.equal(false);
        expect(isDueSoon(request, 2_000)).to.equal(true);
        expect(isDueSoon({ askedAt: 1_000, dueAt: 1_000 }, 1_000)).to.equal(true);
    });
});

describe("the pause after a look", () => {
    it("lasts half a second for each request of those who ask again", () => {
        expect(pauseEnd(5_000, 5_000, 4, 0)).to.equal(7_000);
        expect(pauseEnd(5_000, 5_000, 0.01, 0)).to.equal(5_005);
        expect(pauseEnd(5_000, 5_000, 0, 0)).to.equal(5_000);
    });

    it("is omitted for what was saved before: ten seconds at most, and two for the first looks", () => {
        expect(pauseEnd(0, 60_000, 20, 0)).to.equal(60_000);
        expect(pauseEnd(0, 60_000, 22, 0)).to.equal(61_000);
        expect(pauseEnd(firstPauseEnd(60_000), 60_000, 4, 0)).to.equal(60_000);
        expect(pauseEnd(firstPauseEnd(60_000), 60_000, 6, 0)).to.equal(61_000);
    });

    it("lasts longer the longer they have waited", () => {
        expect(pauseEnd(5_000, 5_000, 4, 12_500)).to.equal(7_000);
        expect(pauseEnd(5_000, 5_000, 4, 50_000)).to.equal(13_000);
        expect(pauseEnd(5_000, 5_000, 2, 600_000)).to.equal(10_000);
    });

    it("is short again for somebody new", () => {
        expect(pauseEndForNew(15_000, 5_000, 1)).to.equal(5_500);
        expect(pauseEndForNew(15_000, 5_000, 4)).to.equal(7_000);
        expect(pauseEndForNew(4_000, 5_000, 4)).to.equal(4_000);
    });

    it("lasts ten seconds at most", () => {
        expect(pauseEnd(5_000, 5_000, 100, 0)).to.equal(15_000);
    });
});
