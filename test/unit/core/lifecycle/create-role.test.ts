import { expect } from "chai";

import type { EcsApi, Tag } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { leaseOf, leaseTag } from "../../../../provider/src/core/role/lease";
import { stackOf } from "../../../../provider/src/core/run/run";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { failsWith, FakeCloud, neverEnds, type Run } from "../../support/fake-cloud";
import { rejection, rejectionOf } from "../../support/rejection";
import { identityOf, inputsOf, instanceId, instanceOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

const role = "AppSnapshotRoleName";
const temporary = inputsOf({ roleAttachment: "temporary" });

function withoutRole(runs: readonly Run[] = [{}], answers = {}): FakeCloud {
    const cloud = new FakeCloud(runs, answers);
    cloud.role = undefined;
    return cloud;
}

describe("the role of a snapshot", () => {
    it("is neither attached nor detached if it is already attached", async () => {
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

    it("never replaces another one", async () => {
        const cloud = new FakeCloud();
        cloud.role = "Other";
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("RoleConflict");
        expect(cloud.role).to.equal("Other");
    });

    it("fails the snapshot if its item failed, before anything runs", async () => {
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
    it("gets time to take effect: the plugin is run again until it has the role", async () => {
        for (const exitCode of [13, 3]) {
            const cloud = withoutRole([failsWith(exitCode), failsWith(exitCode), {}]);
            expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-3" });
            expect(["t-1", "t-2", "t-3"].map((id) => cloud.stateOf(id))).to.deep.equal([
                "closed",
                "closed",
                "handed",
            ]);
        }
    });

    it("fails after minutes and a bounded number of runs, all closed", async () => {
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

    it("is shown as awaited in the resource's row, with the possible causes and the remaining time", async () => {
        const cloud = withoutRole([failsWith(13), failsWith(3), {}]);
        await create(cloud.context, inputsOf());
        const says = cloud.context.log.of("status");
        expect(says).to.include(
            `waiting, 120s more, attempt 1: the RAM role ${role}, which was just attached, has not taken effect yet, or it lacks permissions (PluginNoRole, ${instanceId})`,
        );
        const since = `the RAM role ${role} had not taken effect yet, or it lacks permissions`;
        expect(says).to.include(`starting the snapshot plugin; attempt 2: ${since}`);
        expect(says.join("\n")).to.match(/waiting, \d+s more, attempt 2: .*PluginNoDiskOrPermission/);
        expect(says).to.include(`starting the snapshot plugin; attempt 3: ${since}`);
        expect(says.at(-1), "once it has taken effect").not.to.include(since);
    });

    it("is not awaited longer if the runs are slow, and the error contains the number of attempts", async () => {
        const cloud = withoutRole([failsWith(3, { looks: 3 })]);
        const start = cloud.context.clock.now();
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(cloud.context.clock.now() - start).to.be.within(120_000, 140_000);
        expect(error.message).to.match(
            new RegExp(
                `${cloud.invocations.length} attempts were made, for 1[23]\\d s after the role was attached`,
            ),
        );
        expect(error.remedy).to.include(`Grant the RAM role ${role} ecs:`);
    });

    it("is named by each error about a missing permission or missing credentials", async () => {
        for (const exitCode of [13, 3, 8]) {
            const cloud = new FakeCloud([failsWith(exitCode)]);
            cloud.role = "Mine";
            const error = await rejectionOf(
                AppSnapshotError,
                create(cloud.context, inputsOf({ ramRoleName: "Mine" })),
            );
            expect(error.remedy, String(exitCode)).to.include("the RAM role Mine");
        }
    });

    it("is not awaited if it was already attached", async () => {
        const cloud = new FakeCloud([failsWith(13), {}]);
        const start = cloud.context.clock.now();
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.message).not.to.include("attempts were made");
        expect(cloud.invocations).to.have.length(1);
        // Only until the first look at the run.
        expect(cloud.context.clock.now() - start).to.equal(400);
        expect(cloud.context.log.of("status").join("\n")).not.to.include("just attached");
    });
});

describe("a temporary role", () => {
    it("is detached after the snapshot, before the snapshot is handed over", async () => {
        const cloud = withoutRole();
        const outputs = await create(cloud.context, temporary);
        expect(cloud.role).to.equal(undefined);
        expect(cloud.api.operations().slice(-3)).to.deep.equal([
            "detachInstanceRamRole",
            "untagResources",
            "tagResources",
        ]);
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect(cloud.instance?.tags).to.deep.equal([]);
        expect(outputs.warnings).to.deep.equal([]);
    });

    it("is announced on the instance before it is attached, with its stack and expiry", async () => {
        const cloud = withoutRole();
        const start = cloud.context.clock.now();
        await create(cloud.context, inputsOf({ roleAttachment: "temporary", timeoutSeconds: 600 }));
        const operations = cloud.operationsWithoutPolling();
        const from = operations.indexOf("tagResources");
        expect(operations.slice(from, from + 3)).to.deep.equal([
            "tagResources",
            "attachInstanceRamRole",
            "runCommand",
        ]);
        const [type, ids, tags] = cloud.api.argumentsOf("tagResources")[0] as [string, string[], Tag[]];
        expect([type, ids]).to.deep.equal(["instance", [instanceId]]);
        const lease = leaseOf(tags);
        expect(lease).to.include({ ramRoleName: role, stack: stackOf(identityOf()) });
        // Longer than the plugin may run, even if it starts at the deadline.
        const [request] = cloud.api.argumentsOf("runCommand")[0] as [{ readonly timeoutSeconds: number }];
        expect(lease?.expires).to.be.at.least(start + (600 + request.timeoutSeconds) * 1000);
        expect(lease?.expires).to.be.below(start + (600 + request.timeoutSeconds + 600) * 1000);
    });

    it("is not attached if the instance can't be tagged, because it could not be found after a kill", async () => {
        const cloud = withoutRole([{}], { tagResources: () => Promise.reject(apiError("Forbidden.RAM")) });
        const error = await rejection(create(cloud.context, temporary));
        expect(error.message).to.include("Forbidden.RAM");
        expect(cloud.api.operations()).not.to.include("attachInstanceRamRole");
        expect(cloud.api.operations()).not.to.include("runCommand");
    });

    it("is not announced if the role is or will be attached permanently", async () => {
        const there = new FakeCloud();
        await create(there.context, temporary);
        const kept = withoutRole();
        await create(kept.context, inputsOf());
        for (const cloud of [there, kept]) {
            expect(cloud.api.argumentsOf("tagResources").map(([type]) => type)).to.deep.equal(["invocation"]);
            expect(cloud.api.operations()).not.to.include("untagResources");
        }
    });

    it("is also detached after a failure", async () => {
        const cloud = withoutRole([failsWith(9)]);
        await rejectionOf(AppSnapshotError, create(cloud.context, temporary));
        expect(cloud.role).to.equal(undefined);
        expect(cloud.instance?.tags).to.deep.equal([]);
    });

    it("stays while the command may still be running, and the update that adopts its run detaches it", async () => {
        const cloud = withoutRole([neverEnds]);
        await rejectionOf(UnfinishedSnapshot, create(cloud.context, temporary));
        expect(cloud.role).to.equal(role);
        expect(leaseOf(cloud.instance?.tags ?? [])?.ramRoleName).to.equal(role);

        for (const invocation of cloud.invocations) {
            invocation.looksLeft = 0;
        }
        await create(cloud.context, temporary);
        expect(cloud.role).to.equal(undefined);
        expect(cloud.instance?.tags).to.deep.equal([]);
        expect(cloud.invocations).to.have.length(1);
    });

    it("causes a warning, not a failure, if it can't be detached", async () => {
        const cloud = withoutRole([{}], {
            detachInstanceRamRole: () => Promise.reject(apiError("Forbidden.RAM")),
        });
        const outputs = await create(cloud.context, temporary);
        expect(outputs.snapshotGroupId).to.equal("ssg-1");
        expect(outputs.warnings?.[0]).to.match(
            /^The RAM role AppSnapshotRoleName may still be attached to i-bp1sample: Forbidden/,
        );
        expect(leaseOf(cloud.instance?.tags ?? []), "so that the next one finds it").not.to.equal(undefined);
    });

    it("does not hide a failure if it can't be detached after that", async () => {
        const cloud = withoutRole([failsWith(9)], {
            detachInstanceRamRole: () => Promise.reject(apiError("Forbidden.RAM")),
        });
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, temporary));
        expect(error.code).to.equal("PluginPreScriptFailed");
        expect(cloud.context.log.of("warn")).to.have.length(1);
    });
});

describe("a temporary role that an unfinished run left", () => {
    const hour = 3_600_000;

    /** Returns an instance with a stack's temporary role. */
    function leased(
        stack: string,
        expiresIn: number,
    ): { readonly cloud: FakeCloud; readonly expires: number } {
        const cloud = new FakeCloud();
        // The tag contains whole seconds.
        const expires = Math.ceil((cloud.cloudTime + expiresIn) / 1000) * 1000;
        cloud.instance = instanceOf({ tags: [leaseTag({ ramRoleName: "Left", stack, expires })] });
        cloud.role = "Left";
        return { cloud, expires };
    }

    const ours = stackOf(identityOf());

    it("is detached by the next snapshot of the same stack, which then attaches its own", async () => {
        const { cloud } = leased(ours, hour);
        await create(cloud.context, inputsOf());
        expect(cloud.api.argumentsOf("detachInstanceRamRole")).to.deep.equal([[[instanceId], "Left"]]);
        expect(cloud.api.argumentsOf("attachInstanceRamRole")).to.deep.equal([[[instanceId], role]]);
        expect(cloud.role).to.equal(role);
        expect(cloud.instance?.tags).to.deep.equal([]);
    });

    it("is detached after it has expired, whatever its stack", async () => {
        const { cloud } = leased("0123abcd", -1_000);
        await create(cloud.context, inputsOf());
        expect(cloud.api.argumentsOf("detachInstanceRamRole")).to.deep.equal([[[instanceId], "Left"]]);
    });

    it("is used by another stack before that, so it is awaited and not detached", async () => {
        const { cloud, expires } = leased("0123abcd", hour / 2);
        const ahead = cloud.cloudTime - cloud.context.clock.now();
        const cloudTime = () => cloud.context.clock.now() + ahead;
        const api = { ...cloud.api, answeredAt: cloudTime };
        await create({ ...cloud.context, api }, inputsOf());
        expect(cloud.invocations).to.have.length(1);
        expect(cloudTime()).to.be.within(expires, expires + 60_000);
        expect(cloud.context.log.of("status").join("\n")).to.include(
            "waiting 0s: another stack's snapshot of i-bp1sample, for which Left is attached",
        );
    });

    it("is awaited only until the resource's deadline", async () => {
        const { cloud } = leased("0123abcd", hour);
        const start = cloud.context.clock.now();
        const error = await rejectionOf(
            AppSnapshotError,
            create(cloud.context, inputsOf({ timeoutSeconds: 300 })),
        );
        expect(error.code).to.equal("InstanceBusy");
        expect(error.message).to.include("Left");
        expect(cloud.context.clock.now() - start).to.equal(300_000);
        expect(cloud.role).to.equal("Left");
        expect(cloud.instance?.tags).to.have.length(1);
    });

    it("is no longer awaited once the other stack has removed the tag", async () => {
        const { cloud } = leased("0123abcd", hour);
        const free = cloud.context.clock.now() + 120_000;
        const describeInstances: EcsApi["describeInstances"] = (filter) => {
            if (cloud.context.clock.now() >= free && cloud.role === "Left") {
                cloud.instance = instanceOf();
                cloud.role = undefined;
            }
            return cloud.api.describeInstances(filter);
        };
        await create({ ...cloud.context, api: { ...cloud.api, describeInstances } }, inputsOf());
        expect(Date.parse(cloud.invocations[0]?.creationTime ?? "")).to.be.within(free, free + 60_000);
        expect(cloud.api.operations()).not.to.include("detachInstanceRamRole");
    });

    it("stays while a snapshot of the instance is in progress, which may need it", async () => {
        const { cloud } = leased(ours, hour);
        const free = cloud.context.clock.now() + 120_000;
        cloud.runElsewhere(free);
        let detached = 0;
        const api: EcsApi = {
            ...cloud.api,
            detachInstanceRamRole: (ids, name) => {
                detached = cloud.context.clock.now();
                return cloud.api.detachInstanceRamRole(ids, name);
            },
        };
        await create({ ...cloud.context, api }, inputsOf());
        expect(detached).to.be.at.least(free);
    });

    it("does not prevent a snapshot if it can't be detached", async () => {
        const cloud = new FakeCloud([{}], {
            detachInstanceRamRole: () => Promise.reject(apiError("Forbidden.RAM")),
        });
        const expires = cloud.context.clock.now() + hour;
        cloud.instance = instanceOf({ tags: [leaseTag({ ramRoleName: role, stack: ours, expires })] });
        expect(await create(cloud.context, inputsOf())).to.include({ snapshotGroupId: "ssg-1" });
        expect(cloud.context.log.of("warn")[0]).to.include("may still be attached");
    });
});
