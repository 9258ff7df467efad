import { expect } from "chai";

import { fleetDifference } from "../../../../provider/src/core/fleet/diff";
import type { FleetOutputs, FleetSnapshot } from "../../../../provider/src/core/fleet/fleet-outputs";

const snapshot: FleetSnapshot = {
    ...{ snapshotGroupId: "ssg-1", snapshotGroupName: "before", status: "accomplished", snapshots: [] },
    ...{ creationTime: "2025-01-02T03:04:05Z", consistency: "application" },
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

    it("is none if the list has another order", () => {
        expect(fleetDifference(stateOf(["i-1", "i-2"]), { instanceIds: ["i-2", "i-1"] })).to.deep.equal({
            kind: "none",
        });
    });
});
