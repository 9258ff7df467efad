import { expect } from "chai";

import type { SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { remove } from "../../../../provider/src/core/lifecycle/delete";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { resourceOf } from "../../../../provider/src/core/run/run";
import { degraded, FakeCloud, type Run } from "../../support/fake-cloud";
import { memoryOf, memoryOfPredecessor } from "../../support/memory";
import { rejection, rejectionOf } from "../../support/rejection";
import { identityOf, inputsOf, pendingOf } from "../../support/samples";

const hour = 3_600_000;
const newUrn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot::renamed";

/** A run that a state holds as running, and that ended long ago. */
async function unfinished(
    run: Run = {},
    inputs: SnapshotInputs = inputsOf(),
): Promise<{ readonly cloud: FakeCloud; readonly state: SnapshotOutputs }> {
    const cloud = new FakeCloud([{ ...run, looks: Infinity }, {}]);
    const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs));
    expect(outputs.pending?.phase).to.equal("running");
    cloud.endAll();
    cloud.cloudTime += 1_000 * hour;
    return { cloud, state: outputs };
}

describe("a run that the state of the predecessor holds as running", () => {
    it("is resumed whatever its age, and then belongs to the new resource", async () => {
        for (const runState of ["open", "handed"] as const) {
            const { cloud, state } = await unfinished();
            cloud.setState("t-1", runState);
            const memory = memoryOfPredecessor(state);
            const outputs = await create(cloud.context, inputsOf({ adoptWithinSeconds: 0 }), memory);
            expect(outputs).to.include({ invokeId: "t-1", snapshotGroupId: "ssg-1" });
            expect(outputs.ownerToken).not.to.equal(state.ownerToken);
            expect(outputs.ownerToken).to.equal(cloud.tagOf("t-1", "app-snapshot:owner"));
            expect(cloud.stateOf("t-1")).to.equal("handed");
            expect(cloud.invocations).to.have.length(1);
            await remove(cloud.context, "t-1", state, memory);
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        }
    });

    it("is resumed although the resource had another URN, and gets the tags of the new one", async () => {
        const { cloud, state } = await unfinished();
        const memory = memoryOfPredecessor(state, newUrn);
        const outputs = await create(cloud.context, inputsOf({ resourceUrn: newUrn }), memory);
        expect(outputs).to.include({ invokeId: "t-1", snapshotGroupId: "ssg-1", resourceUrn: newUrn });
        expect(cloud.invocations).to.have.length(1);
        expect(cloud.tagOf("t-1", "app-snapshot:resource")).to.equal(resourceOf(identityOf(newUrn)));
        expect(cloud.tagOf("t-1", "app-snapshot:owner")).to.equal(outputs.ownerToken);
        expect(cloud.stateOf("t-1")).to.equal("handed");
        // Under its new name, it is found like any other run of the resource.
        const again = await create(cloud.context, inputsOf({ resourceUrn: newUrn, adoptWithinSeconds: 1e9 }));
        expect(again).to.include({ invokeId: "t-1" });
    });

    it("is not resumed by another resource, nor under another URN without an alias", async () => {
        const { cloud, state } = await unfinished();
        const memory = memoryOfPredecessor(state);
        const outputs = await create(cloud.context, inputsOf({ resourceUrn: newUrn }), memory);
        expect(outputs).to.deep.include({ invokeId: "t-2", warnings: [] });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
    });

    it("is left to its resource if the inputs have changed: neither adopted nor cleared away nor named", async () => {
        for (const runState of ["open", "handed"] as const) {
            for (const changes of [{ triggers: ["other"] }, { resourceUrn: newUrn, triggers: ["other"] }]) {
                const { cloud, state } = await unfinished();
                cloud.setState("t-1", runState);
                const inputs = inputsOf(changes);
                const memory = memoryOfPredecessor(state, inputs.resourceUrn);
                const outputs = await create(cloud.context, inputs, memory);
                expect(outputs).to.deep.include({ invokeId: "t-2", warnings: [] });
                expect(cloud.stateOf("t-1")).to.equal(runState);
                await remove(cloud.context, "t-1", state, memory);
                expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2"]);
                expect(cloud.stateOf("t-1")).to.equal("closed");
            }
        }
    });

    it("is verified like any other, and its group deleted if it has violations, because no state holds the group", async () => {
        const { cloud, state } = await unfinished(degraded);
        const error = await rejection(create(cloud.context, inputsOf(), memoryOfPredecessor(state)));
        expect(error.message).to.match(/^Degraded: /);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("is not searched for if the state holds its group", async () => {
        const { cloud, state } = await unfinished();
        const pending = pendingOf("failed");
        const memory = memoryOfPredecessor({ ...state, snapshotGroupId: "ssg-1", pending });
        const outputs = await create(cloud.context, inputsOf(), memory);
        expect(outputs).to.deep.include({ invokeId: "t-2", warnings: [] });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
    });

    it("is left to the state that holds it if the engine shows no predecessor", async () => {
        const { cloud, state } = await unfinished();
        const outputs = await create(cloud.context, inputsOf(), memoryOf(state));
        expect(outputs).to.deep.include({ invokeId: "t-2", warnings: [] });
        expect(cloud.stateOf("t-1")).to.equal("handed");
    });

    it("is replaced by a new one if Cloud Assistant has forgotten it", async () => {
        const { cloud, state } = await unfinished();
        const api = { ...cloud.api, describeInvocations: () => Promise.resolve([]) };
        const memory = memoryOfPredecessor(state);
        const outputs = await create({ ...cloud.context, api }, inputsOf(), memory);
        expect(outputs).to.deep.include({ invokeId: "t-2", warnings: [] });
    });
});
