import { expect } from "chai";

import { plain } from "../../../../provider/src/core/inputs/plain";

describe("values from the wire", () => {
    it("lose nulls at every depth, and the engine's own inputs, but no key within an input", () => {
        expect(
            plain({
                a: 1,
                b: null,
                c: undefined,
                __provider: "text",
                d: { e: null, f: false, __x: 1, g: { h: null } },
            }),
        ).to.deep.equal({ a: 1, d: { f: false, __x: 1, g: {} } });
    });

    it("keep lists and falsy values", () => {
        expect(plain({ list: [null, 1, ""], zero: 0, empty: "", no: false })).to.deep.equal({
            list: [null, 1, ""],
            zero: 0,
            empty: "",
            no: false,
        });
    });

    it("are an empty object if there is none", () => {
        for (const nothing of [undefined, null, "text", 42, [1]]) {
            expect(plain(nothing)).to.deep.equal({});
        }
    });

    it("are not changed in place", () => {
        const given = { a: null, b: { c: null } };
        plain(given);
        expect(given).to.deep.equal({ a: null, b: { c: null } });
    });
});
