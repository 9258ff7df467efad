import { expect } from "chai";

import type { RunCommandRequest } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { stateTag } from "../../../../provider/src/core/run/run";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { degraded, failsWith, FakeCloud, type Run } from "../../support/fake-cloud";
import { memoryOf } from "../../support/memory";
import { rejectionOf } from "../../support/rejection";
import {
    diskOf,
    groupOf,
    type InputChanges,
    inputsOf,
    instanceId,
    instanceOf,
    memberOf,
} from "../../support/samples";
import { apiError } from "../../support/scripted-api";

function requestsOf(cloud: FakeCloud): RunCommandRequest[] {
    return cloud.api.argumentsOf("runCommand").map(([request]) => request as RunCommandRequest);
}

describe("taking a snapshot", () => {
    it("returns the outputs of a verified group, whose run is handed over until they are recorded", async () => {
        const cloud = new FakeCloud();
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.deep.include({
            snapshotGroupId: "ssg-1",
            instanceId,
            regionId: "cn-hangzhou",
            consistency: "application",
            status: "accomplished",
            systemDiskSnapshotId: "s-system",
            snapshotIdByDiskId: { "d-system": "s-system", "d-data": "s-data" },
            osType: "linux",
            invokeId: "t-1",
            commandId: "c-1",
            pluginMessage: "Finish whole Processes of Snapshot successfully",
            warnings: [],
        });
        expect(outputs.pending).to.equal(undefined);
        expect(cloud.stateOf("t-1")).to.equal("handed");
    });

    it("has an owner token in its outputs that is also in the invocation's tags", async () => {
        const cloud = new FakeCloud();
        const first = await create(cloud.context, inputsOf());
        const second = await create(cloud.context, inputsOf({ resourceUrn: "urn::b" }));
        expect(first.ownerToken).to.be.a("string").and.to.equal(cloud.tagOf("t-1", "app-snapshot:owner"));
        expect(second.ownerToken).to.be.a("string").and.to.equal(cloud.tagOf("t-2", "app-snapshot:owner"));
        expect(first.ownerToken).not.to.equal(second.ownerToken);
    });

    it("takes nine calls besides polling, and two more for a name, if the instance has the role and is idle", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf());
        expect(cloud.operationsWithoutPolling()).to.have.members([
            "describeInvocations",
            "describeInvocations",
            "describeInstances",
            "describeCloudAssistantStatus",
            "describeInstanceRamRole",
            "describeDisks",
            // The other commands on the instance.
            "describeInvocations",
            "runCommand",
            "tagResources",
        ]);
        const named = new FakeCloud();
        await create(named.context, inputsOf({ snapshotGroupName: "name", description: "text" }));
        expect(named.operationsWithoutPolling()).to.have.length(11);
        const described = new FakeCloud();
        await create(described.context, inputsOf({ description: "text" }));
        expect(described.operationsWithoutPolling()).to.have.length(10);
    });

    it("has no undefined value in its outputs, which the engine would refuse", async () => {
        const cloud = new FakeCloud();
        cloud.disks = [diskOf("d-data")];
        const outputs = await create(cloud.context, inputsOf());
        expect(JSON.parse(JSON.stringify(outputs))).to.deep.equal(outputs);
        expect(outputs).not.to.have.any.keys("systemDiskSnapshotId", "description", "pending");
    });

    it("keeps its instance if the group does not name it", async () => {
        const cloud = new FakeCloud([{ group: { instanceId: "" } }]);
        expect(await create(cloud.context, inputsOf())).to.include({ instanceId });
    });

    it("tags the invocation so that it can be found again, and keeps the run's token", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf());
        const [request] = requestsOf(cloud);
        const tags = Object.fromEntries((request?.tags ?? []).map(({ key, value }) => [key, value]));
        expect(tags["app-snapshot:fingerprint"]).to.match(/^[0-9a-f]{40}$/);
        expect(tags["app-snapshot:run"]).to.equal(request?.clientToken);
        expect(request?.commandContent).to.include(`-Name=${tags["app-snapshot:group-name"] ?? "?"}`);
        expect(request?.instanceIds).to.deep.equal([instanceId]);
        expect(request?.timeoutSeconds).to.be.above(3_600);
    });

    it("sets the name and the description at the end, in one call", async () => {
        const cloud = new FakeCloud();
        const outputs = await create(
            cloud.context,
            inputsOf({ snapshotGroupName: "name", description: "a, 'b'" }),
        );
        expect(cloud.api.argumentsOf("modifySnapshotGroup")).to.deep.equal([
            ["ssg-1", { name: "name", description: "a, 'b'" }],
        ]);
        expect(outputs).to.include({ snapshotGroupName: "name", description: "a, 'b'" });
        expect(requestsOf(cloud)[0]?.commandContent).not.to.include("'b'");
    });

    it("changes nothing if there is a problem", async () => {
        const cloud = new FakeCloud();
        cloud.instance = instanceOf({ status: "Stopped" });
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("InstanceNotRunning");
        expect(cloud.api.operations()).not.to.include("runCommand");
        expect(cloud.api.operations()).not.to.include("attachInstanceRamRole");
    });

    it("warns about problems of the instance in the log and in the outputs", async () => {
        const cloud = new FakeCloud();
        cloud.instance = instanceOf({ osName: "my image" });
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs.warnings).to.have.length(1);
        expect(outputs.warnings?.[0]).to.include("my image");
        expect(cloud.context.log.of("warn")).to.deep.equal(outputs.warnings);
    });

    it("takes two snapshots of an instance one after the other", async () => {
        const cloud = new FakeCloud();
        await Promise.all([
            create(cloud.context, inputsOf({ resourceUrn: "urn::a", snapshotGroupName: "first" })),
            create(cloud.context, inputsOf({ resourceUrn: "urn::b", snapshotGroupName: "second" })),
        ]);
        // The new name is the last step of each.
        const steps = cloud.api
            .operations()
            .filter((name) => name === "runCommand" || name === "modifySnapshotGroup");
        expect(steps).to.deep.equal([
            "runCommand",
            "modifySnapshotGroup",
            "runCommand",
            "modifySnapshotGroup",
        ]);
        expect(new Set(requestsOf(cloud).map(({ name }) => name)).size).to.equal(2);
    });

    it("finds the group by its name if the output does not contain its id", async () => {
        const cloud = new FakeCloud([{ output: () => "truncated" }]);
        expect(await create(cloud.context, inputsOf())).to.include({ snapshotGroupId: "ssg-1" });
    });

    it("finds a group that appears late if the output does not contain its id", async () => {
        const cloud: FakeCloud = new FakeCloud([{ output: () => "truncated" }], {
            describeSnapshotGroups: () =>
                Promise.resolve(cloud.context.clock.now() - start < 10_000 ? [] : [...cloud.groups.values()]),
        });
        // The command ended a second ago.
        cloud.cloudTime = Date.parse("2025-01-02T03:04:08Z");
        const start = cloud.context.clock.now();
        expect(await create(cloud.context, inputsOf())).to.include({ snapshotGroupId: "ssg-1" });
    });

    it("fails if a successful run has no group, and the next update closes the run and takes a new snapshot", async () => {
        const cloud = new FakeCloud([{ makesGroup: false, output: () => "truncated" }, {}]);
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("GroupNotFound");
        expect(cloud.stateOf("t-1")).to.equal("open");
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("fails if the output names only another run's group, and describes that group", async () => {
        const cloud = new FakeCloud([
            { makesGroup: false, output: () => '[snapshotgroup="ssg-theirs"][message="done"]' },
        ]);
        const theirs = { snapshotGroupId: "ssg-theirs", name: "theirs", instanceId: "i-theirs" };
        cloud.groups.set("ssg-theirs", groupOf(theirs));
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("GroupNotFound");
        expect(error.message).to.match(/ssg-theirs.*theirs.*instance i-theirs/);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-theirs"]);
    });

    it("tags its run as handed last, so that no update deletes a group that a state may hold", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf({ snapshotGroupName: "name" }));
        expect(cloud.api.operations().at(-1)).to.equal("tagResources");
        expect(cloud.api.argumentsOf("tagResources").at(-1)).to.deep.equal([
            "invocation",
            ["t-1"],
            [stateTag("handed")],
        ]);
    });

    it("tags the members before it renames the group, because the run's group is known by its name", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf({ snapshotGroupName: "name" }));
        const operations = cloud.operationsWithoutPolling();
        expect(operations.indexOf("tagResources")).to.equal(operations.indexOf("modifySnapshotGroup") - 1);
        const runs = [...cloud.groups.values()].flatMap(({ snapshots }) =>
            snapshots.map(({ tags }) => tags.find(({ key }) => key === "app-snapshot:run")?.value),
        );
        expect(new Set(runs)).to.deep.equal(new Set([cloud.tagOf("t-1", "app-snapshot:run")]));
    });
});

describe("a run of the plugin that fails", () => {
    it("is closed if no group can be left", async () => {
        for (const exitCode of [1, 9, 11, 126, 127, 238]) {
            const cloud = new FakeCloud([failsWith(exitCode)]);
            const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
            expect(error).to.include({ exitCode, instanceId });
            expect(cloud.stateOf("t-1"), String(exitCode)).to.equal("closed");
            expect(requestsOf(cloud)).to.have.length(1);
            expect(cloud.api.operations()).not.to.include("deleteSnapshotGroup");
        }
    });

    it("has its group found by its name and deleted", async () => {
        for (const exitCode of [5, 6, 7, 8, 10, 12, 255, 247, 42]) {
            const cloud = new FakeCloud([failsWith(exitCode, { makesGroup: true })]);
            const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
            expect(error.exitCode).to.equal(exitCode);
            expect(error.message).to.include("the snapshot group ssg-1 was deleted");
            expect(cloud.groups.size, String(exitCode)).to.equal(0);
            expect(cloud.stateOf("t-1")).to.equal("closed");
        }
    });

    it("has such a group deleted also after a time limit or a kill", async () => {
        for (const invocationStatus of ["Timeout", "Terminated", "Error"]) {
            const cloud = new FakeCloud([{ invocationStatus, makesGroup: true }]);
            await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
            expect(cloud.groups.size, invocationStatus).to.equal(0);
        }
    });

    it("leaves the groups of other runs alone, also one that its output mentions", async () => {
        const output = (): string => '[message="a snapshot is in progress, GroupId=ssg-other"]';
        // After 10, its own group may still appear, so the run stays open, and the next update searches again.
        for (const [exitCode, state] of [
            [10, "open"],
            [16, "closed"],
        ] as const) {
            const cloud = new FakeCloud([failsWith(exitCode, { output })]);
            cloud.groups.set("ssg-other", groupOf({ snapshotGroupId: "ssg-other", name: "nightly" }));
            await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
            expect([...cloud.groups.keys()], String(exitCode)).to.deep.equal(["ssg-other"]);
            expect(cloud.stateOf("t-1"), String(exitCode)).to.equal(state);
        }
    });

    it("names the group that it keeps, even if its output names another one", async () => {
        const output = (): string => '[snapshotgroup="ssg-foreign"][message="it failed"]';
        const cloud = new FakeCloud([failsWith(10, { makesGroup: true, output })]);
        const { id, reason } = await rejectionOf(
            UnfinishedSnapshot,
            create(cloud.context, inputsOf({ onDegraded: "keep" })),
        );
        expect(id).to.equal("ssg-1");
        expect(reason.resources).to.include({ snapshotGroupId: "ssg-1" });
    });

    it("keeps its group in the state if requested, and no update clears it away", async () => {
        const cloud = new FakeCloud([failsWith(10, { makesGroup: true })]);
        const unfinished = await rejectionOf(
            UnfinishedSnapshot,
            create(cloud.context, inputsOf({ onDegraded: "keep" })),
        );
        expect(unfinished.id).to.equal("ssg-1");
        expect(unfinished.outputs.pending?.phase).to.equal("failed");
        expect(unfinished.reason.code).to.equal("PluginPostScriptFailed");
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(cloud.stateOf("t-1")).to.equal("handed");

        await rejectionOf(
            UnfinishedSnapshot,
            create(cloud.context, inputsOf({ onDegraded: "keep" }), memoryOf({ invokeId: "t-1" })),
        );
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(cloud.stateOf("t-1")).to.equal("handed");
    });

    it("is kept in the state with its group if that can't be deleted", async () => {
        const cloud = new FakeCloud([failsWith(10, { makesGroup: true })], {
            deleteSnapshotGroup: () => Promise.reject(apiError("Forbidden.RAM")),
        });
        const unfinished = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
        expect(unfinished.id).to.equal("ssg-1");
        expect(unfinished.outputs.pending?.phase).to.equal("failed");
        expect(unfinished.reason.code).to.equal("PluginPostScriptFailed");
        expect(unfinished.message).to.include("could not be deleted").and.to.include("Forbidden.RAM");
        expect(cloud.stateOf("t-1")).to.equal("handed");
    });

    it("is run once more, not twice, after a transient fault before the plugin started", async () => {
        for (const exitCode of [232, 240, 243]) {
            const once = new FakeCloud([failsWith(exitCode), {}]);
            expect(await create(once.context, inputsOf())).to.include({ snapshotGroupId: "ssg-1" });
            expect(once.stateOf("t-1")).to.equal("closed");
            expect(once.stateOf("t-2")).to.equal("handed");

            const twice = new FakeCloud([failsWith(exitCode)]);
            await rejectionOf(AppSnapshotError, create(twice.context, inputsOf()));
            expect(requestsOf(twice), String(exitCode)).to.have.length(2);
            expect(twice.stateOf("t-1")).to.equal("closed");
            expect(twice.stateOf("t-2")).to.equal("closed");
        }
    });

    it("is a new run each time, with another name and another token", async () => {
        const cloud = new FakeCloud([failsWith(232), {}]);
        await create(cloud.context, inputsOf());
        const [first, second] = requestsOf(cloud);
        expect(first?.clientToken).not.to.equal(second?.clientToken);
        expect(first?.name).not.to.equal(second?.name);
    });
});

describe("a snapshot with violations", () => {
    it("is deleted and closed, and never reported as consistent", async () => {
        const cloud = new FakeCloud([degraded]);
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("Degraded");
        expect(error.message).to.include("s-system: filesystem").and.to.include("ssg-1 was deleted");
        expect(error.message).to.include(
            "; the plugin said: Finish whole Processes of Snapshot successfully",
        );
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("is kept with a warning if requested, with its actual consistency", async () => {
        const cloud = new FakeCloud([degraded]);
        const outputs = await create(cloud.context, inputsOf({ onDegraded: "keep" }));
        expect(outputs.consistency).to.equal("filesystem");
        expect(outputs.warnings).to.have.length(1);
        expect(cloud.context.log.of("warn")).to.deep.equal(outputs.warnings);
        expect(cloud.stateOf("t-1")).to.equal("handed");
    });

    it("meets lower requirements", async () => {
        const cloud = new FakeCloud([degraded]);
        const outputs = await create(
            cloud.context,
            inputsOf({ linux: {}, requiredConsistency: "filesystem" }),
        );
        expect(outputs).to.deep.include({ consistency: "filesystem", warnings: [] });
    });

    it("is also recognized by the plugin's report alone", async () => {
        const output = (id: string): string =>
            `[message="Take FsConsistent snapshots successfully"]\n[snapshotgroup="${id}"][message="done"]`;
        const cloud = new FakeCloud([{ output }]);
        expect((await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()))).code).to.equal(
            "Degraded",
        );
        const kept = new FakeCloud([{ output }]);
        const outputs = await create(kept.context, inputsOf({ onDegraded: "keep" }));
        expect(outputs.consistency).to.equal("filesystem");
    });

    it("has a remedy that names only inputs that would have accepted it", async () => {
        const remedyOf = async (run: Run, inputs: InputChanges = {}): Promise<string> =>
            (await rejectionOf(AppSnapshotError, create(new FakeCloud([run]).context, inputsOf(inputs))))
                .remedy;
        const either = 'set requiredConsistency: "filesystem" or onDegraded: "keep".';
        expect(await remedyOf(degraded))
            .to.include("mode 0700")
            .and.to.include(either);
        expect(await remedyOf({ tags: [] }), "not even that of a file system")
            .to.include('set onDegraded: "keep".')
            .and.not.include("requiredConsistency");
        expect(await remedyOf({ tags: [] }, { linux: {}, requiredConsistency: "filesystem" })).not.to.match(
            /script|requiredConsistency/,
        );
        const lacking = { group: { snapshots: [memberOf("d-system", { sourceDiskType: "system" })] } };
        expect(await remedyOf(lacking), "a disk that is not in it")
            .to.include('set onDegraded: "keep".')
            .and.not.match(/script|requiredConsistency/);
    });

    it("is one without tags, or with a missing disk", async () => {
        const untagged = new FakeCloud([{ tags: [] }]);
        expect(
            (await rejectionOf(AppSnapshotError, create(untagged.context, inputsOf()))).message,
        ).to.include("crash consistency");

        const lacking = new FakeCloud([{ group: { snapshots: [] } }]);
        expect((await rejectionOf(AppSnapshotError, create(lacking.context, inputsOf()))).message).to.include(
            "it lacks the disks d-system, d-data",
        );
    });

    it("is deleted if its group has failed", async () => {
        const cloud = new FakeCloud([{ group: { status: "failed" } }]);
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("GroupFailed");
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });
});
