import { expect } from "chai";

import { AppSnapshotError } from "../../../provider/src/errors/app-snapshot-error";
import { create } from "../../../provider/src/lifecycle/create";
import { UnfinishedSnapshot } from "../../../provider/src/lifecycle/unfinished";
import { FakeCloud, failsWith, neverEnds, type Run } from "../support/fake-cloud";
import { rejectionOf } from "../support/rejection";
import { inputsOf, instanceId } from "../support/samples";
import { apiError } from "../support/scripted-api";

const role = "AppSnapshotRoleName";
const temporary = inputsOf({ roleAttachment: "temporary" });

function withoutRole(runs: readonly Run[] = [{}], answers = {}): FakeCloud {
    const cloud = new FakeCloud(runs, answers);
    cloud.role = undefined;
    return cloud;
}

describe("the role of a snapshot", () => {
    it("is neither attached nor detached when it is there already", async () => {
        for (const roleAttachment of ["keep", "temporary", "none"] as const) {
            const cloud = new FakeCloud();
            await create(cloud.context, inputsOf({ roleAttachment }));
            expect(cloud.api.operations()).not.to.include("attachInstanceRamRole");
            expect(cloud.api.operations()).not.to.include("detachInstanceRamRole");
            expect(cloud.role).to.equal(role);
        }
    });

    it("is attached before the plugin runs, and kept", async () => {
        const cloud = withoutRole();
        await create(cloud.context, inputsOf());
        expect(cloud.operationsWithoutPolling().slice(-3)).to.deep.equal([
            "attachInstanceRamRole",
            "runCommand",
            "tagResources",
        ]);
        expect(cloud.role).to.equal(role);
    });

    it("is never attached in place of another one", async () => {
        const cloud = new FakeCloud();
        cloud.role = "Other";
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("RoleConflict");
        expect(cloud.role).to.equal("Other");
    });

    it("fails the snapshot where its item says so, before anything runs", async () => {
        const cloud = withoutRole([{}], {
            attachInstanceRamRole: () =>
                Promise.resolve([
                    { instanceId, success: false, code: "InvalidRamRole.NotFound", message: "no" },
                ]),
        });
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("RoleNotAttached");
        expect(cloud.api.operations()).not.to.include("runCommand");
    });
});

describe("a role that is new on the instance", () => {
    it("is given time to arrive: the plugin is run again until it sees it", async () => {
        for (const exitCode of [13, 3]) {
            const cloud = withoutRole([failsWith(exitCode), failsWith(exitCode), {}]);
            expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-3" });
            expect(["t-1", "t-2", "t-3"].map((id) => cloud.stateOf(id))).to.deep.equal([
                "committed",
                "committed",
                "committed",
            ]);
        }
    });

    it("is given up after minutes, and a bounded number of runs, all closed", async () => {
        const cloud = withoutRole([failsWith(13)]);
        const start = cloud.context.clock.now();
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("PluginNoRole");
        expect(cloud.context.clock.now() - start).to.be.within(60_000, 180_000);
        expect(cloud.invocations.length).to.be.within(5, 40);
        expect(cloud.invocations.map(({ invokeId }) => cloud.stateOf(invokeId))).to.satisfy(
            (states: (string | undefined)[]) => states.every((state) => state === "closed"),
        );
    });

    it("is not waited for where it was there before", async () => {
        const cloud = new FakeCloud([failsWith(13), {}]);
        await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(cloud.invocations).to.have.length(1);
    });
});

describe("a temporary role", () => {
    it("is detached after the snapshot", async () => {
        const cloud = withoutRole();
        const outputs = await create(cloud.context, temporary);
        expect(cloud.role).to.equal(undefined);
        expect(cloud.api.operations().at(-1)).to.equal("detachInstanceRamRole");
        expect(outputs.warnings).to.deep.equal([]);
    });

    it("is detached after a failure as well", async () => {
        const cloud = withoutRole([failsWith(9)]);
        await rejectionOf(AppSnapshotError, create(cloud.context, temporary));
        expect(cloud.role).to.equal(undefined);
    });

    it("stays while the command may still run, and whoever takes it up detaches it", async () => {
        const cloud = withoutRole([neverEnds]);
        await rejectionOf(UnfinishedSnapshot, create(cloud.context, temporary));
        expect(cloud.role).to.equal(role);

        for (const invocation of cloud.invocations) {
            invocation.looksLeft = 0;
        }
        await create(cloud.context, temporary);
        expect(cloud.role).to.equal(undefined);
        expect(cloud.invocations).to.have.length(1);
    });

    it("that can't be detached is a warning, not a failure", async () => {
        const cloud = withoutRole([{}], {
            detachInstanceRamRole: () => Promise.reject(apiError("Forbidden.RAM")),
        });
        const outputs = await create(cloud.context, temporary);
        expect(outputs.snapshotGroupId).to.equal("ssg-1");
        expect(outputs.warnings?.[0]).to.match(
            /^The RAM role AppSnapshotRoleName may still be attached to i-bp1sample: Forbidden/,
        );
    });

    it("that can't be detached after a failure does not hide the failure", async () => {
        const cloud = withoutRole([failsWith(9)], {
            detachInstanceRamRole: () => Promise.reject(apiError("Forbidden.RAM")),
        });
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, temporary));
        expect(error.code).to.equal("PluginPreScriptFailed");
        expect(cloud.context.log.of("warn")).to.have.length(1);
    });
});
