import { expect } from "chai";

import type { Context } from "../../../../provider/src/cloud/context";
import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { RecordedRuns } from "../../../../provider/src/core/lifecycle/recorded-runs";
import { StateMemory } from "../../../../provider/src/core/lifecycle/state-memory";
import { stackOf, stackTag, stateTag } from "../../../../provider/src/core/run/run";
import { FakeCloud } from "../../support/fake-cloud";
import { memoryOf } from "../../support/memory";
import { identityOf, inputsOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

const stack = stackOf(identityOf());
const regionId = "cn-hangzhou";

/** Returns a cloud with snapshots of some resources of the stack, all of them handed over. */
async function handed(count: number, answers: Partial<EcsApi> = {}): Promise<FakeCloud> {
    const cloud = new FakeCloud([{}], answers);
    for (let resource = 1; resource <= count; resource++) {
        await create(cloud.context, inputsOf({ resourceUrn: `${identityOf().urn}-${resource}` }));
    }
    cloud.api.calls.length = 0;
    return cloud;
}

describe("runs that states are known to hold", () => {
    it("are committed in one call if they were handed over, and no others", async () => {
        const cloud = await handed(3);
        await new RecordedRuns(memoryOf({ invokeId: "t-1" }, { invokeId: "t-3" })).commit(
            cloud.context,
            stack,
        );
        expect(["t-1", "t-2", "t-3"].map((id) => cloud.stateOf(id))).to.deep.equal([
            "committed",
            "handed",
            "committed",
        ]);
        expect(cloud.api.argumentsOf("tagResources")).to.deep.equal([
            ["invocation", ["t-1", "t-3"], [stateTag("committed")]],
        ]);
    });

    it("are not changed if they are closed or committed", async () => {
        const cloud = await handed(2);
        cloud.setState("t-1", "closed");
        cloud.setState("t-2", "committed");
        const memory = memoryOf({ invokeId: "t-1" }, { invokeId: "t-2" });
        await new RecordedRuns(memory).commit(cloud.context, stack);
        expect(cloud.api.operations()).not.to.include("tagResources");
    });

    it("are committed if their hand-over could not be tagged, or becomes visible late", async () => {
        const cloud = await handed(1);
        cloud.setState("t-1", "open");
        await new RecordedRuns(memoryOf({ invokeId: "t-1" })).commit(cloud.context, stack);
        expect(cloud.stateOf("t-1")).to.equal("committed");
    });

    it("are searched for once per stack and region, also by concurrent calls", async () => {
        const cloud = await handed(2);
        const memory = memoryOf({ invokeId: "t-1" });
        const recorded = new RecordedRuns(memory);
        await Promise.all([recorded.commit(cloud.context, stack), recorded.commit(cloud.context, stack)]);
        await recorded.commit(cloud.context, stack);
        expect(cloud.api.argumentsOf("describeInvocations")).to.deep.equal([
            [{ tags: [stackTag(stack), stateTag("open")] }],
            [{ tags: [stackTag(stack), stateTag("handed")] }],
        ]);
        expect(cloud.api.argumentsOf("tagResources")).to.have.length(1);

        // A state that the engine shows later needs no further search.
        memory.note({ invokeId: "t-2", regionId });
        await recorded.commit(cloud.context, stack);
        expect(cloud.stateOf("t-2")).to.equal("committed");
        expect(cloud.api.argumentsOf("describeInvocations")).to.have.length(2);

        await recorded.commit(cloud.context, "another stack");
        memory.note({ invokeId: "t-3", regionId: "cn-beijing" });
        await recorded.commit(cloud.context, stack);
        expect(cloud.api.argumentsOf("describeInvocations")).to.have.length(6);
    });

    it("are committed in their own region, whatever the current one", async () => {
        const cloud = await handed(1);
        const regions: string[] = [];
        const inRegion = (other: string): Context => {
            regions.push(other);
            return { ...cloud.context, regionId: other };
        };
        const recorded = new RecordedRuns(memoryOf({ invokeId: "t-1", regionId: "cn-beijing" }));
        await recorded.commit({ ...cloud.context, inRegion }, stack);
        expect(regions).to.deep.equal(["cn-beijing"]);
        expect(cloud.stateOf("t-1")).to.equal("committed");
    });

    it("do not include those that a state holds as running, which will be adopted", async () => {
        const cloud = await handed(1);
        const pending = {
            phase: "running",
            invokeId: "t-1",
            groupName: "g",
            diskSetDigest: "",
            reason: "x",
        } as const;
        await new RecordedRuns(memoryOf({ invokeId: "t-1", pending })).commit(cloud.context, stack);
        expect(cloud.stateOf("t-1")).to.equal("handed");
    });

    it("cause no call if nothing is recorded", async () => {
        const cloud = await handed(1);
        await new RecordedRuns(new StateMemory()).commit(cloud.context, stack);
        expect(cloud.api.operations()).not.to.include("tagResources");
    });

    it("cause no failure if the search fails, and are searched for again", async () => {
        let refused = true;
        const cloud: FakeCloud = await handed(1);
        const describeInvocations: EcsApi["describeInvocations"] = (filter) =>
            refused ? Promise.reject(apiError("Throttling.User")) : cloud.api.describeInvocations(filter);
        const context = { ...cloud.context, api: { ...cloud.api, describeInvocations } };
        const recorded = new RecordedRuns(memoryOf({ invokeId: "t-1" }));
        await recorded.commit(context, stack);
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect(cloud.context.log.of("debug").join("\n")).to.include("Throttling.User");
        expect(cloud.context.log.of("warn")).to.deep.equal([]);
        refused = false;
        await recorded.commit(context, stack);
        expect(cloud.stateOf("t-1")).to.equal("committed");
    });

    it("cause no failure if they can't be committed, because handed runs are not deleted", async () => {
        const cloud = await handed(1);
        const tagResources = () => Promise.reject(apiError("Forbidden.RAM"));
        const context = { ...cloud.context, api: { ...cloud.api, tagResources } };
        await new RecordedRuns(memoryOf({ invokeId: "t-1" })).commit(context, stack);
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect(cloud.context.log.of("debug").join("\n")).to.include("Forbidden.RAM");
    });
});
