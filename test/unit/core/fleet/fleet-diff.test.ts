import { expect } from "chai";

import { fleetDifference } from "../../../../provider/src/core/fleet/diff";
import type { FleetOutputs, FleetSnapshot } from "../../../../provider/src/core/fleet/fleet-outputs";

const snapshot: FleetSnapshot = {
    ...{ snapshotGroupId: "ssg-1", snapshotGroupName: "before", status: "accomplished", snapshots: [] },
    ...{ creationTime: "2025-01-02T03:04:05Z", consistency: "application" },
};

const member = {
    ...{ snapshotId: "s-1", sourceDiskId: "d-1", sourceDiskType: "system" },
    ...{ available: true, instantAccess: false },
};

/** The state of a finished fleet. */
function stateOf(instanceIds: readonly string[]): FleetOutputs {
    return {
        ...{ fleetId: "f-1", ownerToken: "o-1", recordingId: "r-1", regionId: "cn-hangzhou", instanceIds },
        snapshots: Object.fromEntries(instanceIds.map((instanceId) => [instanceId, snapshot])),
        ...{ failures: {}, reports: {}, runs: {}, warnings: [] },
        ...{ snapshotGroupIdByInstanceId: {}, snapshotIdByDiskId: {} },
    };
}

describe("the difference of a fleet", () => {
    for (const [retainOnDelete, verb] of [
        [false, "deleted"],
        [true, "retained"],
        [undefined, "retained"],
    ] as const) {
        it(`names the instances that are added and removed, and what becomes of these: retainOnDelete ${String(retainOnDelete)}`, () => {
            const retain = retainOnDelete === undefined ? {} : { retainOnDelete };
            const difference = fleetDifference(stateOf(["i-1", "i-2", "i-3"]), {
                instanceIds: ["i-1", "i-3", "i-4"],
                ...retain,
            });
            expect(difference).to.deep.equal({
                kind: "update",
                inputs: ["instanceIds"],
                reasons: [
                    "To be taken: the snapshots of i-4.",
                    `To be ${verb}, because the program no longer names them: the snapshots of i-2.`,
                ],
            });
        });
    }

    it("names the inputs that are changed in place, and the instances that differ in the cloud only", () => {
        const fleet = stateOf(["i-1", "i-2"]);
        const members = [{ ...member, tags: { team: "b" } }];
        const tagged: FleetOutputs = {
            ...fleet,
            snapshots: {
                "i-1": { ...snapshot, tags: { team: "a" }, snapshots: members },
                "i-2": { ...snapshot, tags: { team: "b" }, snapshots: members },
            },
        };
        const instanceIds = ["i-1", "i-2"];
        expect(fleetDifference(tagged, { instanceIds, tags: { team: "a" } })).to.deep.equal({
            kind: "update",
            inputs: ["tags"],
            reasons: ['To be set again, because they differ in the cloud: the tags "team" (i-1).'],
        });
        expect(fleetDifference(fleet, { instanceIds, description: "new" })).to.deep.include({
            kind: "update",
            inputs: ["description"],
        });
        const instances = [{ instanceId: "i-1", tags: { team: "a" } }, { instanceId: "i-2" }];
        expect(fleetDifference(tagged, { instances })).to.deep.include({ inputs: ["instances"] });
    });

    it("is none if the list has another order", () => {
        expect(fleetDifference(stateOf(["i-1", "i-2"]), { instanceIds: ["i-2", "i-1"] })).to.deep.equal({
            kind: "none",
        });
    });
});
