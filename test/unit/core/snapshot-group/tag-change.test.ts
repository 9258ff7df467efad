import { expect } from "chai";

import { afterTagChange, tagChange } from "../../../../provider/src/core/snapshot-group/tag-change";

describe("a change of tags", () => {
    it("sets what differs, and removes only what belonged to the program", () => {
        const present = [{ a: "1", theirs: "x" }, { a: "1" }];
        expect(tagChange(present, { before: { a: "1", b: "1" }, wanted: { a: "2", c: "1" } })).to.deep.equal({
            set: { a: "2", c: "1" },
            remove: ["b"],
        });
    });

    it("is empty if all resources have what is wanted", () => {
        const same = { a: "1" };
        expect(tagChange([{ a: "1", theirs: "x" }], { before: same, wanted: same })).to.deep.equal({
            set: {},
            remove: [],
        });
    });

    it("sets what one of the resources lacks, or what is not known to be set", () => {
        const wanted = { a: "1" };
        expect(tagChange([{ a: "1" }, {}], { before: wanted, wanted }).set).to.deep.equal(wanted);
        expect(tagChange([{ a: "1" }], { before: {}, wanted }).set).to.deep.equal(wanted);
    });

    it("knows keys that every object has", () => {
        const wanted = { constructor: "1", toString: "2" };
        expect(tagChange([{}], { before: {}, wanted })).to.deep.equal({ set: wanted, remove: [] });
        expect(tagChange([{}], { before: wanted, wanted: {} }).remove).to.deep.equal([
            "constructor",
            "toString",
        ]);
    });

    it("leaves all other tags as they are", () => {
        expect(
            afterTagChange({ a: "1", b: "1", theirs: "x" }, { set: { a: "2" }, remove: ["b"] }),
        ).to.deep.equal({ a: "2", theirs: "x" });
    });
});
