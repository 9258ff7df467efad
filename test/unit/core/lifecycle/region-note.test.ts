import { expect } from "chai";

import { fleetWords, regionNote, snapshotWords } from "../../../../provider/src/core/lifecycle/region-note";

const hangzhou = { regionId: "cn-hangzhou" };

describe("the note about the region of a snapshot", () => {
    it("says that it stays if the stack now has another region, and how to choose", () => {
        for (const kind of ["none", "update"] as const) {
            expect(regionNote(hangzhou, {}, "cn-beijing", kind, snapshotWords)).to.equal(
                "Stays in cn-hangzhou: the stack's region is now cn-beijing, but only new snapshots are taken there. " +
                    'Set regionId: "cn-hangzhou" to confirm this, or regionId: "cn-beijing" to take a new snapshot there.',
            );
        }
    });

    it("says where the new one is taken if there is another reason for it", () => {
        expect(regionNote(hangzhou, {}, "cn-beijing", "replace", snapshotWords)).to.match(
            /^To be taken in cn-beijing, .* the old snapshot is in cn-hangzhou\. .*regionId: "cn-hangzhou"/,
        );
    });

    it("is omitted if the region is the same, the program names one, or none is known", () => {
        expect(regionNote(hangzhou, {}, "cn-hangzhou", "none", snapshotWords)).to.equal(undefined);
        expect(regionNote(hangzhou, hangzhou, "cn-beijing", "none", snapshotWords)).to.equal(undefined);
        expect(
            regionNote(hangzhou, { regionId: "cn-beijing" }, "cn-beijing", "replace", snapshotWords),
        ).to.equal(undefined);
        expect(regionNote({}, {}, "cn-beijing", "none", snapshotWords)).to.equal(undefined);
        expect(regionNote(hangzhou, {}, undefined, "none", snapshotWords)).to.equal(undefined);
    });
});

describe("the note about the region of a fleet", () => {
    it("says that it stays, also with its new snapshots, if the stack now has another region", () => {
        for (const kind of ["none", "update"] as const) {
            expect(regionNote(hangzhou, {}, "cn-beijing", kind, fleetWords)).to.equal(
                "Stays in cn-hangzhou, with all its snapshots: the stack's region is now cn-beijing. " +
                    'Set regionId: "cn-hangzhou" to confirm this, or regionId: "cn-beijing" for a new fleet there.',
            );
        }
    });

    it("says where it is replaced", () => {
        expect(regionNote(hangzhou, {}, "cn-beijing", "replace", fleetWords)).to.match(
            /^To be replaced by a fleet in cn-beijing, .* in cn-hangzhou\. .*regionId: "cn-hangzhou"/,
        );
    });

    it("is omitted under the same conditions", () => {
        expect(regionNote(hangzhou, {}, "cn-hangzhou", "none", fleetWords)).to.equal(undefined);
        expect(regionNote(hangzhou, hangzhou, "cn-beijing", "none", fleetWords)).to.equal(undefined);
        expect(regionNote(hangzhou, {}, undefined, "none", fleetWords)).to.equal(undefined);
    });
});
