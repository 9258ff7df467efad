import { expect } from "chai";
import * as fc from "fast-check";

import { parseSeconds } from "../../../provider/src/runtime/duration";

describe("a duration in Go's format", () => {
    it("is a number of seconds", () => {
        const durations = {
            "0s": 0,
            "1h2m3.5s": 3_723.5,
            "90s": 90,
            "1m0s": 60,
            "2h0m0s": 7_200,
            "988.224506ms": 0.988225,
            "1.059µs": 0.000001,
            "35us": 0.000035,
            "144ns": 0,
            "1m30.25s": 90.25,
            "100ms": 0.1,
        };
        for (const [text, value] of Object.entries(durations)) {
            expect(parseSeconds(text), text).to.equal(value);
        }
    });

    it("is none for anything else", () => {
        for (const text of ["", "1", "ms", "1 s", "-1s", "1.s", ".5s", "1,5s", "1d", "1sx", "x1s", "1e3s"]) {
            expect(parseSeconds(text), text).to.equal(undefined);
        }
    });

    it("is exact to the microsecond, without rounding artefacts", () => {
        fc.assert(
            fc.property(fc.nat(59), fc.nat(999_999), (minutes, micros) => {
                const text = `${minutes}m${micros / 1_000}ms`;
                fc.pre(!text.includes("e"));
                expect(parseSeconds(text)).to.equal(Number((minutes * 60 + micros / 1e6).toFixed(6)));
            }),
        );
    });
});
