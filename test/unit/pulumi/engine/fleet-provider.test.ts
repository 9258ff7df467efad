import { expect } from "chai";

import {
    appConsistentSnapshotFleetProvider,
    recordingOf,
} from "../../../../provider/src/pulumi/engine/fleet-provider";
import { Session } from "../../../../provider/src/pulumi/engine/session";
import { fleetOutputsOf, fleetUrn, instanceId } from "../../support/samples";

const { snapshots } = fleetOutputsOf();
const [snapshot] = Object.values(snapshots);

/** Returns the outputs of a fleet with these invocations, one for each instance. */
function outputsWith(...invokeIds: readonly string[]): ReturnType<typeof fleetOutputsOf> {
    return fleetOutputsOf({
        snapshots: Object.fromEntries(
            invokeIds.map((invokeId, index) => [`i-${index}`, { ...snapshot, invokeId } as never]),
        ),
    });
}

describe("the provider of a fleet", () => {
    it("refuses wrong inputs, with the path of each", async () => {
        const provider = appConsistentSnapshotFleetProvider(new Session({}, []));
        const inputs = { resourceUrn: fleetUrn, instances: [{ instanceId: "i-1" }, { instanceId: "x" }] };
        const { failures } = await provider.check({}, inputs);
        expect(failures).to.deep.equal([
            {
                property: "",
                reason: "instances[1].instanceId must be the id of an ECS instance, such as i-bp1xxxxxxxxxxxxxxxxx",
            },
            { property: "", reason: failures?.[1]?.reason },
        ]);
        expect(failures?.[1]?.reason).to.match(/^regionId is not set/);
    });

    it("remembers the runs of a state that the engine shows, under its owner token", async () => {
        const session = new Session({}, []);
        const provider = appConsistentSnapshotFleetProvider(session);
        const inputs = { resourceUrn: fleetUrn, instanceIds: [instanceId] };
        await provider.diff("fleet-1", { ...outputsWith("t-1", "t-2", "t-1") }, inputs);
        expect(session.memory.recordedIn("cn-hangzhou")).to.deep.equal(["t-1", "t-2"]);
        expect(session.memory.isHeldByAnother("t-1", "owner-1")).to.equal(false);
        expect(session.memory.isHeldByAnother("t-1", "owner-2")).to.equal(true);
    });
});

describe("the runs of a fleet to commit when the engine has recorded them", () => {
    it("are all after a create, each once", () => {
        expect(recordingOf({}, outputsWith("t-1", "t-2", "t-1"), new Set())).to.deep.include({
            key: "recording-1",
            invokeIds: ["t-1", "t-2"],
        });
    });

    it("are only those that the state did not hold before an update", () => {
        expect(recordingOf({}, outputsWith("t-1", "t-2"), new Set(["t-1", "t-0"]))).to.deep.include({
            key: "recording-1",
            invokeIds: ["t-2"],
        });
    });

    it("are none if nothing was taken", () => {
        expect(recordingOf({}, outputsWith("t-1"), new Set(["t-1"]))).to.equal(undefined);
        expect(recordingOf({}, outputsWith(), new Set())).to.equal(undefined);
    });
});
