import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { remove } from "../../../../provider/src/core/lifecycle/delete";
import { deleteSuperseded } from "../../../../provider/src/core/lifecycle/retention";
import { StateMemory } from "../../../../provider/src/core/lifecycle/state-memory";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { update } from "../../../../provider/src/core/lifecycle/update";
import { stateTag } from "../../../../provider/src/core/run/run";
import { FakeCloud, type Run } from "../../support/fake-cloud";
import { memoryOf, memoryOfPredecessor } from "../../support/memory";
import { rejectionOf } from "../../support/rejection";
import { inputsOf, memberOf, urn } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

/** Returns a run whose group has its own members. */
function taking(id: number): Run {
    const snapshots = [
        memberOf("d-system", { snapshotId: `s-${id}`, sourceDiskType: "system" }),
        memberOf("d-data", { snapshotId: `s-${id}-data` }),
    ];
    return { group: { snapshots } };
}

/** The same cloud, but no invocation can be tagged as handed. */
function refusing({ api, context }: FakeCloud): FakeCloud["context"] {
    const tagResources: EcsApi["tagResources"] = (type, ids, tags) =>
        type === "invocation" && !tags.some(({ value }) => value === "closed")
            ? Promise.reject(apiError("Forbidden.RAM", "TagResources"))
            : api.tagResources(type, ids, tags);
    return { ...context, api: { ...api, tagResources } };
}

function groupsOf(cloud: FakeCloud): string[] {
    return [...cloud.groups.keys()];
}

describe("a group that a state holds is not deleted", () => {
    it("by the pending deletion of the resource that it was adopted from, although the tag could not be set", async () => {
        const cloud = new FakeCloud();
        const first = await create(cloud.context, inputsOf());
        const { outputs: second } = await rejectionOf(
            UnfinishedSnapshot,
            create(refusing(cloud), inputsOf(), new StateMemory()),
        );
        const memory = memoryOfPredecessor(second);
        await update(cloud.context, "ssg-1", second, inputsOf());
        memory.note(first);
        await remove(cloud.context, "ssg-1", first, memory);
        expect(groupsOf(cloud)).to.deep.equal(["ssg-1"]);
    });

    it("but can be, by the resource itself, before the tag is set", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf());
        const { outputs } = await rejectionOf(
            UnfinishedSnapshot,
            create(refusing(cloud), inputsOf(), new StateMemory()),
        );
        await remove(cloud.context, "ssg-1", outputs, memoryOf(outputs));
        expect(groupsOf(cloud)).to.be.empty;
    });

    it("by a create that sees the tag of the hand-over late", async () => {
        const cloud = new FakeCloud([taking(1), taking(2)]);
        await create(cloud.context, inputsOf());
        cloud.setState("t-1", "open");
        const stale = structuredClone(await cloud.api.describeInvocations({ invokeId: "t-1" }));
        cloud.setState("t-1", "handed");
        const describeInvocations: EcsApi["describeInvocations"] = (filter) =>
            "tags" in filter
                ? Promise.resolve(filter.tags.some(({ value }) => value === "open") ? stale : [])
                : cloud.api.describeInvocations(filter);
        const context = { ...cloud.context, api: { ...cloud.api, describeInvocations } };
        await create(context, inputsOf({ triggers: ["2"] }), new StateMemory());
        expect(groupsOf(cloud)).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(cloud.stateOf("t-1")).to.equal("handed");
    });

    it("by the keepLast of a resource that it was adopted from, which warns about it", async () => {
        const cloud = new FakeCloud([1, 2, 3].map(taking));
        const first = await create(cloud.context, inputsOf({ keepLast: 1 }));
        await create(cloud.context, inputsOf(), new StateMemory());
        cloud.commit("t-1");
        const renamed = `${urn}z`;
        const second = await create(
            cloud.context,
            inputsOf({ keepLast: 1, triggers: ["2"], resourceUrn: renamed }),
            memoryOfPredecessor(first, renamed),
        );
        const { left, warnings } = await deleteSuperseded(cloud.context, second, 1);
        expect(groupsOf(cloud)).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(warnings.join()).to.match(/ssg-1 is left alone: another resource adopted it/);
        expect(left).to.be.empty;
    });

    it("by its own keepLast, although it was in the list before it was adopted again", async () => {
        const cloud = new FakeCloud([1, 2, 3].map(taking));
        const keep = { keepLast: 1 };
        const first = await create(cloud.context, inputsOf({ ...keep, triggers: ["1"] }));
        const second = await create(
            cloud.context,
            inputsOf({ ...keep, triggers: ["2"] }),
            memoryOfPredecessor(first),
        );
        cloud.commit(second.invokeId ?? "");
        // The first one was not committed, so a change back to its inputs finds it again.
        const memory = new StateMemory();
        memory.notePredecessor(urn, second);
        const { outputs: third } = await rejectionOf(
            UnfinishedSnapshot,
            create(refusing(cloud), inputsOf({ ...keep, triggers: ["1"] }), memory),
        );
        const finished = await update(cloud.context, "ssg-1", third, inputsOf({ ...keep, triggers: ["1"] }));
        await deleteSuperseded(cloud.context, finished, 1);
        expect(groupsOf(cloud)).to.include("ssg-1");
    });

    it("if Cloud Assistant has forgotten its owner, which its members name", async () => {
        const cloud = new FakeCloud();
        const first = await create(cloud.context, inputsOf());
        await create(cloud.context, inputsOf(), new StateMemory());
        cloud.invocations.length = 0;
        await remove(cloud.context, "ssg-1", first, memoryOf(first));
        expect(groupsOf(cloud)).to.deep.equal(["ssg-1"]);
    });

    it("nor adopted, if the engine shows the state that holds it only while it is examined", async () => {
        const cloud = new FakeCloud([taking(1), taking(2)]);
        const held = await create(cloud.context, inputsOf());
        const memory = new StateMemory();
        const describeInvocationResults: EcsApi["describeInvocationResults"] = (invokeId) => {
            memory.note(held);
            return cloud.api.describeInvocationResults(invokeId);
        };
        const context = { ...cloud.context, api: { ...cloud.api, describeInvocationResults } };
        const other = await create(context, inputsOf(), memory);
        expect(other.snapshotGroupId).to.equal("ssg-2");
        expect(cloud.tagOf("t-1", "app-snapshot:owner")).to.equal(held.ownerToken);
    });
});

describe("a snapshot that was just handed over", () => {
    it("is not deleted by a forced replacement, even if its changed tag becomes visible late", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf());
        expect(cloud.stateOf("t-1")).to.equal("handed");
        const shows = cloud.context.clock.now() + 20_000;
        const open = stateTag("open");
        const describeInvocations: EcsApi["describeInvocations"] = async (filter) => {
            if (cloud.context.clock.now() >= shows) {
                return cloud.api.describeInvocations(filter);
            }
            const isAsked = !("tags" in filter) || filter.tags.some(({ value }) => value === open.value);
            return isAsked
                ? cloud.invocations.map((invocation) => ({
                      ...invocation,
                      tags: invocation.tags.map((tag) => (tag.key === open.key ? open : tag)),
                  }))
                : [];
        };
        const api = { ...cloud.api, describeInvocations };
        const outputs = await create({ ...cloud.context, api }, inputsOf({ triggers: ["other"] }));
        expect(outputs).to.include({ invokeId: "t-2" });
        expect(outputs.warnings?.join("\n")).to.match(/t-1.*is left alone: a state may hold its snapshot/);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
    });
});
