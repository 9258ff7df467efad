import { expect } from "chai";

import { scan } from "../../../../provider/src/cli/orphans/scan";
import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { remove } from "../../../../provider/src/core/lifecycle/delete";
import { read } from "../../../../provider/src/core/lifecycle/read";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { stackOf } from "../../../../provider/src/core/run/run";
import { abandoned } from "../../support/abandoned";
import { FakeCloud } from "../../support/fake-cloud";
import { memoryOf } from "../../support/memory";
import { rejection, rejectionOf } from "../../support/rejection";
import { identityOf, inputsOf, memberOf } from "../../support/samples";

describe("a group that appears late is not lost", () => {
    it("if its unfinished snapshot is destroyed right after the end of the command", async () => {
        const cloud = new FakeCloud([{ looks: Infinity }]);
        const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
        cloud.endAll();
        // The command has just ended, by the clock of this process.
        const now = cloud.context.clock.now();
        const describeInvocationResults: EcsApi["describeInvocationResults"] = async (invokeId) =>
            (await cloud.api.describeInvocationResults(invokeId)).map((result) => ({
                ...result,
                finishedTime: new Date(now).toISOString(),
            }));
        const describeSnapshotGroups: EcsApi["describeSnapshotGroups"] = (filter) =>
            cloud.context.clock.now() < now + 30_000
                ? Promise.resolve([])
                : cloud.api.describeSnapshotGroups(filter);
        const api = { ...cloud.api, describeInvocationResults, describeSnapshotGroups };
        await remove({ ...cloud.context, api }, "t-1", outputs, memoryOf(outputs));
        expect(cloud.groups.size).to.equal(0);
    });

    it("when the next update searches for the group of a run that may still create it", async () => {
        const cloud = new FakeCloud([{ invocationStatus: "Timeout", makesGroup: true }, {}]);
        let shows = false;
        const describeSnapshotGroups: EcsApi["describeSnapshotGroups"] = async (filter) =>
            (await cloud.api.describeSnapshotGroups(filter)).filter(
                ({ snapshotGroupId }) => shows || snapshotGroupId !== "ssg-1",
            );
        const context = { ...cloud.context, api: { ...cloud.api, describeSnapshotGroups } };
        await rejection(create(context, inputsOf()));
        // As soon as a pipeline is run again: the plugin may still outlive its invocation.
        await create(context, inputsOf());
        expect(cloud.stateOf("t-1")).to.equal("open");

        shows = true;
        cloud.cloudTime += 30 * 86_400_000;
        const found = await scan(context, stackOf(identityOf()), new Set(["t-2", "ssg-2"]));
        expect(found.map(({ id }) => id)).to.include("ssg-1");
    });

    it("but a run whose time is over is closed", async () => {
        const cloud = new FakeCloud([{ invocationStatus: "Timeout" }, {}]);
        await rejection(create(cloud.context, inputsOf()));
        cloud.cloudTime += 30 * 86_400_000;
        await create(cloud.context, inputsOf());
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });
});

describe("a member that something holds is not lost", () => {
    it("when its run is cleared away: the run is named, stays open, and does not delay a new snapshot", async () => {
        const snapshots = ["d-system", "d-data"].map((disk) =>
            memberOf(disk, { snapshotId: `s-old-${disk}` }),
        );
        const cloud = await abandoned(
            { group: { snapshots } },
            { inputs: inputsOf({ triggers: ["other"] }) },
        );
        cloud.held.set("s-old-d-data", "SnapshotCreatedImage");
        for (const [trigger, invokeId] of [
            ["a", "t-2"],
            ["b", "t-3"],
        ] as const) {
            const outputs = await create(cloud.context, inputsOf({ triggers: [trigger] }));
            expect(outputs).to.include({ invokeId });
            cloud.commit(invokeId);
            expect(outputs.warnings?.join("\n")).to.match(
                /Invocation t-1.*is left alone.*SnapshotsHeld.*s-old-d-data/s,
            );
            expect(cloud.stateOf("t-1")).to.equal("open");
        }
        expect([...cloud.survivors]).to.deep.equal(["s-old-d-data"]);

        cloud.held.clear();
        const last = await create(cloud.context, inputsOf({ triggers: ["c"] }));
        expect(last.warnings).to.deep.equal([]);
        expect(cloud.survivors.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("if its group was never finished, and is gone at a refresh", async () => {
        const snapshots = ["d-system", "d-data"].map((disk) =>
            memberOf(disk, { snapshotId: `s-${disk}`, tags: [] }),
        );
        const cloud = new FakeCloud([{ group: { snapshots } }]);
        cloud.held.set("s-d-data", "SnapshotCreatedImage");
        const { outputs, id } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
        const now = await read(cloud.context, id, outputs);
        expect(now?.pending?.snapshotIds).to.include("s-d-data");
        cloud.held.clear();
        await remove(cloud.context, id, now ?? {}, memoryOf(now ?? {}));
        expect(cloud.snapshotIds).to.be.empty;
    });
});
