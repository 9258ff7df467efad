import { expect } from "chai";

import { timeoutOf } from "../../../../provider/src/pulumi/resource/custom-timeouts";

describe("a custom timeout", () => {
    it("is read as the engine writes it", () => {
        const durations = {
            "20m": 1_200,
            "1h30m": 5_400,
            "1h0m5s": 3_605,
            "90s": 90,
            "1.5h": 5_400,
            "2500ms": 3,
            "1m500ms": 61,
            "48h": 172_800,
        };
        for (const [text, seconds] of Object.entries(durations)) {
            expect(timeoutOf(text), text).to.equal(seconds);
        }
    });

    it("is at least a second", () => {
        for (const text of ["0s", "1ms", "1us", "1µs", "1ns"]) {
            expect(timeoutOf(text), text).to.equal(1);
        }
    });

    it("is none if there is none, or if the engine itself complains", () => {
        for (const text of [undefined, "", "20", "m", "20 m", "-5m", "5d", "1h 30m", "1hour"]) {
            expect(timeoutOf(text), text).to.equal(undefined);
        }
    });
});
