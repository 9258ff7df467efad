import { expect } from "chai";

import { StateMemory } from "../../../../provider/src/core/lifecycle/state-memory";
import { pendingOf } from "../../support/samples";

const regionId = "cn-hangzhou";

describe("the memory of states", () => {
    let memory: StateMemory;
    beforeEach(() => {
        memory = new StateMemory();
    });

    it("is empty at first", () => {
        expect(memory.recordedIn(regionId)).to.deep.equal([]);
        expect(memory.isRecorded("t-1")).to.equal(false);
        expect(memory.isHeld("t-1")).to.equal(false);
        expect(memory.isHeldByAnother("t-1", "a")).to.equal(false);
        expect(memory.adopterOf("t-1")).to.equal(undefined);
        expect(memory.predecessorOf("urn")).to.equal(undefined);
    });

    it("contains each snapshot that a state holds, finished or not, with its region", () => {
        memory.note({ invokeId: "t-1", ownerToken: "a", regionId });
        memory.note({ invokeId: "t-2", ownerToken: "b", regionId, pending: pendingOf("finalizing") });
        memory.note({ invokeId: "t-3", ownerToken: "c", regionId, pending: pendingOf("failed") });
        memory.note({ invokeId: "t-4", ownerToken: "d", regionId: "cn-beijing" });
        expect(memory.recordedIn(regionId)).to.deep.equal(["t-1", "t-2", "t-3"]);
        expect(memory.recordedIn("cn-beijing")).to.deep.equal(["t-4"]);
        expect(["t-1", "t-2", "t-3", "t-4"].filter((id) => memory.isRecorded(id))).to.have.length(4);
    });

    it("treats a running one as held, but not as recorded, because it must be adopted", () => {
        memory.note({ invokeId: "t-1", ownerToken: "a", regionId, pending: pendingOf("running") });
        expect(memory.isHeld("t-1")).to.equal(true);
        expect(memory.isRecorded("t-1")).to.equal(false);
        expect(memory.recordedIn(regionId)).to.deep.equal([]);
    });

    it("contains each run of a state that holds several", () => {
        memory.noteRuns(["t-1", "t-2"], "a", regionId);
        memory.noteRuns([], "b", "cn-beijing");
        expect(memory.recordedIn(regionId)).to.deep.equal(["t-1", "t-2"]);
        expect(memory.recordedRegions).to.deep.equal([regionId]);
        expect(memory.isHeldByAnother("t-2", "a")).to.equal(false);
        expect(memory.isHeldByAnother("t-2", "b")).to.equal(true);
    });

    it("does not contain a group of another origin", () => {
        memory.note({ snapshotGroupId: "ssg-1", regionId });
        expect(memory.recordedIn(regionId)).to.deep.equal([]);
    });

    it("contains a snapshot once, however often the engine shows it", () => {
        memory.note({ invokeId: "t-1", ownerToken: "a", regionId });
        memory.note({ invokeId: "t-1", ownerToken: "a", regionId });
        expect(memory.recordedIn(regionId)).to.deep.equal(["t-1"]);
        expect(memory.isHeldByAnother("t-1", "a")).to.equal(false);
    });

    it("distinguishes two states that hold the same run by their owner tokens", () => {
        memory.note({ invokeId: "t-1", ownerToken: "a", regionId });
        memory.note({ invokeId: "t-1", ownerToken: "b", regionId });
        expect(memory.isHeldByAnother("t-1", "a")).to.equal(true);
        expect(memory.isHeldByAnother("t-1", "b")).to.equal(true);
        memory.forget({ invokeId: "t-1", ownerToken: "a" });
        expect(memory.isHeldByAnother("t-1", "b")).to.equal(false);
        expect(memory.isHeld("t-1")).to.equal(true);
        memory.forget({ invokeId: "t-1", ownerToken: "b" });
        expect(memory.isHeld("t-1")).to.equal(false);
    });

    it("treats a state without an owner token as another state", () => {
        memory.note({ invokeId: "t-1", regionId });
        expect(memory.isHeldByAnother("t-1", "a")).to.equal(true);
        memory.forget({ invokeId: "t-1" });
        expect(memory.isHeld("t-1")).to.equal(false);
    });

    it("ignores forgetting an unknown snapshot", () => {
        memory.forget({});
        memory.forget({ invokeId: "t-1", ownerToken: "a" });
        expect(memory.isHeld("t-1")).to.equal(false);
    });

    it("keeps a snapshot as recorded even after its deletion, so that it is never adopted again", () => {
        memory.note({ invokeId: "t-1", ownerToken: "a", regionId });
        memory.forget({ invokeId: "t-1", ownerToken: "a" });
        expect(memory.isRecorded("t-1")).to.equal(true);
    });

    it("contains the last owner that this process set for a run", () => {
        memory.noteAdoption("t-1", "a", "i-1");
        memory.noteAdoption("t-1", "b", "i-2");
        memory.noteAdoption("t-2", "c", "i-1");
        expect(memory.adopterOf("t-1")).to.equal("b");
        expect(memory.adopterOf("t-2")).to.equal("c");
    });

    it("contains the predecessor of a resource by the URN of the new resource", () => {
        const state = { invokeId: "t-1", resourceUrn: "old" };
        memory.notePredecessor("new", state);
        expect(memory.predecessorOf("new")).to.equal(state);
        expect(memory.predecessorOf("old")).to.equal(undefined);
        memory.notePredecessor("new", {});
        expect(memory.predecessorOf("new")).to.deep.equal({});
    });

    it("has no predecessor for a resource without a URN", () => {
        memory.notePredecessor(undefined, { invokeId: "t-1" });
        expect(memory.predecessorOf(undefined)).to.equal(undefined);
    });
});
