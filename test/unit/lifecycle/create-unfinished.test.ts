import { expect } from "chai";

import type { Tag } from "../../../provider/src/ecs/api";
import { ApiCallError } from "../../../provider/src/ecs/api-error";
import { AppSnapshotError } from "../../../provider/src/errors/app-snapshot-error";
import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import { create } from "../../../provider/src/lifecycle/create";
import { UnfinishedSnapshot } from "../../../provider/src/lifecycle/unfinished";
import { FakeCloud, failsWith, neverEnds, type Run } from "../support/fake-cloud";
import { rejection, rejectionOf } from "../support/rejection";
import { groupOf, inputsOf, invocationOf } from "../support/samples";
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
        expect(cloud.stateOf("t-1")).to.equal("open");
    });

    it("is no resource where its group does not show up, and is looked for once more by the next run", async () => {
        const cloud = new FakeCloud([
            { makesGroup: false, output: () => '[snapshotgroup="ssg-late"][message="done"]' },
        ]);
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("GroupNotFound");
        expect(cloud.stateOf("t-1")).to.equal("open");
        const name = cloud.tagOf("t-1", "app-snapshot:group-name") ?? "";
        cloud.groups.set("ssg-late", groupOf({ snapshotGroupId: "ssg-late", name }));
        expect(await create(cloud.context, inputsOf())).to.include({ snapshotGroupId: "ssg-late" });
        expect(cloud.invocations).to.have.length(1);
    });
});

describe("a start of the command that nobody answered", () => {
    const unanswered = (): Error =>
        new ApiCallError("RunCommand", undefined, "the request timed out", "again");

    it("says that it is not known whether the command runs, and the next run takes it up", async () => {
        const cloud: FakeCloud = new FakeCloud([{}], {
            runCommand: async (request) => {
                await started.api.runCommand(request);
                throw unanswered();
            },
        });
        const started = new FakeCloud();
        cloud.role = undefined;
        const inputs = inputsOf({ roleAttachment: "temporary" });
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputs));
        expect(error.code).to.equal("StartUnknown");
        expect(error.message).not.to.include("undefined");
        expect(cloud.role, "the command may need the role").to.equal("AppSnapshotRoleName");

        // The mark of the temporary role is on the instance.
        started.instance = cloud.instance;
        const outputs = await create(started.context, inputs);
        expect(outputs).to.include({ invokeId: "t-1", snapshotGroupId: "ssg-1" });
        expect(started.invocations).to.have.length(1);
        expect(started.role).to.equal(undefined);
    });

    it("is not a start that the API refused", async () => {
        const cloud = new FakeCloud([{}], {
            runCommand: () => Promise.reject(apiError("Invocation.ExceedQuota", "RunCommand")),
        });
        const error = await rejection(create(cloud.context, inputsOf()));
        expect(error.message).to.include("Invocation.ExceedQuota");
        expect(error.message).not.to.include("StartUnknown");
    });
});

describe("a command that may go on though its invocation has ended", () => {
    it("stays open for the next run, which clears away what it made late", async () => {
        const cloud = new FakeCloud([{ invocationStatus: "Timeout" }, {}]);
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.message).to.include("no snapshot group of it is there so far");
        expect(cloud.stateOf("t-1")).to.equal("open");

        const [request] = cloud.api.argumentsOf("runCommand")[0] as [{ name: string }];
        cloud.groups.set("ssg-late", groupOf({ snapshotGroupId: "ssg-late", name: request.name }));
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
        expect(cloud.groups.has("ssg-late")).to.equal(false);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });
});

describe("the next run for the same resource", () => {
    it("takes up an attempt that nobody committed, instead of a second snapshot", async () => {
        const cloud = await abandoned({});
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ snapshotGroupId: "ssg-1", invokeId: "t-1", consistency: "application" });
        expect(cloud.invocations).to.have.length(1);
        expect(cloud.groups.size).to.equal(1);
        expect(cloud.stateOf("t-1"), "the engine has not recorded it yet").to.equal("open");
        expect(cloud.tagOf("t-1", "app-snapshot:claim")).to.equal(outputs.claim);
        expect(outputs.warnings).to.have.length(1);
        expect(outputs.warnings?.[0]).to.include("by an earlier run");
    });

    it("asks for the open ones of its own alone, however many were made before", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf());
        const [filter] = cloud.api.argumentsOf("describeInvocations")[0] as [{ tags: Tag[] }];
        expect(filter.tags).to.deep.equal([
            { key: "app-snapshot:resource", value: cloud.tagOf("t-1", "app-snapshot:resource") },
            { key: "app-snapshot:state", value: "open" },
        ]);
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
        cloud.commit("t-1");
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ snapshotGroupId: "ssg-2", invokeId: "t-2" });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
    });

    it("neither takes up nor clears away one that the state is known to hold, and commits it", async () => {
        for (const triggers of [undefined, ["other"]]) {
            const cloud = new FakeCloud();
            await create(cloud.context, inputsOf());
            const outputs = await create(cloud.context, inputsOf({ triggers }), new Set(["t-1"]));
            expect(outputs).to.include({ snapshotGroupId: "ssg-2", invokeId: "t-2" });
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
            expect(cloud.stateOf("t-1")).to.equal("committed");
        }
    });

    it("does not take up a closed one", async () => {
        const cloud = new FakeCloud([failsWith(9), {}]);
        await rejection(create(cloud.context, inputsOf()));
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
    });

    it("leaves alone what another resource began", async () => {
        const cloud = await abandoned({}, [{}], inputsOf({ resourceUrn: "urn::other" }));
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
        expect(cloud.stateOf("t-1")).to.equal("open");
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
    });

    it("waits for what it began with other inputs, and clears it away before it takes a new snapshot", async () => {
        const cloud = await abandoned({}, [{}], inputsOf({ triggers: ["other"] }));
        const calls = cloud.api.calls.length;
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2"]);
        const later = cloud.api.calls.slice(calls).map(({ operation }) => operation);
        expect(later.indexOf("deleteSnapshotGroup")).to.be.within(1, later.indexOf("runCommand"));
    });

    it("takes up the newest of several, and clears the others away", async () => {
        const cloud = new FakeCloud([neverEnds], {
            describeInvocations: () => Promise.resolve([]),
        });
        await unfinishedOf(cloud);
        await unfinishedOf(cloud);
        const next = new FakeCloud();
        next.invocations.push(...cloud.invocations);
        for (const [id, group] of cloud.groups) {
            next.groups.set(id, group);
        }
        for (const invocation of next.invocations) {
            invocation.looksLeft = 0;
        }
        expect(await create(next.context, inputsOf())).to.include({
            invokeId: "t-2",
            snapshotGroupId: "ssg-2",
        });
        expect([...next.groups.keys()]).to.deep.equal(["ssg-2"]);
        expect(next.stateOf("t-1")).to.equal("closed");
        expect(next.stateOf("t-2")).to.equal("open");
    });

    it("loses none when an older one can't be cleared away: the wanted one stays open until that is done", async () => {
        const blind = new FakeCloud([neverEnds], { describeInvocations: () => Promise.resolve([]) });
        await rejectionOf(UnfinishedSnapshot, create(blind.context, inputsOf()));
        await rejectionOf(UnfinishedSnapshot, create(blind.context, inputsOf()));
        const next = new FakeCloud();
        next.invocations.push(...blind.invocations);
        for (const [id, group] of blind.groups) {
            next.groups.set(id, group);
        }
        // The newest, wanted one has ended; the older one still runs.
        const newest = next.invocations[1];
        expect(newest?.invokeId).to.equal("t-2");
        Object.assign(newest ?? {}, { looksLeft: 0 });
        await rejectionOf(UnfinishedSnapshot, create(next.context, inputsOf()));
        expect(next.stateOf("t-2")).to.equal("open");
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
        const tag = { key: "app-snapshot:resource", value: "another resource" };
        const cloud = new FakeCloud([{}], {
            describeInvocations: () =>
                Promise.resolve([invocationOf({ invokeId: "t-foreign", tags: [tag] })]),
        });
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-1" });
    });
});
