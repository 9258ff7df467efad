import { expect } from "chai";

import { type FleetOutputs, instancesIn } from "../../provider/src/core/fleet/fleet-outputs";
import { fleetScenarios, type HeldFleet } from "./support/fleet-scenarios";
import { expectGoldenFleet, fleetReleases, goldenFleets, onlyAdd } from "./support/golden";
import { asFarAs } from "./support/old-cloud";
import { fleetCloudWith, keysOfFleets } from "./support/old-fleet-cloud";
import { fleetProviderIn, inClear, type Values } from "./support/resource";

const latest = goldenFleets(fleetReleases.at(-1) ?? "");

describe("what a stack's state and the cloud's tags hold of a fleet", () => {
    for (const [name, make] of Object.entries(fleetScenarios)) {
        it(`is what the golden file has: ${name}`, async () => {
            expectGoldenFleet(name, await make());
        });
    }

    it("is in the golden files with every key, and each golden file is compared", () => {
        expect([...latest.keys()].sort()).to.deep.equal(Object.keys(fleetScenarios).sort());
        const all = [...latest.values()].map(({ state }) => outputsOf(state.outputs));
        const found: Record<keyof typeof keysOfFleets, readonly object[]> = {
            outputs: all,
            snapshot: all.flatMap(({ snapshots }) => Object.values(snapshots)),
            failure: all.flatMap(({ failures }) => Object.values(failures)),
            report: all.flatMap(({ reports }) => Object.values(reports)),
            run: all.flatMap(({ runs }) => Object.values(runs)),
            superseded: all.flatMap(({ supersededSnapshotGroups = [] }) => supersededSnapshotGroups),
            earlier: all.flatMap(({ earlierSnapshotGroups = [] }) => earlierSnapshotGroups),
        };
        for (const [what, known] of Object.entries(keysOfFleets)) {
            const keys = found[what as keyof typeof keysOfFleets].flatMap((values) => Object.keys(values));
            expect([...new Set(keys)], `${what}: ${onlyAdd}`).to.have.members(Object.keys(known));
        }
    });
});

for (const release of fleetReleases) {
    describe(`a fleet that release ${release} left`, () => {
        for (const [name, held] of goldenFleets(release)) {
            itIsWorkedWith(name, held);
        }
    });
}

function itIsWorkedWith(name: string, held: HeldFleet): void {
    const { id } = held.state;
    const inputs = inClear(held.state.inputs);
    const outputs = outputsOf(held.state.outputs);
    const isWhole =
        outputs.unfinished === undefined &&
        outputs.missingSnapshotIds === undefined &&
        outputs.supersededSnapshotGroups === undefined;
    const fresh = () => {
        const cloud = fleetCloudWith(held);
        return { cloud, provider: fleetProviderIn(cloud.context), state: { ...outputs } };
    };

    it(`is compared with its program, and refreshed: ${name}`, async () => {
        const { cloud, provider, state } = fresh();
        expect(await provider.diff(id, state, inputs)).to.deep.include({ changes: !isWhole });
        const read = await provider.read(id, state);
        expect(read.id).to.equal(id);
        expect(asFarAs(outputs, inClear(read.props as Values))).to.deep.equal(outputs);
        expect(cloud.context.log.of("warn")).to.deep.equal([]);
    });

    it(`is deleted, and nothing is left of it: ${name}`, async () => {
        const { cloud, provider, state } = fresh();
        const { earlierSnapshotGroups: earlier = [] } = outputs;
        await provider.delete(id, state);
        expect([...cloud.groups.keys()]).to.have.members(
            earlier.map(({ snapshotGroupId }) => snapshotGroupId),
        );
    });

    if (!isWhole) {
        it(`is finished, and takes nothing twice: ${name}`, async () => {
            const { cloud, provider, state } = fresh();
            const before = cloud.invocations.length;
            const outs = outputsOf((await provider.update(id, state, inputs)).outs as Values);
            expect(outs.failures).to.deep.equal({});
            expect(Object.keys(outs.snapshots)).to.have.members(instancesIn(outputs));
            const kept = Object.entries(outputs.snapshots).filter(
                ([instanceId]) => !(instanceId in (outputs.missingSnapshotIds ?? {})),
            );
            for (const [instanceId, { snapshotGroupId }] of kept) {
                expect(outs.snapshots[instanceId]?.snapshotGroupId).to.equal(snapshotGroupId);
            }
            const phases = Object.values(outputs.unfinished ?? {}).map(({ pending }) => pending?.phase);
            const resumed = phases.filter((phase) => phase !== "failed").length;
            const missing = instancesIn(outputs).length - kept.length - resumed;
            const taken = cloud.invocations.slice(before).flatMap(({ instances }) => instances);
            expect(taken).to.have.length(missing);
            expect([...cloud.groups.keys()]).to.have.members(Object.values(outs.snapshotGroupIdByInstanceId));
        });
    }
}

function outputsOf(values: Values): FleetOutputs {
    return inClear(values) as unknown as FleetOutputs;
}
