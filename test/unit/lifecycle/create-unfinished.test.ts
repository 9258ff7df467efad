import { expect } from "chai";

import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import { create } from "../../../provider/src/lifecycle/create";
import { UnfinishedSnapshot } from "../../../provider/src/lifecycle/unfinished";
import { FakeCloud, failsWith, neverEnds, type Run } from "../support/fake-cloud";
import { rejection, rejectionOf } from "../support/rejection";
import { inputsOf, invocationOf } from "../support/samples";
import { apiError } from "../support/scripted-api";

const unfinishedOf = (cloud: FakeCloud, inputs: SnapshotInputs = inputsOf()): Promise<UnfinishedSnapshot> =>
    rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs));

/** A cloud in which a run was started by somebody who did not live to see its end. */
async function abandoned(run: Run, later: readonly Run[] = [{}], inputs = inputsOf()): Promise<FakeCloud> {
    const cloud = new FakeCloud([{ ...run, looks: Infinity }, ...later]);
    await unfinishedOf(cloud, inputs);
    for (const invocation of cloud.invocations) {
        invocation.looksLeft = 0;
    }
    return cloud;
}

describe("a snapshot that is not finished", () => {
    it("is kept by its invocation's id when the command goes on beyond the deadline", async () => {
        const cloud = new FakeCloud([neverEnds]);
        const start = cloud.context.clock.now();
        const unfinished = await unfinishedOf(cloud, inputsOf({ timeoutSeconds: 90 }));
        expect(cloud.context.clock.now() - start).to.equal(90_000);
        expect(unfinished.id).to.equal("t-1");
        expect(unfinished.reason.code).to.equal("StillInProgress");
        expect(unfinished.message).to.match(/seen while waiting: Running \(\d+×\)/);
        expect(unfinished.outputs).to.deep.include({
            invokeId: "t-1",
            commandId: "c-1",
            regionId: "cn-hangzhou",
        });
        expect(unfinished.outputs.pending).to.deep.include({
            phase: "running",
            invokeId: "t-1",
            reason: "StillInProgress",
            diskIds: ["d-system", "d-data"],
        });
        expect(JSON.parse(JSON.stringify(unfinished.outputs))).to.deep.equal(unfinished.outputs);
    });

    it("is neither stopped nor deleted nor closed at the deadline", async () => {
        const cloud = new FakeCloud([neverEnds]);
        await unfinishedOf(cloud);
        expect(cloud.api.operations()).not.to.include("deleteSnapshotGroup");
        expect(cloud.api.operations()).not.to.include("tagResources");
    });

    it("outwaits by default everything that may happen in the command", async () => {
        const cloud = new FakeCloud([neverEnds]);
        const start = cloud.context.clock.now();
        await unfinishedOf(cloud);
        const [request] = cloud.api.argumentsOf("runCommand")[0] as [{ timeoutSeconds: number }];
        expect(cloud.context.clock.now() - start).to.be.at.least(request.timeoutSeconds * 1000);
    });

    it("is kept when the result can't be read", async () => {
        const cloud = new FakeCloud([{}], {
            describeInvocationResults: () => Promise.reject(apiError("ServiceUnavailable")),
        });
        const unfinished = await unfinishedOf(cloud);
        expect(unfinished.outputs.pending?.phase).to.equal("running");
        expect(unfinished.reason.code).to.equal("ServiceUnavailable");
    });

    it("is kept by its group's id when the group is not usable by the deadline", async () => {
        const cloud = new FakeCloud([{ group: { status: "progressing" } }]);
        const unfinished = await unfinishedOf(
            cloud,
            inputsOf({ waitFor: "accomplished", timeoutSeconds: 60 }),
        );
        expect(unfinished.id).to.equal("ssg-1");
        expect(unfinished.outputs.pending?.phase).to.equal("settling");
        expect(unfinished.message).to.include("status progressing");
        expect(cloud.stateOf("t-1")).to.equal(undefined);
    });

    it("is kept when it can't be committed", async () => {
        const cloud = new FakeCloud([{}], { tagResources: () => Promise.reject(apiError("Forbidden.RAM")) });
        const unfinished = await unfinishedOf(cloud);
        expect(unfinished.id).to.equal("ssg-1");
        expect(unfinished.reason.code).to.equal("NotCommitted");
        expect(unfinished.outputs.pending?.phase).to.equal("settling");
        expect(cloud.groups.size).to.equal(1);
    });

    it("is not committed when the engine that would record it is gone", async () => {
        const cloud = new FakeCloud(
            [{}],
            {},
            { confirmEngineIsThere: () => Promise.reject(new Error("gone")) },
        );
        const unfinished = await unfinishedOf(cloud);
        expect(unfinished.reason.code).to.equal("NotCommitted");
        expect(cloud.stateOf("t-1")).to.equal(undefined);
        expect(cloud.groups.size).to.equal(1);
    });

    it("is given up when its group does not show up", async () => {
        const cloud = new FakeCloud([
            { makesGroup: false, output: () => '[snapshotgroup="ssg-lost"][message="done"]' },
        ]);
        const unfinished = await unfinishedOf(cloud);
        expect(unfinished.id).to.equal("ssg-lost");
        expect(unfinished.reason.code).to.equal("GroupNotFound");
        expect(unfinished.outputs.pending?.phase).to.equal("failed");
    });
});

describe("the next run for the same resource", () => {
    it("takes up an attempt that nobody committed, instead of a second snapshot", async () => {
        const cloud = await abandoned({});
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ snapshotGroupId: "ssg-1", invokeId: "t-1", consistency: "application" });
        expect(cloud.invocations).to.have.length(1);
        expect(cloud.groups.size).to.equal(1);
        expect(cloud.stateOf("t-1")).to.equal("committed");
        expect(cloud.api.operations()).not.to.include("attachInstanceRamRole");
    });

    it("goes on waiting for one that still runs", async () => {
        const cloud = await abandoned({});
        for (const invocation of cloud.invocations) {
            invocation.looksLeft = 5;
        }
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-1" });
    });

    it("does not take up a committed one: a forced replacement is a new snapshot", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf());
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ snapshotGroupId: "ssg-2", invokeId: "t-2" });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
    });

    it("does not take up a closed one", async () => {
        const cloud = new FakeCloud([failsWith(9), {}]);
        await rejection(create(cloud.context, inputsOf()));
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
    });

    it("does not take up one of another resource, or of other inputs", async () => {
        for (const other of [inputsOf({ resourceUrn: "urn::other" }), inputsOf({ triggers: ["other"] })]) {
            const cloud = await abandoned({}, [{}], other);
            expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
            expect(cloud.stateOf("t-1")).to.equal(undefined);
        }
    });

    it("takes up nothing where the resource has no URN", async () => {
        const nameless = inputsOf({ resourceUrn: undefined });
        const cloud = await abandoned({}, [{}], nameless);
        expect(await create(cloud.context, nameless)).to.include({ invokeId: "t-2" });
    });

    it("clears away one that failed, with its group, and takes a new snapshot", async () => {
        for (const onDegraded of ["fail", "keep"] as const) {
            const cloud = await abandoned(failsWith(10, { makesGroup: true }));
            const outputs = await create(cloud.context, inputsOf({ onDegraded }));
            expect(outputs).to.include({ invokeId: "t-2", snapshotGroupId: "ssg-2" });
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2"]);
            expect(cloud.stateOf("t-1")).to.equal("closed");
        }
    });

    it("closes one whose group was deleted meanwhile, and takes a new snapshot", async () => {
        const cloud = await abandoned({});
        cloud.groups.clear();
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("proves one that it took up like any other", async () => {
        const cloud = await abandoned({ tags: [{ key: "FsConsistent", value: "True" }] });
        const error = await rejection(create(cloud.context, inputsOf()));
        expect(error.message).to.match(/^Degraded: /);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("ignores invocations that only look like attempts", async () => {
        const tag = { key: "app-snapshot:marker", value: "another marker" };
        const cloud = new FakeCloud([{}], {
            describeInvocations: () =>
                Promise.resolve([invocationOf({ invokeId: "t-foreign", tags: [tag] })]),
        });
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-1" });
    });
});
