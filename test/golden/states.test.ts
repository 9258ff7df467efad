import { expect } from "chai";

import type { SnapshotOutputs } from "../../provider/src/core/lifecycle/outputs";
import { expectGolden, goldenResources, onlyAdd, releases } from "./support/golden";
import { asFarAs, cloudWith, groupIdIn, keysOfStates, refreshed } from "./support/old-cloud";
import { type HeldResource, inClear, providerIn, type Values } from "./support/resource";
import { scenarios } from "./support/scenarios";

const latest = goldenResources(releases.at(-1) ?? "");

describe("what a stack's state and the cloud's tags hold of a resource", () => {
    for (const [name, make] of Object.entries(scenarios)) {
        it(`is what the golden file has: ${name}`, async () => {
            expectGolden(name, await make());
        });
    }

    it("is in the golden files with every key, and each golden file is compared", () => {
        expect([...latest.keys()].sort()).to.deep.equal(Object.keys(scenarios).sort());
        const all = [...latest.values()].map(({ state }) => state.outputs as SnapshotOutputs);
        const found = {
            outputs: all,
            pending: all.map(({ pending }) => pending ?? {}),
            earlier: all.flatMap(({ earlierSnapshotGroups = [] }) => earlierSnapshotGroups),
        };
        for (const what of ["outputs", "pending", "earlier"] as const) {
            const keys = found[what].flatMap((values) => Object.keys(values));
            expect([...new Set(keys)], onlyAdd).to.have.members(Object.keys(keysOfStates[what]));
        }
    });
});

/** The answer to the engine's diff of a resource whose program has not changed. */
function differenceOf({ pending, missingSnapshotIds = [] }: SnapshotOutputs): object {
    const replaced = (by: string) => ({ replaces: [by], deleteBeforeReplace: false, changes: true });
    switch (pending?.phase) {
        case "running":
        case "failed":
            return replaced("snapshotGroupId");
        case "finalizing":
            return { changes: true };
        case undefined:
            return missingSnapshotIds.length > 0 ? replaced("snapshots") : { changes: false };
    }
}

for (const release of releases) {
    describe(`a resource that release ${release} left`, () => {
        for (const [name, held] of goldenResources(release)) {
            itIsWorkedWith(name, held);
        }
    });
}

function itIsWorkedWith(name: string, held: HeldResource): void {
    const { id } = held.state;
    const inputs = inClear(held.state.inputs);
    const outputs: SnapshotOutputs = inClear(held.state.outputs);
    const fresh = () => {
        const cloud = cloudWith(held);
        return { cloud, provider: providerIn(cloud.context), state: { ...outputs } };
    };

    it(`is compared with its program, and refreshed: ${name}`, async () => {
        const { cloud, provider, state } = fresh();
        expect(await provider.diff(id, state, inputs)).to.deep.equal(differenceOf(outputs));
        const read = await provider.read(id, state);
        expect(read.id).to.equal(id);
        if (outputs.pending === undefined) {
            const expected = refreshed(held);
            expect(asFarAs(expected, inClear(read.props as Values))).to.deep.equal(expected);
        } else {
            expect(read.props).to.deep.include({ pending: outputs.pending });
        }
        expect(cloud.context.log.of("warn")).to.deep.equal([]);
    });

    it(`is deleted, and nothing is left of it: ${name}`, async () => {
        const { cloud, provider, state } = fresh();
        await provider.delete(id, state);
        expect(cloud.groups.has(groupIdIn(outputs))).to.equal(false);
        expect(cloud.stateOf(outputs.invokeId ?? "")).to.equal("closed");
        expect(cloud.instance?.tags).to.deep.equal([]);
        expect(cloud.role === undefined).to.equal("app-snapshot:temporary-role" in held.tags.instance);
    });

    if (outputs.pending?.phase === "running") {
        it(`is adopted: ${name}`, async () => {
            const { cloud, provider, state } = fresh();
            await provider.diff(id, state, inputs);
            const created = await provider.create(inputs);
            const outs = created.outs as Values;
            expect(created.id).to.equal(groupIdIn(outputs));
            expect(outs).to.include({ invokeId: outputs.invokeId, consistency: "application" });
            expect(outs).not.to.have.property("pending");
            expect(cloud.api.operations()).not.to.include("runCommand");
            expect(cloud.stateOf(outputs.invokeId ?? "")).to.equal("handed");
        });
    }

    if (outputs.pending?.phase === "finalizing") {
        it(`is finished: ${name}`, async () => {
            const { cloud, provider, state } = fresh();
            const outs = (await provider.update(id, state, inputs)).outs as Values;
            expect(outs).to.include({ snapshotGroupId: id, consistency: "application" });
            expect(outs).not.to.have.property("pending");
            expect(cloud.tagOf(outputs.invokeId ?? "", "app-snapshot:owner")).to.equal(outputs.ownerToken);
        });
    }
}
