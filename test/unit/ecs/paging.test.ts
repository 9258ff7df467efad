import { expect } from "chai";

import { allPages, chunks } from "../../../provider/src/ecs/paging";

describe("a list in pages", () => {
    it("is read to its end, which an empty or a missing token tells", async () => {
        for (const last of ["", undefined]) {
            const asked: (string | undefined)[] = [];
            const items = await allPages((token) => {
                asked.push(token);
                return Promise.resolve(
                    token === "next" ? { items: [3], nextToken: last } : { items: [1, 2], nextToken: "next" },
                );
            });
            expect(items).to.deep.equal([1, 2, 3]);
            expect(asked).to.deep.equal([undefined, "next"]);
        }
    });

    it("goes on after a page that is empty", async () => {
        const items = await allPages((token) =>
            Promise.resolve(
                token === "next" ? { items: [1], nextToken: "" } : { items: [], nextToken: "next" },
            ),
        );
        expect(items).to.deep.equal([1]);
    });
});

describe("a list in pieces", () => {
    it("keeps its values and their order", () => {
        expect(chunks([1, 2, 3, 4, 5], 2)).to.deep.equal([[1, 2], [3, 4], [5]]);
        expect(chunks([], 2)).to.deep.equal([]);
        expect(chunks([1, 2], 2)).to.deep.equal([[1, 2]]);
    });
});
