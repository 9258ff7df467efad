import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { StateMemory } from "../../../../provider/src/core/lifecycle/state-memory";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { update } from "../../../../provider/src/core/lifecycle/update";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { abandoned } from "../../support/abandoned";
import { FakeCloud, neverEnds } from "../../support/fake-cloud";
import { memoryOfPredecessor } from "../../support/memory";
import { rejectionOf } from "../../support/rejection";
import { inputsOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

const ownerTag = "app-snapshot:owner";

/** A cloud that accepts no tag of an invocation except that it is closed. */
function refusing(cloud: FakeCloud): FakeCloud["context"] {
    const tagResources: EcsApi["tagResources"] = (type, ids, tags) =>
        type === "invocation" && !tags.some(({ value }) => value === "closed")
            ? Promise.reject(apiError("Forbidden.RAM", "TagResources"))
            : cloud.api.tagResources(type, ids, tags);
    return { ...cloud.context, api: { ...cloud.api, tagResources } };
}

function refusal(cloud: FakeCloud, memory = new StateMemory()): Promise<UnfinishedSnapshot> {
    return rejectionOf(UnfinishedSnapshot, create(refusing(cloud), inputsOf(), memory));
}

describe("a new run that can't be tagged as handed", () => {
    it("is an unfinished snapshot with that reason, which the state records", async () => {
        const cloud = new FakeCloud();
        const { id, reason, outputs } = await refusal(cloud);
        expect(id).to.equal("ssg-1");
        expect(reason.code).to.equal("Forbidden.RAM");
        expect(reason.message).to.include("could not be marked as handed over").and.to.include("t-1");
        expect(outputs.pending).to.include({ phase: "finalizing", invokeId: "t-1", reason: "Forbidden.RAM" });
        expect(outputs).to.include({ snapshotGroupId: "ssg-1", invokeId: "t-1" });
        expect(outputs.ownerToken).to.be.a("string").and.to.equal(cloud.tagOf("t-1", ownerTag));
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(cloud.stateOf("t-1")).to.equal("open");
        expect(JSON.parse(JSON.stringify(outputs))).to.deep.equal(outputs);
    });

    it("is committed by the next update, which finishes the snapshot", async () => {
        const cloud = new FakeCloud();
        const { outputs } = await refusal(cloud);
        const finished = await update(cloud.context, "ssg-1", outputs, inputsOf());
        expect(finished).not.to.have.property("pending");
        expect(finished).to.include({ consistency: "application", ownerToken: outputs.ownerToken });
        expect(cloud.stateOf("t-1")).to.equal("committed");
        expect(cloud.tagOf("t-1", ownerTag)).to.equal(outputs.ownerToken);
        expect(cloud.invocations).to.have.length(1);
    });

    it("stays in its phase if it was not finished either, with both reasons", async () => {
        const cloud = new FakeCloud([neverEnds]);
        const { id, reason, outputs } = await refusal(cloud);
        expect(id).to.equal("t-1");
        expect(outputs.pending).to.include({ phase: "running", reason: "StillInProgress" });
        expect(reason.message).to.include("StillInProgress").and.to.include("Forbidden.RAM");
    });

    it("keeps the warnings of the snapshot", async () => {
        const cloud = await abandoned({}, { inputs: inputsOf({ triggers: ["other"] }), state: "handed" });
        const { outputs } = await refusal(cloud);
        expect(outputs.warnings?.join("\n")).to.match(/Invocation t-1, .* is left alone/);
    });
});

describe("an adopted run that can't be tagged as handed", () => {
    it("is unfinished under the new owner token, and records the old one; the next update tags it", async () => {
        for (const state of ["open", "handed"] as const) {
            const cloud = await abandoned({}, { state });
            const owner = cloud.tagOf("t-1", ownerTag);
            const memory = new StateMemory();
            const { outputs } = await refusal(cloud, memory);
            expect(outputs).to.include({ invokeId: "t-1" });
            expect(outputs.ownerToken).not.to.equal(owner);
            expect(outputs.pending).to.include({
                phase: "finalizing",
                reason: "Forbidden.RAM",
                previousOwner: owner,
            });
            expect(memory.adopterOf("t-1")).to.equal(outputs.ownerToken);
            expect(cloud.stateOf("t-1")).to.equal(state);
            expect(cloud.tagOf("t-1", ownerTag)).to.equal(owner);

            const finished = await update(cloud.context, "ssg-1", outputs, inputsOf());
            expect(finished).to.include({ snapshotGroupId: "ssg-1", ownerToken: outputs.ownerToken });
            expect(cloud.tagOf("t-1", ownerTag)).to.equal(outputs.ownerToken);
            expect(cloud.stateOf("t-1")).to.equal("committed");
            expect(cloud.invocations).to.have.length(1);
        }
    });
});

describe("a run that a state holds as running and whose owner can't be changed", () => {
    it("fails the new resource, and stays with the old one unchanged", async () => {
        const cloud = new FakeCloud([{ looks: Infinity }, {}]);
        const { outputs: state } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
        cloud.endAll();
        const [tags, groups] = [[...(cloud.invocations[0]?.tags ?? [])], new Map(cloud.groups)];
        const memory = memoryOfPredecessor(state);
        const error = await rejectionOf(AppSnapshotError, create(refusing(cloud), inputsOf(), memory));
        expect(error.code).to.equal("Forbidden.RAM");
        expect(error.message).to.include("could not be marked as handed over").and.to.include("t-1");
        expect(cloud.invocations[0]?.tags).to.deep.equal(tags);
        expect(cloud.groups).to.deep.equal(groups);
        expect(memory.adopterOf("t-1")).to.equal(undefined);
        expect(await create(cloud.context, inputsOf(), memory)).to.include({ invokeId: "t-1" });
    });
});

describe("a run that is cleared away", () => {
    it("is handed over if its end is not known yet, so that the state records it", async () => {
        const cloud = await abandoned({}, { inputs: inputsOf({ triggers: ["other"] }) });
        for (const invocation of cloud.invocations) {
            invocation.looksLeft = Infinity;
        }
        const { id, outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
        expect(id).to.equal("t-1");
        expect(outputs.pending?.phase).to.equal("running");
        expect(outputs.ownerToken).to.equal(cloud.tagOf("t-1", ownerTag));
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect(cloud.invocations).to.have.length(1);
    });

    it("is recorded with the owner token that it has if it can't be tagged", async () => {
        const cloud = await abandoned({}, { inputs: inputsOf({ triggers: ["other"] }) });
        for (const invocation of cloud.invocations) {
            invocation.looksLeft = Infinity;
        }
        const owner = cloud.tagOf("t-1", ownerTag);
        const { id, outputs } = await refusal(cloud);
        expect(id).to.equal("t-1");
        expect(outputs.pending).to.include({
            phase: "running",
            reason: "StillInProgress",
            previousOwner: owner,
        });
        expect(cloud.stateOf("t-1")).to.equal("open");
    });
});
