import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import type { SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { remove } from "../../../../provider/src/core/lifecycle/delete";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { leaseTag } from "../../../../provider/src/core/role/lease";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { failsWith, FakeCloud, type Run } from "../../support/fake-cloud";
import { rejectionOf } from "../../support/rejection";
import { groupOf, inputsOf, instanceOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

/** Makes a snapshot whose command was running at the deadline, and ends after some more polls. */
async function running(
    run: Run = {},
    inputs: SnapshotInputs = inputsOf(),
    role: "attached" | "none" = "attached",
): Promise<{ readonly cloud: FakeCloud; readonly state: SnapshotOutputs }> {
    const cloud = new FakeCloud([{ ...run, looks: Infinity }, {}]);
    if (role === "none") {
        cloud.role = undefined;
    }
    const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs));
    for (const invocation of cloud.invocations) {
        invocation.looksLeft = 3;
    }
    return { cloud, state: outputs };
}

describe("deleting a snapshot", () => {
    it("deletes its group, and leaves its run committed", async () => {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf());
        cloud.commit("t-1");
        await remove(cloud.context, "ssg-1", state);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("committed");
    });

    it("succeeds if the group is already gone", async () => {
        const cloud = new FakeCloud([{}], {
            deleteSnapshotGroup: () => Promise.reject(apiError("InvalidSnapshotGroup.NotFound")),
        });
        const state = await create(cloud.context, inputsOf());
        await remove(cloud.context, "ssg-1", state);
        expect(cloud.api.argumentsOf("deleteSnapshotGroup")).to.deep.equal([["ssg-1"]]);
    });

    it("reports an obstacle with the instance", async () => {
        const cloud = new FakeCloud([{}], {
            deleteSnapshotGroup: () => Promise.reject(apiError("Forbidden.RAM")),
        });
        const state = await create(cloud.context, inputsOf());
        const error = await rejectionOf(AppSnapshotError, remove(cloud.context, "ssg-1", state));
        expect(error).to.include({ code: "Forbidden.RAM", instanceId: state.instanceId });
    });

    it("closes the run of one that was not finalized or had failed", async () => {
        for (const phase of ["finalizing", "failed"] as const) {
            const { cloud, state } = await running();
            const pending = { phase, invokeId: "t-1", groupName: "before-1", diskSetDigest: "", reason: "x" };
            await remove(cloud.context, "ssg-1", { ...state, snapshotGroupId: "ssg-1", pending });
            expect(cloud.groups.size).to.equal(0);
            expect(cloud.stateOf("t-1")).to.equal("closed");
        }
    });
});

describe("deleting a snapshot that an image holds", () => {
    async function held(): Promise<{ readonly cloud: FakeCloud; readonly state: SnapshotOutputs }> {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf());
        cloud.held.set("s-data", "SnapshotCreatedImage");
        return { cloud, state };
    }

    it("names the snapshot and stays in the state, even if its group is gone by then", async () => {
        const { cloud, state } = await held();
        for (const run of ["the first", "the second"]) {
            const error = await rejectionOf(AppSnapshotError, remove(cloud.context, "ssg-1", state));
            expect(error.code, run).to.equal("SnapshotsHeld");
            expect(error.resources.snapshotIds, run).to.deep.equal(["s-data"]);
            expect(error.message, run).to.include("SnapshotCreatedImage").and.to.include("image");
            expect(cloud.groups.size, run).to.equal(0);
            expect(cloud.stateOf("t-1"), run).to.equal("handed");
        }
    });

    it("deletes the snapshot, and no other, as soon as the image is gone", async () => {
        const { cloud, state } = await held();
        cloud.survivors.add("s-of-somebody");
        await rejectionOf(AppSnapshotError, remove(cloud.context, "ssg-1", state));
        cloud.held.clear();
        await remove(cloud.context, "ssg-1", state);
        expect(cloud.snapshotIds).to.deep.equal(["s-of-somebody"]);
        // The remaining members are not listed, because a list may lag behind.
        expect(cloud.api.argumentsOf("deleteSnapshot")).to.deep.equal([["s-system"], ["s-data"]]);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });
});

describe("deleting a snapshot whose command is still running", () => {
    it("waits for its end without stopping it, and deletes its group", async () => {
        const { cloud, state } = await running();
        await remove(cloud.context, "t-1", state);
        expect(cloud.api.argumentsOf("deleteSnapshotGroup")).to.deep.equal([["ssg-1"]]);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("keeps a run that no list shows as long as its result is running", async () => {
        const { cloud, state } = await running();
        for (const invocation of cloud.invocations) {
            invocation.looksLeft = Infinity;
        }
        const api = { ...cloud.api, describeInvocations: () => Promise.resolve([]) };
        const error = await rejectionOf(AppSnapshotError, remove({ ...cloud.context, api }, "t-1", state));
        expect(error.code).to.equal("StillInProgress");
        expect(cloud.groups.size).to.equal(1);
    });

    it("keeps a run that ended early as long as the plugin may still create a group", async () => {
        for (const invocationStatus of ["Terminated", "Timeout"]) {
            const { cloud, state } = await running({ invocationStatus });
            cloud.endAll();
            const early = await rejectionOf(AppSnapshotError, remove(cloud.context, "t-1", state));
            expect(early.code).to.equal("StillInProgress");
            expect(early.message).to.match(/until 20/);
            expect(cloud.stateOf("t-1")).not.to.equal("closed");
            expect(cloud.context.log.of("warn").join("\n"), "is warned of at once").to.include("t-1");
            cloud.cloudTime += 30 * 86_400_000;
            await remove(cloud.context, "t-1", state);
            expect(cloud.stateOf("t-1")).to.equal("closed");
        }
    });

    it("keeps a run that named no group if lists may be incomplete", async () => {
        const { cloud, state } = await running({ exitCode: 10, makesGroup: true, output: () => "" });
        cloud.endAll();
        const hidden = {
            ...cloud.api,
            describeSnapshotGroups: () => Promise.resolve([]),
            mayDescribeSnapshots: () => Promise.resolve(false),
        };
        const error = await rejectionOf(
            AppSnapshotError,
            remove({ ...cloud.context, api: hidden }, "t-1", state),
        );
        expect(error.code).to.equal("AbsenceNotProved");
        expect(cloud.stateOf("t-1")).not.to.equal("closed");
    });

    it("warns about urgent errors before it deletes anything", async () => {
        for (const exitCode of [10, 12, 247]) {
            const { cloud, state } = await running({ exitCode, makesGroup: true });
            let warned = "";
            const api = {
                ...cloud.api,
                deleteSnapshotGroup: (id: string) => {
                    warned = cloud.context.log.of("warn").join("\n");
                    return cloud.api.deleteSnapshotGroup(id);
                },
            };
            await remove({ ...cloud.context, api }, "t-1", state);
            expect(warned).to.include(`exit code ${exitCode}`);
        }
    });

    it("finds the group of a failed run by its name", async () => {
        const { cloud, state } = await running(failsWith(10, { makesGroup: true }));
        await remove(cloud.context, "t-1", state);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("deletes nothing if there is no group", async () => {
        const { cloud, state } = await running(failsWith(9));
        await remove(cloud.context, "t-1", state);
        expect(cloud.api.operations()).not.to.include("deleteSnapshotGroup");
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("still finds the group if the invocation's record has expired", async () => {
        const { cloud, state } = await running();
        cloud.invocations.splice(0);
        await remove(cloud.context, "t-1", state);
        expect(cloud.groups.size).to.equal(0);
    });

    it("detaches the role that was attached only for it, and no other", async () => {
        const own = await running({}, inputsOf({ roleAttachment: "temporary" }), "none");
        expect(own.cloud.role).to.equal("AppSnapshotRoleName");
        await remove(own.cloud.context, "t-1", own.state);
        expect(own.cloud.role).to.equal(undefined);
        expect(own.cloud.instance?.tags).to.deep.equal([]);

        const other = await running({}, inputsOf({ roleAttachment: "temporary" }));
        await remove(other.cloud.context, "t-1", other.state);
        expect(other.cloud.role).to.equal("AppSnapshotRoleName");
    });

    it("leaves such a role to another stack that has announced it since, or to a snapshot that needs it", async () => {
        const other = await running({}, inputsOf({ roleAttachment: "temporary" }), "none");
        const expires = other.cloud.context.clock.now() + 3_600_000;
        const lease = leaseTag({ ramRoleName: "AppSnapshotRoleName", stack: "0123abcd", expires });
        other.cloud.instance = instanceOf({ tags: [lease] });
        await remove(other.cloud.context, "t-1", other.state);
        expect(other.cloud.role).to.equal("AppSnapshotRoleName");
        expect(other.cloud.instance.tags).to.deep.equal([lease]);

        const busy = await running({}, inputsOf({ roleAttachment: "temporary" }), "none");
        busy.cloud.runElsewhere(Infinity);
        await remove(busy.cloud.context, "t-1", busy.state);
        expect(busy.cloud.role).to.equal("AppSnapshotRoleName");
        expect(busy.cloud.instance?.tags).to.have.length(1);
        expect(busy.cloud.groups.size).to.equal(0);
    });

    it("succeeds if the instance of such a role no longer exists", async () => {
        const { cloud, state } = await running({}, inputsOf({ roleAttachment: "temporary" }), "none");
        cloud.instance = undefined;
        await remove(cloud.context, "t-1", state);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.api.operations()).not.to.include("detachInstanceRamRole");
    });

    it("warns about such a role that stays attached", async () => {
        const item = { instanceId: "i-bp1sample", success: false, code: "Forbidden", message: "no" };
        const { cloud, state } = await running({}, inputsOf({ roleAttachment: "temporary" }), "none");
        const api = { ...cloud.api, detachInstanceRamRole: () => Promise.resolve([item]) };
        await remove({ ...cloud.context, api }, "t-1", state);
        expect(cloud.context.log.of("warn")[0]).to.include("still attached").and.to.include("Forbidden");
        expect(cloud.instance?.tags, "as long as the role may be there, so is its tag").to.have.length(1);
    });

    it("does not close its run if such a role can't be detached, so that the next deletion detaches it", async () => {
        const { cloud, state } = await running({}, inputsOf({ roleAttachment: "temporary" }), "none");
        const api = {
            ...cloud.api,
            detachInstanceRamRole: () => Promise.reject(apiError("ServiceUnavailable")),
        };
        await rejectionOf(AppSnapshotError, remove({ ...cloud.context, api }, "t-1", state));
        expect(cloud.role).to.equal("AppSnapshotRoleName");
        expect(cloud.stateOf("t-1")).to.equal("handed");
        await remove(cloud.context, "t-1", state);
        expect(cloud.role).to.equal(undefined);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("leaves alone another group that the output of a failed run mentions", async () => {
        const output = (): string => '[message="a snapshot is in progress, GroupId=ssg-other"]';
        const { cloud, state } = await running(failsWith(16, { output }));
        cloud.groups.set("ssg-other", groupOf({ snapshotGroupId: "ssg-other", name: "nightly" }));
        await remove(cloud.context, "t-1", state);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-other"]);
    });

    it("succeeds if Cloud Assistant has forgotten the invocation meanwhile", async () => {
        const { cloud, state } = await running();
        const api = {
            ...cloud.api,
            tagResources: (...args: Parameters<EcsApi["tagResources"]>) =>
                args[0] === "invocation"
                    ? Promise.reject(apiError("InvalidResourceId.NotFound"))
                    : cloud.api.tagResources(...args),
        };
        await remove({ ...cloud.context, api }, "t-1", state);
        expect(cloud.groups.size).to.equal(0);
    });

    it("fails some time after the time limit of the command", async () => {
        const { cloud, state } = await running();
        for (const invocation of cloud.invocations) {
            invocation.looksLeft = Infinity;
        }
        const start = cloud.context.clock.now();
        const error = await rejectionOf(AppSnapshotError, remove(cloud.context, "t-1", state));
        expect(error.code).to.equal("StillInProgress");
        expect(error.resources.invokeId).to.equal("t-1");
        const limit = (cloud.invocations[0]?.timeoutSeconds ?? 0) * 1000;
        expect(cloud.context.clock.now() - start).to.be.within(limit + 60_000, limit + 600_000);
        expect(cloud.groups.size).to.equal(1);
    });

    it("fails if the state does not contain the instance", async () => {
        const { cloud, state } = await running();
        const lacking = Object.fromEntries(Object.entries(state).filter(([key]) => key !== "instanceId"));
        const error = await rejectionOf(AppSnapshotError, remove(cloud.context, "t-1", lacking));
        expect(error.code).to.equal("UnreadableState");
    });
});
