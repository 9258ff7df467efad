import { expect } from "chai";

import type { Look, Remains } from "../../../tools/live-test/look.mjs";
import type { Setting } from "../../../tools/live-test/stack.mjs";
import { group } from "./support";

type Seen = Parameters<(typeof import("../../../tools/live-test/look.mjs"))["remainsOf"]>[0];

const earlier: Look = { instance: { InstanceId: "i-1" }, disks: [], role: "", groups: [] };

function settingOf(more: Partial<Look> = {}): Setting {
    return {
        name: "live-test-1",
        startedAt: "2026-01-01T00:00:00Z",
        endpoint: "ecs.example",
        before: { ...earlier, ...more },
        target: {
            ...{
                instanceId: "i-1",
                region: "cn-hangzhou",
                ramRole: "R",
                roleAttachment: "temporary" as const,
            },
            ...{ failingPreScript: false, excludeDisks: [] },
        },
    };
}

const lease = { Tags: { Tag: [{ TagKey: "app-snapshot:temporary-role", TagValue: "x/1/R" }] } };

describe("the last look of a live test", () => {
    let remainsOf: (seen: Seen) => Remains;

    before(async () => {
        ({ remainsOf } = await import("../../../tools/live-test/look.mjs"));
    });

    function remains(now: Partial<Look>, more: Partial<Seen> = {}): Remains {
        return remainsOf({
            ...{ now: { ...earlier, ...now }, snapshots: [], ownIds: ["ssg-1"], setting: settingOf() },
            ...more,
        });
    }

    it("finds nothing if all is as before", () => {
        expect(remains({})).to.deep.equal({ left: [], commands: [] });
    });

    it("names its own group, and the command that deletes it", () => {
        expect(remains({ groups: [group()] }, { snapshots: ["s-1"] })).to.deep.equal({
            left: ["the snapshot group ssg-1"],
            commands: ["aliyun ecs DeleteSnapshotGroup --RegionId cn-hangzhou --SnapshotGroupId ssg-1"],
        });
    });

    it("names a group by the tag of its members, if its id was never seen", () => {
        const { left } = remains({ groups: [group()] }, { snapshots: ["s-1"], ownIds: [] });
        expect(left).to.deep.equal(["the snapshot group ssg-1"]);
    });

    it("names a snapshot that outlived its group", () => {
        expect(remains({}, { snapshots: ["s-9"] })).to.deep.equal({
            left: ["the snapshot s-9"],
            commands: ["aliyun ecs DeleteSnapshot --SnapshotId s-9"],
        });
    });

    it("never names a group of somebody else, new or old", () => {
        expect(remains({ groups: [group()] }, { ownIds: [] }).left).to.deep.equal([]);
        const setting = settingOf({ groups: [{ SnapshotGroupId: "ssg-1" }] });
        expect(remains({ groups: [group()] }, { setting }).left).to.deep.equal([]);
    });

    it("names a role and a tag that were not there before, and no others", () => {
        const { left, commands } = remains({ role: "R", instance: { InstanceId: "i-1", ...lease } });
        expect(left).to.have.length(2);
        expect(commands[0]).to.include("DetachInstanceRamRole").and.include("--RamRoleName R");
        expect(commands[1]).to.include("UntagResources").and.include("app-snapshot:temporary-role");
        const setting = settingOf({ role: "R" });
        expect(remains({ role: "R" }, { setting }).left).to.deep.equal([]);
    });

    it("gives no command for a role that somebody else may have changed", () => {
        const { left, commands } = remains({ role: "Other" });
        expect(left).to.deep.equal(["the RAM role of i-1 is Other; before it was none"]);
        expect(commands).to.deep.equal([]);
    });
});
