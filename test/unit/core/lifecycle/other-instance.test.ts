import { expect } from "chai";

import type { Context } from "../../../../provider/src/cloud/context";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { FakeCloud } from "../../support/fake-cloud";
import { inputsOf, invokedInstanceOf } from "../../support/samples";

/** A run of the same resource, but on an instance that the program no longer names. */
async function ofAnotherInstance(state: "open" | "handed", more: Partial<Context> = {}): Promise<FakeCloud> {
    const cloud = new FakeCloud([{}], {}, more);
    await create(cloud.context, inputsOf({ triggers: ["other"] }));
    const [made] = cloud.invocations;
    if (made === undefined) {
        throw new Error("There is no run.");
    }
    const result = { ...made.result, instanceId: "i-other" };
    cloud.invocations.splice(0, 1, {
        ...made,
        instances: [invokedInstanceOf({ instanceId: "i-other" })],
        result,
    });
    cloud.edit("ssg-1", { instanceId: "i-other" });
    cloud.setState("t-1", state);
    return cloud;
}

describe("an open run on another instance than the program names", () => {
    it("is left alone and named, because it may belong to a stack of the same name in another backend", async () => {
        const cloud = await ofAnotherInstance("open");
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ invokeId: "t-2" });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(cloud.stateOf("t-1")).to.equal("open");
        expect(outputs.warnings).to.have.length(1);
        expect(outputs.warnings?.[0]).to.match(
            /^Invocation t-1, .*i-other.* is left alone: the program now names another instance/,
        );
    });

    it("is cleared away if a namespace identifies its stack", async () => {
        const cloud = await ofAnotherInstance("open", { namespace: "ours" });
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.deep.include({ invokeId: "t-2", warnings: [] });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2"]);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("is left alone and named in any case if it was handed over", async () => {
        for (const more of [{}, { namespace: "ours" }]) {
            const cloud = await ofAnotherInstance("handed", more);
            const outputs = await create(cloud.context, inputsOf());
            expect(outputs).to.include({ invokeId: "t-2" });
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
            expect(cloud.stateOf("t-1")).to.equal("handed");
            expect(outputs.warnings?.[0]).to.match(/^Invocation t-1, .* is left alone/);
        }
    });

    it("is not found in another namespace", async () => {
        const cloud = await ofAnotherInstance("open", { namespace: "theirs" });
        const outputs = await create({ ...cloud.context, namespace: "ours" }, inputsOf());
        expect(outputs).to.deep.include({ invokeId: "t-2", warnings: [] });
        expect(cloud.stateOf("t-1")).to.equal("open");
    });
});
