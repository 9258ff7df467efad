import { expect } from "chai";

import { type ComparedGroup, driftOf } from "../../../../provider/src/core/snapshot-group/drift";

function member(name: string, tags: Readonly<Record<string, string>> = {}) {
    return {
        snapshotId: `s-${name}`,
        sourceDiskId: `d-${name}`,
        tags,
    };
}

const recorded: ComparedGroup = {
    snapshotGroupName: "mine",
    description: "text",
    snapshots: [member("system", { APPConsistent: "True", a: "1" }), member("data")],
};

function changesTo(change: ComparedGroup): readonly string[] {
    return driftOf(recorded, { ...recorded, ...change }).changes;
}

describe("the drift of a group", () => {
    it("is empty if nothing changed, for any order of the members and their tags", () => {
        expect(driftOf(recorded, recorded)).to.deep.equal({ changes: [], missing: [] });
        const reordered = [member("data"), member("system", { a: "1", APPConsistent: "True" })];
        expect(changesTo({ snapshots: reordered })).to.deep.equal([]);
    });

    it("includes a member that is no longer in the group, without a change", () => {
        const { changes, missing } = driftOf(recorded, { ...recorded, snapshots: [member("data")] });
        expect(changes).to.deep.equal([]);
        expect(missing.map(({ snapshotId }) => snapshotId)).to.deep.equal(["s-system"]);
        expect(driftOf(recorded, { ...recorded, snapshots: [] }).missing).to.have.length(2);
    });

    it("includes a name or a description that was changed, added or removed", () => {
        expect(changesTo({ snapshotGroupName: "theirs" })).to.deep.equal([
            "The name was changed outside of Pulumi.",
        ]);
        const without: ComparedGroup = { snapshotGroupName: "mine", snapshots: recorded.snapshots ?? [] };
        expect(driftOf(recorded, without).changes).to.deep.equal([
            "The description was changed outside of Pulumi.",
        ]);
        expect(driftOf(without, recorded).changes).to.deep.equal([
            "The description was changed outside of Pulumi.",
        ]);
    });

    it("includes the key of a tag that was changed, added or removed", () => {
        const snapshots = [member("system", { a: "2", b: "1" }), member("data")];
        const [change, ...others] = changesTo({ snapshots });
        expect(others).to.deep.equal([]);
        expect(change).to.match(/Tags of snapshot s-system .*: APPConsistent, a, b\.$/);
    });

    it("shows no control character of a key, which anybody may have chosen", () => {
        const snapshots = [member("system", { "\u001b[31m": "1" }), member("data")];
        expect(changesTo({ snapshots }).join()).to.include('"\\u001b[31m"').and.not.include("\u001b");
    });

    it("includes the program's tags on the group itself", () => {
        const before = { ...recorded, snapshotGroupTags: { a: "1", b: "1" } };
        expect(driftOf(before, { ...before, snapshotGroupTags: { a: "2" } }).changes).to.deep.equal([
            "Tags of the snapshot group were changed outside of Pulumi: a, b.",
        ]);
    });

    it("does not include a member that was not recorded", () => {
        const snapshots = [...(recorded.snapshots ?? []), member("new", { a: "1" })];
        expect(driftOf(recorded, { ...recorded, snapshots }).missing).to.deep.equal([]);
    });

    it("includes all changes at once", () => {
        expect(changesTo({ snapshotGroupName: "theirs", description: "", snapshots: [] })).to.have.length(2);
    });
});
