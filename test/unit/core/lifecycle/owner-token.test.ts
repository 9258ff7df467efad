import { expect } from "chai";

import { create } from "../../../../provider/src/core/lifecycle/create";
import { createRequest } from "../../../../provider/src/core/lifecycle/create-request";
import { remove } from "../../../../provider/src/core/lifecycle/delete";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { identityTags } from "../../../../provider/src/core/run/run";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { FakeCloud } from "../../support/fake-cloud";
import { memoryOf, memoryOfPredecessor } from "../../support/memory";
import { rejectionOf } from "../../support/rejection";
import { inputsOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

const ownerTag = "app-snapshot:owner";

/** A cloud with a run that the state holds as unfinished, and that has ended. */
async function unfinished(): Promise<{ readonly cloud: FakeCloud; readonly state: SnapshotOutputs }> {
    const cloud = new FakeCloud([{ looks: Infinity }, {}]);
    const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
    for (const invocation of cloud.invocations) {
        invocation.looksLeft = 0;
    }
    return { cloud, state: outputs };
}

describe("the owner token on a run", () => {
    it("is kept in the state of a snapshot, finished or not", async () => {
        const { cloud, state } = await unfinished();
        expect(state.ownerToken).to.be.a("string").and.to.equal(cloud.tagOf("t-1", ownerTag));
    });

    it("is replaced by the resource that adopts the run, finished or not", async () => {
        const { cloud, state } = await unfinished();
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ invokeId: "t-1", ownerToken: cloud.tagOf("t-1", ownerTag) });
        expect(outputs.ownerToken).not.to.equal(state.ownerToken);

        const again = await unfinished();
        again.cloud.edit("ssg-1", { status: "progressing" });
        const next = await rejectionOf(
            UnfinishedSnapshot,
            create(again.cloud.context, inputsOf({ waitFor: "accomplished", timeoutSeconds: 60 })),
        );
        expect(next.outputs.ownerToken).to.equal(again.cloud.tagOf("t-1", ownerTag));
        expect(next.outputs.ownerToken).not.to.equal(again.state.ownerToken);
    });

    it("must be set, otherwise the run stays with its resource", async () => {
        const { cloud, state } = await unfinished();
        const memory = memoryOfPredecessor(state);
        const api = { ...cloud.api, tagResources: () => Promise.reject(apiError("Forbidden.RAM")) };
        const error = await rejectionOf(
            AppSnapshotError,
            create({ ...cloud.context, api }, inputsOf(), memory),
        );
        expect(error.message).to.include("Forbidden.RAM");
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(cloud.invocations).to.have.length(1);
        await remove(cloud.context, "t-1", state, memory);
        expect(cloud.groups.size).to.equal(0);
    });

    it("is not replaced for a run that a state is known to hold", async () => {
        const cloud = new FakeCloud();
        const { ownerToken } = await create(cloud.context, inputsOf());
        await create(cloud.context, inputsOf({ triggers: ["other"] }), memoryOf({ invokeId: "t-1" }));
        expect(cloud.tagOf("t-1", ownerTag)).to.equal(ownerToken);
    });
});

describe("deleting a snapshot that another resource adopted", () => {
    it("logs a message if its successor adopted it, and a warning if another resource did", async () => {
        for (const [successorUrn, level, says] of [
            [inputsOf().resourceUrn, "info", /left alone: .* t-1$/],
            ["urn:pulumi:dev::shop::other::a", "warn", /^t-1 is left alone/],
        ] as const) {
            const { cloud, state } = await unfinished();
            await create(cloud.context, inputsOf());
            const { fingerprint, stack, resource, ownerToken } = createRequest(
                cloud.context,
                inputsOf({ ...(successorUrn === undefined ? {} : { resourceUrn: successorUrn }) }),
            );
            const tags = identityTags({ fingerprint, stack, resource, ownerToken });
            await cloud.api.tagResources("invocation", ["t-1"], tags);
            await remove(cloud.context, "t-1", state);
            expect(cloud.context.log.of(level).join("\n")).to.match(says);
            expect(cloud.context.log.of(level === "info" ? "warn" : "info").join("\n")).not.to.include(
                "left alone",
            );
            expect(cloud.groups.size).to.equal(1);
        }
    });

    it("leaves its group and its run alone, and warns", async () => {
        const { cloud, state } = await unfinished();
        const successor = await create(cloud.context, inputsOf());
        const calls = cloud.api.calls.length;
        await remove(cloud.context, "t-1", state);
        expect(cloud.api.calls.slice(calls).map(({ operation }) => operation)).to.deep.equal([
            "describeInvocations",
        ]);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect(cloud.context.log.lines.map(({ message }) => message).join("\n")).to.match(
            /left alone: the replacement of this resource has adopted t-1$/m,
        );

        await remove(cloud.context, "ssg-1", successor);
        expect(cloud.groups.size).to.equal(0);
    });

    it("does so in any phase at the adoption", async () => {
        for (const phase of ["finalizing", "failed"] as const) {
            const { cloud, state } = await unfinished();
            await create(cloud.context, inputsOf());
            const pending = { phase, invokeId: "t-1", groupName: "before-1", diskSetDigest: "", reason: "x" };
            await remove(cloud.context, "ssg-1", { ...state, snapshotGroupId: "ssg-1", pending });
            expect([...cloud.groups.keys()], phase).to.deep.equal(["ssg-1"]);
        }
    });

    it("does so for a finished one that was never committed", async () => {
        const cloud = new FakeCloud();
        const first = await create(cloud.context, inputsOf());
        // This process does not know the state, because a forced replacement has no diff.
        const successor = await create(cloud.context, inputsOf());
        expect(successor.snapshotGroupId).to.equal("ssg-1");
        await remove(cloud.context, "ssg-1", first);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        await remove(cloud.context, "ssg-1", successor);
        expect(cloud.groups.size).to.equal(0);
    });
});

describe("this process's knowledge of a run's owner", () => {
    it("has precedence over the tag, which may become visible late, and needs no call", async () => {
        const { cloud, state } = await unfinished();
        const memory = memoryOfPredecessor(state);
        const successor = await create(cloud.context, inputsOf(), memory);
        expect(memory.adopterOf("t-1")).to.equal(successor.ownerToken);
        // Simulates a changed tag that is not visible yet.
        const late = { key: ownerTag, value: state.ownerToken ?? "" };
        await cloud.api.tagResources("invocation", ["t-1"], [late]);
        const calls = cloud.api.calls.length;
        await remove(cloud.context, "t-1", state, memory);
        expect(cloud.api.calls).to.have.length(calls);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(cloud.context.log.of("info").join("\n")).to.match(/left alone: .* t-1$/m);
    });

    it("is also recorded if the adopted snapshot is unfinished", async () => {
        const { cloud, state } = await unfinished();
        const memory = memoryOfPredecessor(state);
        cloud.edit("ssg-1", { status: "progressing" });
        const inputs = inputsOf({ waitFor: "accomplished", timeoutSeconds: 60 });
        const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs, memory));
        expect(memory.adopterOf("t-1")).to.be.a("string").and.to.equal(outputs.ownerToken);
        const calls = cloud.api.calls.length;
        await remove(cloud.context, "t-1", state, memory);
        expect(cloud.api.calls).to.have.length(calls);
    });

    it("lets the adopting resource delete the snapshot", async () => {
        const { cloud, state } = await unfinished();
        const memory = memoryOfPredecessor(state);
        const successor = await create(cloud.context, inputsOf(), memory);
        memory.note(successor);
        await remove(cloud.context, "ssg-1", successor, memory);
        expect(cloud.groups.size).to.equal(0);
    });

    it("prevents the deletion of a run that two states hold, whatever the tag", async () => {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf());
        const other = { ...state, ownerToken: "another's" };
        for (const doomed of [state, other]) {
            await remove(cloud.context, "ssg-1", doomed, memoryOf(state, other));
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
            expect(cloud.stateOf("t-1")).to.equal("handed");
        }
        expect(cloud.context.log.of("warn").join("\n"))
            .to.include("ssg-1 is left alone")
            .and.to.include("app-snapshot orphans");
        const memory = memoryOf(state, other);
        memory.forget(other);
        await remove(cloud.context, "ssg-1", state, memory);
        expect(cloud.groups.size).to.equal(0);
    });
});

describe("this process's knowledge of a snapshot that could not be deleted", () => {
    it("is that the state holds it until it is deleted", async () => {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf());
        const memory = memoryOf(state);
        const api = { ...cloud.api, deleteSnapshotGroup: () => Promise.reject(apiError("Forbidden.RAM")) };
        await rejectionOf(AppSnapshotError, remove({ ...cloud.context, api }, "ssg-1", state, memory));
        expect(memory.isHeld("t-1")).to.equal(true);
        await remove(cloud.context, "ssg-1", state, memory);
        expect(memory.isHeld("t-1")).to.equal(false);
    });
});

describe("the run of a snapshot that is deleted", () => {
    it("is closed last, so that a deletion that fails halfway can be repeated", async () => {
        const { cloud, state } = await unfinished();
        const api = { ...cloud.api, deleteSnapshotGroup: () => Promise.reject(apiError("Forbidden.RAM")) };
        await rejectionOf(AppSnapshotError, remove({ ...cloud.context, api }, "t-1", state));
        expect(cloud.stateOf("t-1")).to.equal("handed");
        await remove(cloud.context, "t-1", state);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect(cloud.api.operations().at(-1)).to.equal("tagResources");
    });

    it("is closed if it was never committed, so that it is not adopted again", async () => {
        for (const runState of ["open", "handed"] as const) {
            const cloud = new FakeCloud();
            const state = await create(cloud.context, inputsOf());
            cloud.setState("t-1", runState);
            await remove(cloud.context, "ssg-1", state);
            expect(cloud.stateOf("t-1")).to.equal("closed");
            expect(await create(cloud.context, inputsOf())).to.deep.include({
                invokeId: "t-2",
                warnings: [],
            });
        }
    });

    it("may be forgotten, and the group is still deleted", async () => {
        for (const snapshotGroupName of [undefined, "renamed"]) {
            const cloud = new FakeCloud();
            const state = await create(cloud.context, inputsOf({ snapshotGroupName }));
            cloud.invocations.splice(0);
            await remove(cloud.context, "ssg-1", state);
            expect(cloud.groups.size).to.equal(0);
        }
    });

    it("may be forgotten, and then the members identify the group's owner", async () => {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf({ snapshotGroupName: "renamed" }));
        cloud.endAll();
        // Another resource adopts it, and it then has that resource's name.
        const successor = await create(cloud.context, inputsOf({ snapshotGroupName: "renamed" }));
        expect(successor).to.include({ snapshotGroupId: "ssg-1" });
        cloud.invocations.splice(0);
        await remove(cloud.context, "ssg-1", state);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(cloud.context.log.of("warn").join("\n")).to.include("ssg-1 is left alone");
        await remove(cloud.context, "ssg-1", successor);
        expect(cloud.groups.size).to.equal(0);
    });
});
