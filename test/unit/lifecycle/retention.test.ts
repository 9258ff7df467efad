import { expect } from "chai";
import { resourceTag } from "../../../provider/src/cloud-assistant/attempt";
import type { SnapshotGroup } from "../../../provider/src/ecs/api";
import { outdated } from "../../../provider/src/lifecycle/retention";

const mark = resourceTag("mine");

function group(id: number, tags: readonly { key: string; value: string }[] = [mark]): SnapshotGroup {
    return {
        snapshotGroupId: `ssg-${id}`,
        name: "",
        description: "",
        instanceId: "i-1",
        status: "accomplished",
        creationTime: `2026-01-0${id}T00:00:00Z`,
        snapshots: [
            {
                snapshotId: `s-${id}`,
                sourceDiskId: "d-1",
                sourceDiskType: "system",
                available: true,
                instantAccess: true,
                tags,
            },
        ],
    };
}

const ids = (groups: readonly SnapshotGroup[]): string[] =>
    groups.map(({ snapshotGroupId }) => snapshotGroupId);

describe("the groups that are too many", () => {
    const four = [group(2), group(4), group(1), group(3)];

    it("are the oldest beyond the number to keep, the current one counted", () => {
        expect(ids(outdated(four, "mine", "ssg-4", 2))).to.deep.equal(["ssg-2", "ssg-1"]);
        expect(ids(outdated(four, "mine", "ssg-4", 4))).to.be.empty;
    });

    it("are never the current one, even if another is newer", () => {
        expect(ids(outdated(four, "mine", "ssg-1", 1))).to.have.members(["ssg-4", "ssg-3", "ssg-2"]);
    });

    it("are never another resource's, nor unmarked, nor marked in part", () => {
        const mixed = group(1);
        const partly = { ...mixed, snapshots: [...mixed.snapshots, ...group(2, []).snapshots] };
        const others = [
            group(3, [resourceTag("other")]),
            group(2, []),
            partly,
            { ...group(1), snapshots: [] },
        ];
        expect(outdated(others, "mine", "ssg-4", 1)).to.be.empty;
    });
});
