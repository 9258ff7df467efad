import { expect } from "chai";

import {
    groupOutputs,
    keptInputs,
    type SnapshotOutputs,
} from "../../../../provider/src/core/lifecycle/outputs";
import type { DynamicResourceProvider } from "../../../../provider/src/pulumi/engine/provider";
import { Session } from "../../../../provider/src/pulumi/engine/session";
import { appConsistentSnapshotProvider } from "../../../../provider/src/pulumi/engine/snapshot-provider";
import { rejection } from "../../support/rejection";
import { groupOf, inputsOf, pendingOf, urn } from "../../support/samples";

/** A session without an engine or a cloud; nothing here may use either. */
function providerOf(): { readonly session: Session; readonly provider: DynamicResourceProvider } {
    const session = new Session({}, []);
    return { session, provider: appConsistentSnapshotProvider(session) };
}

const inputs = { ...inputsOf() };

function stateOf(more: SnapshotOutputs = {}): Record<string, unknown> {
    return {
        ...keptInputs(inputsOf(), "cn-hangzhou"),
        ...groupOutputs(groupOf(), "cn-hangzhou"),
        invokeId: "t-1",
        ...more,
    };
}

describe("the difference that the engine gets", () => {
    it("is an explicit change if it is in the state alone: the engine would not see it", async () => {
        const { provider } = providerOf();
        for (const [state, property] of [
            [{ missingSnapshotIds: ["s-data"] }, "snapshots"],
            [{ pending: pendingOf("running") }, "snapshotGroupId"],
        ] as const) {
            expect(await provider.diff("ssg-1", stateOf(state), inputs)).to.deep.equal({
                replaces: [property],
                deleteBeforeReplace: false,
                changes: true,
            });
        }
    });

    it("is left to the engine if it shows in the inputs, so that the engine can name them", async () => {
        const { provider } = providerOf();
        expect(await provider.diff("ssg-1", stateOf(), { ...inputs, triggers: ["other"] })).to.deep.equal({
            replaces: ["triggers"],
            deleteBeforeReplace: false,
        });
    });

    it("is nothing, or an update in place, without a replacement", async () => {
        const { provider } = providerOf();
        expect(await provider.diff("ssg-1", stateOf(), inputs)).to.deep.equal({ changes: false });
        expect(await provider.diff("ssg-1", stateOf(), { ...inputs, description: "new" })).to.deep.equal({
            changes: true,
        });
    });
});

describe("the known content of the stack's state", () => {
    it("is every snapshot that the engine compared, except a running one, which will be adopted", async () => {
        for (const [state, known] of [
            [{}, ["t-1"]],
            [{ pending: pendingOf("finalizing") }, ["t-1"]],
            [{ pending: pendingOf("failed") }, ["t-1"]],
            [{ pending: pendingOf("running") }, []],
        ] as const) {
            const { session, provider } = providerOf();
            await provider.diff("ssg-1", stateOf(state), { ...inputs, triggers: ["other"] });
            expect(session.memory.recordedIn("cn-hangzhou")).to.deep.equal(known);
        }
    });

    it("is also every snapshot that a refresh reads", async () => {
        const { session, provider } = providerOf();
        const state = stateOf();
        delete state["regionId"];
        expect((await rejection(provider.read("ssg-1", state))).message).to.include("MissingRegion");
        expect(session.memory.isRecorded("t-1")).to.equal(true);
    });

    it("is every snapshot that the engine changes or deletes, compared or not", async () => {
        for (const call of ["update", "delete"] as const) {
            const { session, provider } = providerOf();
            const state = stateOf();
            // Without a region no call is made.
            delete state["regionId"];
            await rejection(
                call === "update"
                    ? provider.update("ssg-1", state, { ...inputs })
                    : provider.delete("ssg-1", state),
            );
            expect(session.memory.isRecorded("t-1"), call).to.equal(true);
        }
    });

    it("is nothing of a group that was looked up, which no run of ours made", async () => {
        const { session, provider } = providerOf();
        const state = groupOutputs(groupOf(), "cn-hangzhou");
        await provider.diff("ssg-1", { ...state }, inputs);
        expect(session.memory.recordedIn("cn-hangzhou")).to.be.empty;
    });
});

describe("the predecessor of a resource that is created next", () => {
    it("is the resource that the engine compared, by its present URN", async () => {
        const { session, provider } = providerOf();
        const state = stateOf();
        await provider.diff("ssg-1", state, { ...inputs, resourceUrn: "urn::renamed" });
        expect(session.memory.predecessorOf("urn::renamed")).to.deep.equal(state);
        expect(session.memory.predecessorOf(urn)).to.equal(undefined);
    });

    it("has the earlier groups of a resource that was deleted without a comparison, but not its own group", async () => {
        const { session, provider } = providerOf();
        const group = { regionId: "cn-hangzhou", consistency: "application", degraded: false } as const;
        const earlierSnapshotGroups = [{ ...group, snapshotGroupId: "ssg-0", snapshotIds: ["s-0"] }];
        const state = stateOf({ earlierSnapshotGroups });
        // Without a region nothing is deleted.
        delete state["regionId"];
        await rejection(provider.delete("ssg-1", state));
        expect(session.memory.predecessorOf(urn)).to.deep.equal({ earlierSnapshotGroups });
    });

    it("is the same resource with another instance and another region", async () => {
        const { session, provider } = providerOf();
        const state = stateOf();
        await provider.diff("ssg-1", state, { ...inputs, instanceId: "i-other", regionId: "cn-beijing" });
        expect(session.memory.predecessorOf(urn)).to.deep.equal(state);
    });

    it("is no deleted resource that had the name of a new resource before", async () => {
        const { session, provider } = providerOf();
        const state = stateOf({ earlierSnapshotGroups: [] });
        delete state["regionId"];
        await provider.check({}, inputs);
        await rejection(provider.delete("ssg-1", state));
        expect(session.memory.predecessorOf(urn)).to.equal(undefined);
        // A resource that the engine knows has earlier inputs.
        const other = providerOf();
        await other.provider.check(inputs, inputs);
        await rejection(other.provider.delete("ssg-1", state));
        expect(other.session.memory.predecessorOf(urn)).not.to.equal(undefined);
    });

    it("stays the compared resource if that is deleted afterwards", async () => {
        const { session, provider } = providerOf();
        const state = stateOf();
        delete state["regionId"];
        await provider.diff("ssg-1", state, inputs);
        await rejection(provider.delete("ssg-1", state));
        expect(session.memory.predecessorOf(urn)).to.deep.equal(state);
    });
});
