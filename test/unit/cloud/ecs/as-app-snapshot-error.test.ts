import { expect } from "chai";

import { asAppSnapshotError } from "../../../../provider/src/cloud/ecs/as-app-snapshot-error";

describe("an unexpected error", () => {
    const detailOf = (thrown: unknown): string | undefined => asAppSnapshotError(thrown).details.detail;

    it("never loses its reason", () => {
        expect(detailOf(new TypeError("why"))).to.equal("why");
        expect(detailOf(new TypeError(""))).to.equal("TypeError");
        expect(detailOf(new AggregateError([new Error("first"), "second"]))).to.equal("first; second");
        expect(detailOf(new AggregateError([new Error("inner")], "outer"))).to.equal("outer; inner");
        expect(detailOf("text")).to.equal("text");
        expect(detailOf({ reason: "odd" })).to.equal("{ reason: 'odd' }");
        expect(detailOf(undefined)).to.equal("undefined");
    });
});
