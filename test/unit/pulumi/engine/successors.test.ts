import { expect } from "chai";

import { Successors } from "../../../../provider/src/pulumi/engine/successors";

const urn = "urn:pulumi:dev::shop::test:Resource::a";
const renamed = "urn:pulumi:dev::shop::test:Resource::b";

describe("what is replaced by an unfinished resource", () => {
    it("may be deleted only after that is finished", () => {
        const successors = new Successors();
        successors.assertDeletable("old", urn);
        successors.noteUnfinished(urn, "new");
        expect(() => {
            successors.assertDeletable("old", urn);
        }).to.throw(/^SuccessorUnfinished: .*it is new/s);
        successors.noteFinished(urn);
        successors.assertDeletable("old", urn);
    });

    it("is known by the resource that it was compared with, whatever its own URN is", () => {
        const successors = new Successors();
        successors.noteComparison("old", renamed);
        successors.noteUnfinished(renamed, "new");
        expect(() => {
            successors.assertDeletable("old", urn);
        }).to.throw(/^SuccessorUnfinished: /);
        // Another new resource that has the old name now does not replace it.
        successors.noteFinished(renamed);
        successors.noteUnfinished(urn, "another");
        successors.assertDeletable("old", urn);
    });

    it("is never the unfinished resource itself", () => {
        const successors = new Successors();
        successors.noteUnfinished(urn, "new");
        successors.assertDeletable("new", urn);
        successors.assertDeletable("other", undefined);
    });
});
