import { expect } from "chai";

import type { FleetOutputs } from "../../../../provider/src/core/fleet/fleet-outputs";
import { fleetRequest } from "../../../../provider/src/core/fleet/fleet-request";
import { ownHistory } from "../../../../provider/src/core/fleet/fleet-retention";
import { FleetState } from "../../../../provider/src/core/fleet/fleet-state";
import { testContext } from "../../support/context";
import { scriptedApi } from "../../support/scripted-api";

const snapshot: FleetOutputs["snapshots"][string] = {
    snapshotGroupId: "ssg-1",
    snapshotGroupName: "before",
    status: "accomplished",
    creationTime: "2025-01-02T03:04:05Z",
    consistency: "application",
    snapshots: [],
};

const state: FleetOutputs = {
    regionId: "cn-hangzhou",
    instanceIds: ["i-done", "i-kept", "i-failed"],
    fleetId: "fleet-1",
    ownerToken: "owner",
    recordingId: "recording",
    snapshots: { "i-done": snapshot },
    failures: {},
    reports: {},
    runs: {},
    snapshotGroupIdByInstanceId: { "i-done": "ssg-1" },
    snapshotIdByDiskId: {},
    warnings: [],
    earlierSnapshotGroups: [
        {
            ...{ instanceId: "i-kept", regionId: "cn-hangzhou", snapshotGroupId: "ssg-0" },
            ...{ consistency: "application", degraded: false, snapshotIds: [] },
        },
    ],
};

describe("the earlier groups of a fleet that is updated", () => {
    const { instanceIds = [] } = state;
    const request = fleetRequest(testContext(scriptedApi({})), { instanceIds }, state);
    const history = ownHistory(request, new FleetState(state));

    it("are those of the state", () => {
        expect(history.get("i-kept")?.earlier.map(({ snapshotGroupId }) => snapshotGroupId)).to.deep.equal([
            "ssg-0",
        ]);
    });

    it("are searched for if the state has nothing of an instance, as after a create that failed", () => {
        const incomplete = [...history].filter(([, { isIncomplete }]) => isIncomplete);
        expect(incomplete.map(([instanceId]) => instanceId)).to.deep.equal(["i-failed"]);
    });
});
