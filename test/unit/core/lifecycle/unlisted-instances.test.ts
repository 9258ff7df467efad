import { expect } from "chai";

import { scan } from "../../../../provider/src/cli/orphans/scan";
import type { Context } from "../../../../provider/src/cloud/context";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { remove } from "../../../../provider/src/core/lifecycle/delete";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { stackOf } from "../../../../provider/src/core/run/run";
import { FakeCloud } from "../../support/fake-cloud";
import { memoryOf, memoryOfPredecessor } from "../../support/memory";
import { rejectionOf } from "../../support/rejection";
import { identityOf, inputsOf } from "../../support/samples";

const namespace = "acme";

/** A run whose command is still running, and a context in which the cloud lists no instance of any invocation. */
async function running(
    looks = Infinity,
): Promise<{ readonly cloud: FakeCloud; readonly state: SnapshotOutputs; readonly context: Context }> {
    const cloud = new FakeCloud([{ looks: Infinity }, {}], {}, { namespace });
    const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
    for (const invocation of cloud.invocations) {
        invocation.looksLeft = looks;
    }
    const api = {
        ...cloud.api,
        describeInvocations: async (filter: Parameters<typeof cloud.api.describeInvocations>[0]) =>
            "runningOn" in filter
                ? []
                : (await cloud.api.describeInvocations(filter)).map((invocation) => ({
                      ...invocation,
                      instances: [],
                  })),
    };
    return { cloud, state: outputs, context: { ...cloud.context, api } };
}

describe("a run whose invocation lists no instance", () => {
    it("is not given up by the next update while its command may be running", async () => {
        const { cloud, state, context } = await running();
        const memory = memoryOfPredecessor(state);
        const { id } = await rejectionOf(UnfinishedSnapshot, create(context, inputsOf(), memory));
        expect(id).to.equal("t-1");
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect(cloud.invocations).to.have.length(1);
    });

    it("is not cleared away while its command may be running", async () => {
        const { cloud, context } = await running();
        cloud.setState("t-1", "open");
        const other = inputsOf({ triggers: ["other"] });
        const { id } = await rejectionOf(UnfinishedSnapshot, create(context, other));
        expect(id).to.equal("t-1");
        expect(cloud.stateOf("t-1")).not.to.equal("closed");
        expect(cloud.invocations).to.have.length(1);
    });

    it("is left alone and named after its end, because it is unknown whether the group of its name is its own", async () => {
        const { cloud, context } = await running(0);
        cloud.setState("t-1", "open");
        cloud.cloudTime += 1_000 * 3_600_000;
        const outputs = await create(context, inputsOf({ triggers: ["other"] }));
        expect(outputs.warnings?.join("\n")).to.match(/Invocation t-1.*is left alone/);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(cloud.stateOf("t-1")).to.equal("open");
    });

    it("is deleted with its group after its end", async () => {
        const { cloud, state, context } = await running(3);
        await remove(context, "t-1", state, memoryOf(state));
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("is not given up by a deletion while its command may be running", async () => {
        const { cloud, state, context } = await running();
        const error = await rejectionOf(Error, remove(context, "t-1", state, memoryOf(state)));
        expect(error).to.include({ code: "StillInProgress" });
        expect(cloud.stateOf("t-1")).not.to.equal("closed");
    });

    it("is found by the search for orphans", async () => {
        const { context } = await running();
        const found = await scan(context, stackOf(identityOf(undefined, { namespace })), new Set());
        expect(found.map(({ id }) => id)).to.deep.equal(["t-1"]);
    });
});
