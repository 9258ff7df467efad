import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import type { RunState } from "../../../../provider/src/core/run/run";
import { latestEnd } from "../../../../provider/src/core/run/run-progress";
import { abandoned } from "../../support/abandoned";
import type { FakeCloud } from "../../support/fake-cloud";
import { type InputChanges, inputsOf } from "../../support/samples";

/** The time at which the samples' commands end. */
const finished = Date.parse("2025-01-02T03:04:07Z");
const hour = 3_600_000;
const longAgo = finished + 1_000 * hour;

async function handed(cloudTime: number): Promise<FakeCloud> {
    const cloud = await abandoned({}, { state: "handed" });
    cloud.cloudTime = cloudTime;
    return cloud;
}

/** The next run of the program, with other API responses. */
function next(
    cloud: FakeCloud,
    changes: InputChanges = {},
    answers: Partial<EcsApi> = {},
): Promise<SnapshotOutputs> {
    return create({ ...cloud.context, api: { ...cloud.api, ...answers } }, inputsOf(changes));
}

function expectAdopted(cloud: FakeCloud, outputs: SnapshotOutputs): void {
    expect(outputs).to.include({ invokeId: "t-1", snapshotGroupId: "ssg-1" });
    expect(cloud.invocations).to.have.length(1);
}

/** The run was left alone and named, and a new snapshot was taken. */
function expectLeft(cloud: FakeCloud, outputs: SnapshotOutputs, state: RunState = "handed"): void {
    expect(outputs).to.include({ invokeId: "t-2", snapshotGroupId: "ssg-2" });
    expect(cloud.stateOf("t-1")).to.equal(state);
    expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
    expect(outputs.warnings).to.have.length(1);
    expect(outputs.warnings?.[0]).to.match(/^Invocation t-1, .* is left alone/);
    expect(cloud.context.log.of("warn")).to.deep.equal(outputs.warnings);
}

describe("a run that was handed over, and is wanted again", () => {
    it("is adopted up to an hour after its command has ended, and then left alone", async () => {
        const just = await handed(finished + hour);
        expectAdopted(just, await next(just));
        const later = await handed(finished + hour + 1);
        expectLeft(later, await next(later));
    });

    it("is adopted as long as the program allows", async () => {
        const just = await handed(finished + 60_000);
        expectAdopted(just, await next(just, { adoptWithinSeconds: 60 }));
        const later = await handed(finished + 60_001);
        expectLeft(later, await next(later, { adoptWithinSeconds: 60 }));
        const day = await handed(finished + 23 * hour);
        expectAdopted(day, await next(day, { adoptWithinSeconds: 86_400 }));
    });

    it("is adopted while its command is running, however long that takes and whatever the program's limit", async () => {
        for (const adoptWithinSeconds of [undefined, 0]) {
            const cloud = await handed(finished + 24 * hour);
            for (const invocation of cloud.invocations) {
                invocation.looksLeft = 5;
            }
            expectAdopted(cloud, await next(cloud, { adoptWithinSeconds }));
        }
    });

    it("is adopted while its group is being uploaded", async () => {
        const cloud = await handed(longAgo);
        cloud.edit("ssg-1", { status: "progressing" });
        expectAdopted(cloud, await next(cloud));
    });

    it("is not adopted because of another group, even if its output names that", async () => {
        const cloud = await handed(longAgo);
        cloud.edit("ssg-1", { status: "progressing", name: "somebody's" });
        expectLeft(cloud, await next(cloud));
    });

    it("is never adopted after its end with a limit of 0, not even during the upload", async () => {
        for (const status of ["accomplished", "progressing"]) {
            const cloud = await handed(finished);
            cloud.edit("ssg-1", { status });
            expectLeft(cloud, await next(cloud, { adoptWithinSeconds: 0 }));
        }
    });

    it("is left alone if the cloud's time is unknown, unless its group is being uploaded", async () => {
        const answeredAt = (): undefined => undefined;
        const ended = await handed(finished);
        expectLeft(ended, await next(ended, {}, { answeredAt }));
        const uploading = await handed(finished);
        uploading.edit("ssg-1", { status: "progressing" });
        expectAdopted(uploading, await next(uploading, {}, { answeredAt }));
    });

    it("has its age determined by the cloud's time, because this machine's may be wrong", async () => {
        const cloud = await handed(finished);
        cloud.context.clock.pass(1_000 * hour);
        expectAdopted(cloud, await next(cloud));
    });

    it("is young without a result as long as its command may be running", async () => {
        for (const [after, expectIt] of [
            [0, expectAdopted],
            [1, expectLeft],
        ] as const) {
            const cloud = await handed(finished);
            const [run] = cloud.invocations;
            cloud.cloudTime = run === undefined ? NaN : latestEnd(run) + after;
            let asked = 0;
            const describeInvocationResults: EcsApi["describeInvocationResults"] = (invokeId) => {
                asked += 1;
                return asked === 1 ? Promise.resolve([]) : cloud.api.describeInvocationResults(invokeId);
            };
            expectIt(cloud, await next(cloud, {}, { describeInvocationResults }));
        }
    });

    it("is left alone if its result contains no time", async () => {
        const cloud = await handed(finished);
        const describeInvocationResults: EcsApi["describeInvocationResults"] = async (invokeId) =>
            (await cloud.api.describeInvocationResults(invokeId)).map((result) => ({
                ...result,
                finishedTime: "",
            }));
        expectLeft(cloud, await next(cloud, {}, { describeInvocationResults }));
    });
});

describe("a run that was never handed over, and is wanted again", () => {
    it("is adopted while it is young, and then cleared away, because no state can hold it", async () => {
        const young = await abandoned({});
        expectAdopted(young, await next(young));
        const old = await abandoned({});
        old.cloudTime = longAgo;
        const outputs = await next(old);
        expect(outputs).to.deep.include({ invokeId: "t-2", snapshotGroupId: "ssg-2", warnings: [] });
        expect([...old.groups.keys()]).to.deep.equal(["ssg-2"]);
        expect(old.stateOf("t-1")).to.equal("closed");
    });
});

describe("the time in which a run may be adopted", () => {
    it("is not part of the snapshot's definition, so that a run is adopted also with another value", async () => {
        const cloud = await handed(finished);
        expectAdopted(cloud, await next(cloud, { adoptWithinSeconds: 7_200 }));
    });
});
