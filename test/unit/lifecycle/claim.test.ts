import { expect } from "chai";

import { AppSnapshotError } from "../../../provider/src/errors/app-snapshot-error";
import { create } from "../../../provider/src/lifecycle/create";
import { remove } from "../../../provider/src/lifecycle/delete";
import type { SnapshotOutputs } from "../../../provider/src/lifecycle/outputs";
import { UnfinishedSnapshot } from "../../../provider/src/lifecycle/unfinished";
import { FakeCloud } from "../support/fake-cloud";
import { rejection, rejectionOf } from "../support/rejection";
import { inputsOf } from "../support/samples";
import { apiError } from "../support/scripted-api";

const claimTag = "app-snapshot:claim";

/** A cloud with an attempt that the state holds unfinished, and that has ended by now. */
async function unfinished(): Promise<{ cloud: FakeCloud; state: SnapshotOutputs }> {
    const cloud = new FakeCloud([{ looks: Infinity }, {}]);
    const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
    for (const invocation of cloud.invocations) {
        invocation.looksLeft = 0;
    }
    return { cloud, state: outputs };
}

describe("the claim on an attempt", () => {
    it("is kept in the state of a snapshot that is not finished, as of one that is", async () => {
        const { cloud, state } = await unfinished();
        expect(state.claim).to.be.a("string").and.to.equal(cloud.tagOf("t-1", claimTag));
    });

    it("passes on to whoever takes the attempt up, finished or not", async () => {
        const { cloud, state } = await unfinished();
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ invokeId: "t-1", claim: cloud.tagOf("t-1", claimTag) });
        expect(outputs.claim).not.to.equal(state.claim);

        const again = await unfinished();
        again.cloud.edit("ssg-1", { status: "progressing" });
        const next = await rejectionOf(
            UnfinishedSnapshot,
            create(again.cloud.context, inputsOf({ waitFor: "accomplished", timeoutSeconds: 60 })),
        );
        expect(next.outputs.claim).to.equal(again.cloud.tagOf("t-1", claimTag));
        expect(next.outputs.claim).not.to.equal(again.state.claim);
    });

    it("is taken for sure or the attempt stays with the resource that has it", async () => {
        const { cloud, state } = await unfinished();
        const api = { ...cloud.api, tagResources: () => Promise.reject(apiError("Forbidden.RAM")) };
        const error = await rejection(create({ ...cloud.context, api }, inputsOf()));
        expect(error.message).to.include("Forbidden.RAM");
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(cloud.invocations).to.have.length(1);
        await remove(cloud.context, "t-1", state);
        expect(cloud.groups.size).to.equal(0);
    });

    it("is not taken on what the state is known to hold", async () => {
        const cloud = new FakeCloud();
        const { claim } = await create(cloud.context, inputsOf());
        await create(cloud.context, inputsOf({ triggers: ["other"] }), new Set(["t-1"]));
        expect(cloud.tagOf("t-1", claimTag)).to.equal(claim);
    });
});

describe("deleting a snapshot that another resource took up", () => {
    it("leaves its group and its attempt alone, and says so", async () => {
        const { cloud, state } = await unfinished();
        const successor = await create(cloud.context, inputsOf());
        const calls = cloud.api.calls.length;
        await remove(cloud.context, "t-1", state);
        expect(cloud.api.calls.slice(calls).map(({ operation }) => operation)).to.deep.equal([
            "describeInvocations",
        ]);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(cloud.stateOf("t-1")).to.equal("open");
        expect(cloud.context.log.lines.map(({ message }) => message).join("\n")).to.match(
            /t-1 is left alone/,
        );

        await remove(cloud.context, "ssg-1", successor);
        expect(cloud.groups.size).to.equal(0);
    });

    it("does so whatever phase it was in when it was taken up", async () => {
        for (const phase of ["settling", "failed"] as const) {
            const { cloud, state } = await unfinished();
            await create(cloud.context, inputsOf());
            const pending = { phase, invokeId: "t-1", groupName: "before-1", disks: "", reason: "x" };
            await remove(cloud.context, "ssg-1", { ...state, snapshotGroupId: "ssg-1", pending });
            expect([...cloud.groups.keys()], phase).to.deep.equal(["ssg-1"]);
        }
    });

    it("does so for a finished one that was never committed", async () => {
        const cloud = new FakeCloud();
        const first = await create(cloud.context, inputsOf());
        // Nobody told this process that the state holds it: a forced replacement is not compared first.
        const successor = await create(cloud.context, inputsOf());
        expect(successor.snapshotGroupId).to.equal("ssg-1");
        await remove(cloud.context, "ssg-1", first);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        await remove(cloud.context, "ssg-1", successor);
        expect(cloud.groups.size).to.equal(0);
    });
});

describe("the attempt of a snapshot that is deleted", () => {
    it("is closed last, so that a deletion that fails halfway can be done again", async () => {
        const { cloud, state } = await unfinished();
        const api = { ...cloud.api, deleteSnapshotGroup: () => Promise.reject(apiError("Forbidden.RAM")) };
        await rejectionOf(AppSnapshotError, remove({ ...cloud.context, api }, "t-1", state));
        expect(cloud.stateOf("t-1")).to.equal("open");
        await remove(cloud.context, "t-1", state);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect(cloud.api.operations().at(-1)).to.equal("tagResources");
    });

    it("is closed where it was never committed, so that nobody takes it up again", async () => {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf());
        await remove(cloud.context, "ssg-1", state);
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
    });

    it("may be forgotten: the group is deleted all the same", async () => {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf());
        cloud.invocations.splice(0);
        await remove(cloud.context, "ssg-1", state);
        expect(cloud.groups.size).to.equal(0);
    });
});
