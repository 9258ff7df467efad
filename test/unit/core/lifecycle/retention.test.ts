import { expect } from "chai";

import type { EarlierGroup, SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { excessGroups, historyFor } from "../../../../provider/src/core/lifecycle/retention";
import { inputsOf, pendingOf } from "../../support/samples";

const region = "cn-hangzhou";

function group(id: number, degraded = false): EarlierGroup {
    return {
        snapshotGroupId: `ssg-${id}`,
        regionId: region,
        consistency: degraded ? "crash" : "application",
        degraded,
        snapshotIds: [`s-${id}`],
    };
}

function ids(groups: readonly EarlierGroup[]): string[] {
    return groups.map(({ snapshotGroupId }) => snapshotGroupId);
}

describe("the excess groups", () => {
    it("are the oldest beyond the number to keep", () => {
        const four = [group(4), group(3), group(2), group(1)];
        expect(ids(excessGroups(four, 2))).to.deep.equal(["ssg-2", "ssg-1"]);
        expect(ids(excessGroups(four, 1))).to.deep.equal(["ssg-3", "ssg-2", "ssg-1"]);
        expect(ids(excessGroups(four, 4))).to.be.empty;
    });

    it("are never good ones in favour of a degraded one", () => {
        expect(ids(excessGroups([group(3, true), group(2), group(1)], 1))).to.deep.equal(["ssg-1"]);
        expect(ids(excessGroups([group(3, true), group(2, true), group(1)], 1))).to.be.empty;
    });

    it("are the degraded ones once there are enough good ones after them", () => {
        expect(ids(excessGroups([group(4), group(3, true), group(2), group(1, true)], 2))).to.deep.equal([
            "ssg-1",
        ]);
    });
});

describe("the history of a resource", () => {
    const kept = inputsOf({ keepLast: 2 });
    const state: SnapshotOutputs = {
        snapshotGroupId: "ssg-2",
        regionId: region,
        consistency: "application",
        snapshots: [
            {
                snapshotId: "s-2",
                sourceDiskId: "d-2",
                sourceDiskType: "system",
                available: true,
                instantAccess: true,
                tags: {},
            },
        ],
        earlierSnapshotGroups: [group(1)],
    };

    it("contains the group of its predecessor and the earlier ones, the newest first", () => {
        expect(historyFor(kept, state)).to.deep.equal({ earlier: [group(2), group(1)], isIncomplete: false });
    });

    it("distinguishes a group that is degraded, lost a member or was never finished", () => {
        const pending = pendingOf("failed");
        for (const more of [{ degraded: true }, { missingSnapshotIds: ["s-2"] }, { pending }]) {
            const [first] = historyFor(kept, { ...state, ...more }).earlier;
            expect(first, JSON.stringify(more)).to.include({ snapshotGroupId: "ssg-2", degraded: true });
        }
    });

    it("contains the members of a group that was never verified if its state does", () => {
        const pending = {
            phase: "failed",
            invokeId: "t-1",
            groupName: "g",
            diskSetDigest: "",
            reason: "x",
            snapshotIds: ["s-2"],
        } as const;
        const { snapshotGroupId = "", regionId = "" } = state;
        expect(historyFor(kept, { snapshotGroupId, regionId, pending }).earlier).to.deep.equal([
            { snapshotGroupId, regionId, consistency: "crash", degraded: true, snapshotIds: ["s-2"] },
        ]);
    });

    it("is incomplete if no state lists earlier groups, and empty if the state had no group", () => {
        expect(historyFor(kept, undefined)).to.deep.equal({ earlier: [], isIncomplete: true });
        expect(historyFor(kept, {})).to.deep.equal({ earlier: [], isIncomplete: true });
        const counted = { earlierSnapshotGroups: [] };
        expect(historyFor(kept, counted)).to.deep.equal({ earlier: [], isIncomplete: false });
    });

    it("is passed on without keepLast, so that it can be used again, but nothing is added to it", () => {
        expect(historyFor(inputsOf(), state).earlier).to.deep.equal([group(1)]);
    });
});
