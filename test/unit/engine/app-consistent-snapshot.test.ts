import { expect } from "chai";

import {
    appConsistentSnapshotProvider,
    type DynamicResourceProvider,
} from "../../../provider/src/engine/app-consistent-snapshot";
import { Session } from "../../../provider/src/engine/session";
import type { Pending } from "../../../provider/src/lifecycle/outputs";
import { groupOutputs, keptInputs, type SnapshotOutputs } from "../../../provider/src/lifecycle/outputs";
import { rejection } from "../support/rejection";
import { groupOf, inputsOf } from "../support/samples";

/** Neither an engine nor a cloud: what is tested here may ask neither. */
function providerOf(): { session: Session; provider: DynamicResourceProvider } {
    const session = new Session({}, []);
    return { session, provider: appConsistentSnapshotProvider(session) };
}

const inputs = { ...inputsOf() };

const stateOf = (more: SnapshotOutputs = {}): Record<string, unknown> => ({
    ...keptInputs(inputsOf(), "cn-hangzhou"),
    ...groupOutputs(groupOf(), "cn-hangzhou"),
    invokeId: "t-1",
    ...more,
});

const pendingOf = (phase: Pending["phase"]): Pending => ({
    phase,
    invokeId: "t-1",
    groupName: "before-1",
    disks: "",
    reason: "x",
});

describe("what the engine is told of a difference", () => {
    it("is a change of its own where it is in the state alone: the engine would not see it", async () => {
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

    it("is left to the engine where it shows in the inputs, so that it can say which", async () => {
        const { provider } = providerOf();
        expect(await provider.diff("ssg-1", stateOf(), { ...inputs, triggers: ["other"] })).to.deep.equal({
            replaces: ["triggers"],
            deleteBeforeReplace: false,
        });
    });

    it("is nothing, or an update in place, without any replacement", async () => {
        const { provider } = providerOf();
        expect(await provider.diff("ssg-1", stateOf(), inputs)).to.deep.equal({ changes: false });
        expect(await provider.diff("ssg-1", stateOf(), { ...inputs, description: "new" })).to.deep.equal({
            changes: true,
        });
    });
});

describe("what the stack's state is known to hold", () => {
    it("is every snapshot that the engine compared, except one that still runs: that is to be taken up", async () => {
        for (const [state, known] of [
            [{}, ["t-1"]],
            [{ pending: pendingOf("settling") }, ["t-1"]],
            [{ pending: pendingOf("failed") }, ["t-1"]],
            [{ pending: pendingOf("running") }, []],
        ] as const) {
            const { session, provider } = providerOf();
            await provider.diff("ssg-1", stateOf(state), { ...inputs, triggers: ["other"] });
            expect([...session.recorded]).to.deep.equal(known);
        }
    });

    it("is every snapshot that a refresh reads as well", async () => {
        const { session, provider } = providerOf();
        const state = stateOf();
        delete state["regionId"];
        expect((await rejection(provider.read("ssg-1", state))).message).to.include("MissingRegion");
        expect([...session.recorded]).to.deep.equal(["t-1"]);
    });

    it("is nothing of a group that was looked up, which no invocation of ours made", async () => {
        const { session, provider } = providerOf();
        const state = groupOutputs(groupOf(), "cn-hangzhou");
        await provider.diff("ssg-1", { ...state }, inputs);
        expect(session.recorded.size).to.equal(0);
    });
});
