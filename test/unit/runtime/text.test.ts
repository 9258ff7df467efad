import { expect } from "chai";
import * as fc from "fast-check";

import { beginningOf, endOf, wellFormed } from "../../../provider/src/runtime/text";

/** Encodes a message like the engine's protocol, which throws for half a character. */
function carried(text: string): string {
    return decodeURIComponent(encodeURI(text).replaceAll("%25", "%2525"));
}

describe("a text that is cut", () => {
    const texts = fc.string({ unit: "binary" }).map((text) => `\u{1F600}${text}\u{1F600}`);

    it("has no half character, wherever it is cut, and is within its limit", () => {
        fc.assert(
            fc.property(texts, fc.integer({ min: 2, max: 20 }), (text, longest) => {
                for (const cut of [beginningOf(text, longest), endOf(text, longest)]) {
                    expect(cut.length).to.be.at.most(longest);
                    expect(() => carried(cut)).not.to.throw();
                }
            }),
        );
    });

    it("is the whole text if that is short enough", () => {
        expect(beginningOf("abc", 3)).to.equal("abc");
        expect(endOf("abc", 3)).to.equal("abc");
        expect(beginningOf("abcd", 3)).to.equal("ab…");
        expect(endOf("abcd", 3)).to.equal("…cd");
    });

    it("can be repaired", () => {
        expect(wellFormed("a\ud83d b\ude00 \u{1F600}")).to.equal("a\ufffd b\ufffd \u{1F600}");
    });
});
