import { expect } from "chai";

import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { allPages } from "../../../../provider/src/cloud/ecs/paging";
import { chunks } from "../../../../provider/src/runtime/chunks";
import { rejectionOf } from "../../support/rejection";

describe("a list in pages", () => {
    it("is read to its end, which an empty or a missing token marks", async () => {
        for (const last of ["", undefined]) {
            const asked: (string | undefined)[] = [];
            const items = await allPages("DescribeDisks", (token) => {
                asked.push(token);
                return Promise.resolve(
                    token === "next" ? { items: [3], nextToken: last } : { items: [1, 2], nextToken: "next" },
                );
            });
            expect(items).to.deep.equal([1, 2, 3]);
            expect(asked).to.deep.equal([undefined, "next"]);
        }
    });

    it("continues after an empty page", async () => {
        const items = await allPages("DescribeDisks", (token) =>
            Promise.resolve(
                token === "next" ? { items: [1], nextToken: "" } : { items: [], nextToken: "next" },
            ),
        );
        expect(items).to.deep.equal([1]);
    });

    it("ends with an error if a token is repeated, at once or later", async () => {
        for (const tokens of [
            ["a", "a"],
            ["a", "b", "c", "a"],
        ]) {
            let pages = 0;
            const endless = allPages("DescribeDisks", () => {
                pages += 1;
                if (pages > 10) {
                    throw new Error("It is read for ever.");
                }
                return Promise.resolve({ items: [pages], nextToken: tokens[pages - 1] ?? "a" });
            });
            const error = await rejectionOf(ApiCallError, endless);
            expect(error).to.include({ operation: "DescribeDisks", code: undefined, retryClass: "never" });
            expect(error.message).to.match(/^DescribeDisks: .*has no end/);
            expect(pages).to.equal(tokens.length);
        }
    });
});

describe("a list in pieces", () => {
    it("keeps its values and their order", () => {
        expect(chunks([1, 2, 3, 4, 5], 2)).to.deep.equal([[1, 2], [3, 4], [5]]);
        expect(chunks([], 2)).to.deep.equal([]);
        expect(chunks([1, 2], 2)).to.deep.equal([[1, 2]]);
    });
});
