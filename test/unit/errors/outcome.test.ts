import { expect } from "chai";

import { AppSnapshotError } from "../../../provider/src/errors/app-snapshot-error";
import { failure, only, success } from "../../../provider/src/errors/outcome";

describe("the outcome for one instance", () => {
    const error = new AppSnapshotError({
        code: "Sample",
        cause: "something happened",
        remedy: "Do something.",
    });
    const outcomes = new Map([
        ["i-1", success("value")],
        ["i-2", failure<string>(error)],
    ]);

    it("is its value, or its own error thrown", () => {
        expect(only(outcomes, "i-1")).to.equal("value");
        expect(() => only(outcomes, "i-2")).to.throw(error);
    });

    it("is never another instance's", () => {
        expect(() => only(outcomes, "i-3")).to.throw("No outcome for instance i-3.");
    });
});
