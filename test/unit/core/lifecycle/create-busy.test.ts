import { expect } from "chai";

import type { SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { stateTag } from "../../../../provider/src/core/run/run";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { failsWith, FakeCloud, type Run } from "../../support/fake-cloud";
import { RecordingLogger } from "../../support/recording-logger";
import { rejectionOf } from "../../support/rejection";
import { inputsOf, instanceId, instanceOf } from "../../support/samples";

const minute = 60_000;

/** A cloud in which another snapshot of the instance is in progress for some time. */
function busy(
    durationMs: number,
    runs: readonly Run[] = [{}],
): { readonly cloud: FakeCloud; readonly free: number } {
    const cloud = new FakeCloud(runs);
    const free = cloud.context.clock.now() + durationMs;
    cloud.runElsewhere(free);
    return { cloud, free };
}

function failure(cloud: FakeCloud, inputs: SnapshotInputs = inputsOf()): Promise<AppSnapshotError> {
    return rejectionOf(AppSnapshotError, create(cloud.context, inputs));
}

function creationOf(cloud: FakeCloud): number {
    return Date.parse(
        cloud.invocations.find(({ invokeId }) => invokeId !== "t-elsewhere")?.creationTime ?? "",
    );
}

describe("an instance of which another snapshot is in progress", () => {
    it("is awaited, whoever started it, with a status in the resource's row", async () => {
        const { cloud, free } = busy(10 * minute);
        await create(cloud.context, inputsOf());
        expect(creationOf(cloud)).to.be.within(free, free + minute);
        expect(cloud.context.log.of("status").join("\n")).to.match(
            /waiting \d+s: another snapshot of i-bp1sample, invocation t-elsewhere/,
        );
    });

    it("is awaited also within the same update, with a status in the waiting resource's row", async () => {
        const cloud = new FakeCloud();
        const waiting = { ...cloud.context, log: new RecordingLogger() };
        await Promise.all([create(cloud.context, inputsOf()), create(waiting, inputsOf())]);
        const says = `waiting: another resource of this update is using ${instanceId}`;
        expect(waiting.log.of("status")[0]).to.equal(says);
        expect(cloud.context.log.of("status")).not.to.include(says);
    });

    it("is not changed while it is awaited", async () => {
        const { cloud } = busy(10 * minute);
        cloud.role = undefined;
        await create(cloud.context, inputsOf({ roleAttachment: "temporary" }));
        const operations = cloud.operationsWithoutPolling();
        const waited = operations.lastIndexOf("describeInvocations");
        for (const change of ["attachInstanceRamRole", "tagResources", "runCommand"] as const) {
            expect(operations.indexOf(change), change).to.be.above(waited);
        }
    });

    it("is checked again after the wait, with the problems at that time", async () => {
        const { cloud, free } = busy(10 * minute);
        const api = {
            ...cloud.api,
            describeInstances: () =>
                Promise.resolve([
                    instanceOf({ status: cloud.context.clock.now() < free ? "Running" : "Stopped" }),
                ]),
        };
        const error = await rejectionOf(AppSnapshotError, create({ ...cloud.context, api }, inputsOf()));
        expect(error.code).to.equal("InstanceNotRunning");
    });

    it("fails at the resource's deadline with the invocation's id, without a change", async () => {
        const { cloud } = busy(Infinity);
        const start = cloud.context.clock.now();
        const error = await failure(cloud, inputsOf({ timeoutSeconds: 300 }));
        expect(error).to.include({ code: "InstanceBusy", instanceId });
        expect(error.message).to.include("t-elsewhere");
        expect(cloud.context.clock.now() - start).to.equal(5 * minute);
        for (const change of ["attachInstanceRamRole", "tagResources", "runCommand"] as const) {
            expect(cloud.api.operations()).not.to.include(change);
        }
    });

    it("is awaited even if its agent reports no task, because that may be a minute old", async () => {
        const { cloud } = busy(10 * minute);
        cloud.agentIsUpToDate = false;
        const start = cloud.context.clock.now();
        await create(cloud.context, inputsOf());
        expect(cloud.context.clock.now() - start).to.be.at.least(10 * minute);
    });

    it("is not awaited if it runs another command", async () => {
        const cloud = new FakeCloud();
        cloud.runElsewhere(Infinity, { commandContent: "yum update -y" });
        const start = cloud.context.clock.now();
        await create(cloud.context, inputsOf());
        expect(cloud.context.clock.now() - start).to.be.below(minute);
    });
});

describe("a plugin that refuses because another snapshot is in progress", () => {
    const output = (): string => '[message="a snapshot is in progress, GroupId=ssg-other"]';
    const refused = failsWith(16, { output });

    it("is run again until it succeeds, each time as a new run, and none stays open", async () => {
        const cloud = new FakeCloud([refused, refused, refused, {}]);
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ invokeId: "t-4", snapshotGroupId: "ssg-1" });
        expect(["t-1", "t-2", "t-3", "t-4"].map((id) => cloud.stateOf(id))).to.deep.equal([
            "closed",
            "closed",
            "closed",
            "handed",
        ]);
        expect(cloud.context.log.of("status")).to.deep.equal([
            "checking the instance",
            "starting the snapshot plugin",
            ...[1, 2, 3].flatMap((attempt) => [
                `waiting, attempt ${attempt}: another snapshot is in progress (PluginSnapshotInProgress, ${instanceId})`,
                `starting the snapshot plugin; attempt ${attempt + 1}: another snapshot was in progress`,
            ]),
            "took ssg-1, 2 snapshots",
        ]);
    });

    it("has each failed run closed before the next one starts", async () => {
        const cloud = new FakeCloud([refused, {}]);
        await create(cloud.context, inputsOf());
        const steps = cloud.api
            .operations()
            .filter((name) => name === "runCommand" || name === "tagResources");
        expect(cloud.api.argumentsOf("tagResources")).to.deep.equal([
            ["invocation", ["t-1"], [stateTag("closed")]],
            ["invocation", ["t-2"], [stateTag("handed")]],
        ]);
        expect(steps).to.deep.equal(["runCommand", "tagResources", "runCommand", "tagResources"]);
    });

    it("is run at growing intervals of up to a minute", async () => {
        const cloud = new FakeCloud([refused]);
        await failure(cloud, inputsOf({ timeoutSeconds: 3_600 }));
        const times = cloud.invocations.map(({ creationTime }) => Date.parse(creationTime));
        const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
        expect(pauses[0]).to.be.below(2_000);
        expect(pauses.at(-1)).to.be.within(20_000, 61_000);
        expect(times.length).to.be.below(150);
    });

    it("fails at the resource's deadline, and no run stays open", async () => {
        const cloud = new FakeCloud([refused]);
        const start = cloud.context.clock.now();
        const error = await failure(cloud, inputsOf({ timeoutSeconds: 600 }));
        expect(error).to.include({ code: "PluginSnapshotInProgress", exitCode: 16 });
        expect(cloud.context.clock.now() - start).to.be.within(10 * minute, 12 * minute);
        for (const { invokeId } of cloud.invocations) {
            expect(cloud.stateOf(invokeId), invokeId).to.equal("closed");
        }
    });

    it("is still retried after a run with a transient fault", async () => {
        const cloud = new FakeCloud([failsWith(232), refused, {}]);
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-3" });
    });
});
