import { expect } from "chai";

import { pluginRuns } from "../support/stack/plugin-runs";
import { expectSuccess, groupIds } from "../support/stack/program";
import { withExample, withStubs } from "./support/example-stack";

describe("the component example", () => {
    withStubs();

    it("takes one snapshot, and neither another one nor a deletion when the component is renamed", () =>
        withExample("component", async ({ emulator, stack, configure }) => {
            await configure();
            expectSuccess(await stack.up([]));
            const [group] = groupIds(emulator);

            await configure(2);
            expectSuccess(await stack.up([]));
            const [snapshot] = await stack.snapshots();
            expect(snapshot?.urn).to.match(/ReleaseSnapshot\$.*::orders-database-snapshot$/);
            expect(snapshot?.id).to.equal(group);
            expect(groupIds(emulator)).to.deep.equal([group]);
            expect(pluginRuns(emulator)).to.have.length(1);
        }));
});
