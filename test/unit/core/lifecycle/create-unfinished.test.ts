import { expect } from "chai";

import type { EcsApi, InvocationFilter, Tag } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import type { SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { type RunState, stateTag } from "../../../../provider/src/core/run/run";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { abandoned } from "../../support/abandoned";
import { degraded, failsWith, FakeCloud, neverEnds } from "../../support/fake-cloud";
import { memoryOf } from "../../support/memory";
import { rejection, rejectionOf } from "../../support/rejection";
import { groupOf, inputsOf, invocationOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

function unfinishedOf(cloud: FakeCloud, inputs: SnapshotInputs = inputsOf()): Promise<UnfinishedSnapshot> {
    return rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs));
}

describe("a snapshot that is not finished", () => {
    it("is kept under its invocation's id if the command is still running at the deadline", async () => {
        const cloud = new FakeCloud([neverEnds]);
        const start = cloud.context.clock.now();
        const unfinished = await unfinishedOf(cloud, inputsOf({ timeoutSeconds: 90 }));
        expect(cloud.context.clock.now() - start).to.equal(90_000);
        expect(unfinished.id).to.equal("t-1");
        expect(unfinished.reason.code).to.equal("StillInProgress");
        expect(unfinished.message).to.match(/last seen: Running \(\d+×\)/);
        expect(unfinished.outputs).to.deep.include({
            invokeId: "t-1",
            commandId: "c-1",
            regionId: "cn-hangzhou",
        });
        expect(unfinished.outputs.pending).to.deep.include({
            phase: "running",
            invokeId: "t-1",
            reason: "StillInProgress",
            diskIds: ["d-system", "d-data"],
        });
        expect(JSON.parse(JSON.stringify(unfinished.outputs))).to.deep.equal(unfinished.outputs);
    });

    it("is neither stopped nor deleted nor closed at the deadline", async () => {
        const cloud = new FakeCloud([neverEnds]);
        await unfinishedOf(cloud);
        expect(cloud.api.operations()).not.to.include("deleteSnapshotGroup");
        expect(cloud.api.argumentsOf("tagResources")).to.deep.equal([
            ["invocation", ["t-1"], [stateTag("handed")]],
        ]);
    });

    it("has a default deadline that is longer than the command's time limit", async () => {
        const cloud = new FakeCloud([neverEnds]);
        const start = cloud.context.clock.now();
        await unfinishedOf(cloud);
        const [request] = cloud.api.argumentsOf("runCommand")[0] as [{ readonly timeoutSeconds: number }];
        expect(cloud.context.clock.now() - start).to.be.at.least(request.timeoutSeconds * 1000);
    });

    it("is kept if the result can't be read", async () => {
        const cloud = new FakeCloud([{}], {
            describeInvocationResults: () => Promise.reject(apiError("ServiceUnavailable")),
        });
        const unfinished = await unfinishedOf(cloud);
        expect(unfinished.outputs.pending?.phase).to.equal("running");
        expect(unfinished.reason.code).to.equal("ServiceUnavailable");
    });

    it("is kept under its group's id if the group is not usable by the deadline", async () => {
        const cloud = new FakeCloud([{ group: { status: "progressing" } }]);
        const unfinished = await unfinishedOf(
            cloud,
            inputsOf({ waitFor: "accomplished", timeoutSeconds: 60 }),
        );
        expect(unfinished.id).to.equal("ssg-1");
        expect(unfinished.outputs.pending?.phase).to.equal("finalizing");
        expect(unfinished.message).to.include("status progressing");
        expect(cloud.stateOf("t-1")).to.equal("handed");
    });

    it("fails if its group does not appear, and the next update searches for it again", async () => {
        const cloud = new FakeCloud([
            { makesGroup: false, output: () => '[snapshotgroup="ssg-late"][message="done"]' },
        ]);
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.code).to.equal("GroupNotFound");
        expect(cloud.stateOf("t-1")).to.equal("open");
        const name = cloud.tagOf("t-1", "app-snapshot:group-name") ?? "";
        cloud.groups.set("ssg-late", groupOf({ snapshotGroupId: "ssg-late", name }));
        expect(await create(cloud.context, inputsOf())).to.include({ snapshotGroupId: "ssg-late" });
        expect(cloud.invocations).to.have.length(1);
    });
});

describe("a start of the command without a response", () => {
    const unanswered = (): Error =>
        new ApiCallError("RunCommand", undefined, "the request timed out", "again");

    it("fails because it is unknown whether the command is running, and the next update adopts it", async () => {
        const cloud: FakeCloud = new FakeCloud([{}], {
            runCommand: async (request) => {
                await started.api.runCommand(request);
                throw unanswered();
            },
        });
        const started = new FakeCloud();
        cloud.role = undefined;
        const inputs = inputsOf({ roleAttachment: "temporary" });
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputs));
        expect(error.code).to.equal("StartUnknown");
        expect(error.message).not.to.include("undefined");
        expect(cloud.role, "the command may need the role").to.equal("AppSnapshotRoleName");

        // The instance has the tag of the temporary role.
        started.instance = cloud.instance;
        const outputs = await create(started.context, inputs);
        expect(outputs).to.include({ invokeId: "t-1", snapshotGroupId: "ssg-1" });
        expect(started.invocations).to.have.length(1);
        expect(started.role).to.equal(undefined);
    });

    it("stays unknown if only a repetition of the request was refused", async () => {
        const cloud = new FakeCloud([{}], {
            runCommand: () => Promise.reject(apiError("Throttling.User", "RunCommand").afterFault()),
        });
        cloud.role = undefined;
        const inputs = inputsOf({ roleAttachment: "temporary" });
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputs));
        expect(error.code).to.equal("StartUnknown");
        expect(cloud.role, "the command may need the role").to.equal("AppSnapshotRoleName");
    });

    it("is not the same as one that the API refused", async () => {
        const cloud = new FakeCloud([{}], {
            runCommand: () => Promise.reject(apiError("Invocation.ExceedQuota", "RunCommand")),
        });
        const error = await rejection(create(cloud.context, inputsOf()));
        expect(error.message).to.include("Invocation.ExceedQuota");
        expect(error.message).not.to.include("StartUnknown");
    });
});

describe("a command that may be running although its invocation has ended", () => {
    it("stays open for the next update, which clears away its late group", async () => {
        const cloud = new FakeCloud([{ invocationStatus: "Timeout" }, {}]);
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, inputsOf()));
        expect(error.message).to.include("it has no snapshot group so far");
        expect(cloud.stateOf("t-1")).to.equal("open");

        const [request] = cloud.api.argumentsOf("runCommand")[0] as [{ readonly name: string }];
        cloud.groups.set("ssg-late", groupOf({ snapshotGroupId: "ssg-late", name: request.name }));
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
        expect(cloud.groups.has("ssg-late")).to.equal(false);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });
});

describe("the next update of the same resource", () => {
    it("adopts a run that was not committed, handed over or not, instead of taking a second snapshot", async () => {
        for (const state of ["open", "handed"] as const) {
            const cloud = await abandoned({}, { state });
            const outputs = await create(cloud.context, inputsOf());
            expect(outputs).to.include({
                snapshotGroupId: "ssg-1",
                invokeId: "t-1",
                consistency: "application",
            });
            expect(cloud.invocations).to.have.length(1);
            expect(cloud.groups.size).to.equal(1);
            expect(cloud.stateOf("t-1"), "the engine has not recorded it yet").to.equal("handed");
            expect(cloud.tagOf("t-1", "app-snapshot:owner")).to.equal(outputs.ownerToken);
            expect(outputs.warnings).to.have.length(1);
            expect(outputs.warnings?.[0]).to.include("by an earlier run");
            expect(cloud.context.log.of("info").join("\n")).to.match(
                /adopting an earlier run: invocation t-1; you need not do anything else.* pending operation, `pulumi refresh --yes --clear-pending-creates`/,
            );
        }
    });

    it("searches only for its own open and handed runs, among those of its stack, however many there were", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf());
        const filters = cloud.api
            .argumentsOf("describeInvocations")
            .map(([filter]) => filter as InvocationFilter)
            .filter((filter) => "tags" in filter);
        const tagged = (key: string, state: string): Tag[] => [
            { key, value: cloud.tagOf("t-1", key) ?? "" },
            { key: "app-snapshot:state", value: state },
        ];
        expect(filters).to.deep.equal(
            ["open", "handed"].map((state) => ({
                tags: tagged("app-snapshot:resource", state),
                among: tagged("app-snapshot:stack", state),
            })),
        );
    });

    it("recognizes a run that both searches find, because a changed tag may become visible late", async () => {
        const cloud = await abandoned({}, { inputs: inputsOf({ triggers: ["other"] }), state: "handed" });
        const api = {
            ...cloud.api,
            describeInvocations: (filter: InvocationFilter) =>
                "tags" in filter ? Promise.resolve(cloud.invocations) : cloud.api.describeInvocations(filter),
        };
        const outputs = await create({ ...cloud.context, api }, inputsOf());
        expect(outputs).to.include({ invokeId: "t-2" });
        expect(outputs.warnings).to.have.length(1);
    });

    it("waits for one that is still running", async () => {
        for (const state of ["open", "handed"] as const) {
            const cloud = await abandoned({}, { state });
            for (const invocation of cloud.invocations) {
                invocation.looksLeft = 5;
            }
            expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-1" });
        }
    });

    it("does not adopt a committed one, so that a forced replacement takes a new snapshot", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf());
        cloud.commit("t-1");
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ snapshotGroupId: "ssg-2", invokeId: "t-2" });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
    });

    it("neither adopts, clears away nor names one that a state is known to hold", async () => {
        for (const state of ["open", "handed"] as const) {
            for (const triggers of [undefined, ["other"]]) {
                const cloud = new FakeCloud();
                await create(cloud.context, inputsOf());
                cloud.setState("t-1", state);
                const memory = memoryOf({ invokeId: "t-1" });
                const outputs = await create(cloud.context, inputsOf({ triggers }), memory);
                expect(outputs).to.deep.include({
                    snapshotGroupId: "ssg-2",
                    invokeId: "t-2",
                    warnings: [],
                });
                expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
                expect(cloud.stateOf("t-1")).to.equal(state);
            }
        }
    });

    it("does not adopt a closed one", async () => {
        const cloud = new FakeCloud([failsWith(9), {}]);
        await rejection(create(cloud.context, inputsOf()));
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
    });

    it("leaves alone a run of another resource", async () => {
        for (const state of ["open", "handed"] as const) {
            const cloud = await abandoned({}, { inputs: inputsOf({ resourceUrn: "urn::other" }), state });
            expect(await create(cloud.context, inputsOf())).to.deep.include({
                invokeId: "t-2",
                warnings: [],
            });
            expect(cloud.stateOf("t-1")).to.equal(state);
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
        }
    });

    it("waits for a run with other inputs, and clears it away before it takes a new snapshot", async () => {
        const cloud = await abandoned({}, { inputs: inputsOf({ triggers: ["other"] }) });
        const calls = cloud.api.calls.length;
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2"]);
        const later = cloud.api.calls.slice(calls).map(({ operation }) => operation);
        expect(later.indexOf("deleteSnapshotGroup")).to.be.within(1, later.indexOf("runCommand"));
    });

    it("leaves alone and names a run with other inputs that was handed over, because a state may hold it", async () => {
        const cloud = await abandoned({}, { inputs: inputsOf({ triggers: ["other"] }), state: "handed" });
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ invokeId: "t-2" });
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(outputs.warnings).to.have.length(1);
        expect(outputs.warnings?.[0])
            .to.match(/^Invocation t-1, .*i-bp1sample.* is left alone: a state may hold its snapshot/)
            .and.to.include(cloud.tagOf("t-1", "app-snapshot:group-name") ?? "?")
            .and.to.include("app-snapshot orphans");
        expect(cloud.context.log.of("warn")).to.deep.equal(outputs.warnings);
    });

    /** Two runs for the same snapshot, of which the second did not find the first. */
    async function two(state: RunState): Promise<FakeCloud> {
        const blind = new FakeCloud([neverEnds], { describeInvocations: () => Promise.resolve([]) });
        await unfinishedOf(blind);
        await unfinishedOf(blind);
        const next = new FakeCloud();
        next.invocations.push(...blind.invocations);
        for (const [id, group] of blind.groups) {
            next.groups.set(id, group);
        }
        next.setState("t-1", state);
        next.setState("t-2", state);
        return next;
    }

    it("adopts the newest of several, and clears the others away", async () => {
        const next = await two("open");
        next.endAll();
        expect(await create(next.context, inputsOf())).to.include({
            invokeId: "t-2",
            snapshotGroupId: "ssg-2",
        });
        expect([...next.groups.keys()]).to.deep.equal(["ssg-2"]);
        expect(next.stateOf("t-1")).to.equal("closed");
        expect(next.stateOf("t-2")).to.equal("handed");
    });

    it("adopts the newest of several that were handed over, and leaves alone and names the others", async () => {
        const next = await two("handed");
        next.endAll();
        const outputs = await create(next.context, inputsOf());
        expect(outputs).to.include({ invokeId: "t-2", snapshotGroupId: "ssg-2" });
        expect([...next.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(next.stateOf("t-1")).to.equal("handed");
        expect(outputs.warnings).to.have.length(2);
        expect(outputs.warnings?.[0]).to.match(/^Invocation t-1, .* is left alone/);
        expect(outputs.warnings?.[1]).to.include("by an earlier run");
    });

    it("loses none if an older one can't be cleared away: the wanted one stays open until that succeeds", async () => {
        const next = await two("open");
        // The newest, wanted one has ended; the older one is still running.
        const newest = next.invocations[1];
        expect(newest?.invokeId).to.equal("t-2");
        Object.assign(newest ?? {}, { looksLeft: 0 });
        const { outputs } = await unfinishedOf(next);
        expect(outputs).to.include({ invokeId: "t-1", ownerToken: next.tagOf("t-1", "app-snapshot:owner") });
        expect(next.stateOf("t-1"), "the engine gets it").to.equal("handed");
        expect(next.stateOf("t-2")).to.equal("open");
    });

    it("adopts nothing if the resource has no URN", async () => {
        const nameless = inputsOf({ resourceUrn: undefined });
        const cloud = await abandoned({}, { inputs: nameless });
        expect(await create(cloud.context, nameless)).to.include({ invokeId: "t-2" });
    });

    it("clears away one that failed, with its group, and takes a new snapshot", async () => {
        for (const onDegraded of ["fail", "keep"] as const) {
            const cloud = await abandoned(failsWith(10, { makesGroup: true }));
            const outputs = await create(cloud.context, inputsOf({ onDegraded }));
            expect(outputs).to.include({ invokeId: "t-2", snapshotGroupId: "ssg-2" });
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2"]);
            expect(cloud.stateOf("t-1")).to.equal("closed");
        }
    });

    it("takes a new snapshot even if one that it cleared away can't be closed, because nothing of that is left", async () => {
        for (const run of [failsWith(10, { makesGroup: true }), failsWith(2), {}]) {
            const cloud = await abandoned(run, { inputs: inputsOf({ triggers: ["other"] }) });
            const tagResources: EcsApi["tagResources"] = (type, ids, tags) =>
                tags.some(({ value }) => value === "closed")
                    ? Promise.reject(apiError("Forbidden.RAM"))
                    : cloud.api.tagResources(type, ids, tags);
            const context = { ...cloud.context, api: { ...cloud.api, tagResources } };
            expect(await create(context, inputsOf())).to.include({ invokeId: "t-2" });
            expect(cloud.groups.size).to.equal(1);
            expect(cloud.stateOf("t-1")).to.equal("open");
        }
    });

    it("leaves alone and names a failed one that was handed over, with its group, and takes a new snapshot", async () => {
        for (const onDegraded of ["fail", "keep"] as const) {
            const cloud = await abandoned(failsWith(10, { makesGroup: true }), { state: "handed" });
            const outputs = await create(cloud.context, inputsOf({ onDegraded }));
            expect(outputs).to.include({ invokeId: "t-2", snapshotGroupId: "ssg-2" });
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
            expect(cloud.stateOf("t-1")).to.equal("handed");
            expect(outputs.warnings).to.have.length(1);
            expect(outputs.warnings?.[0]).to.match(/t-1.*can't be adopted: PluginPostScriptFailed/);
        }
    });

    it("closes one whose group was deleted meanwhile, and takes a new snapshot", async () => {
        const cloud = await abandoned({});
        cloud.groups.clear();
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-2" });
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("leaves alone one whose group was deleted after it was handed over, and takes a new snapshot", async () => {
        const cloud = await abandoned({}, { state: "handed" });
        cloud.groups.clear();
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).to.include({ invokeId: "t-2" });
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect(outputs.warnings?.join("\n")).to.match(/t-1.*can't be adopted: GroupNotFound/);
    });

    it("verifies an adopted one like any other", async () => {
        const cloud = await abandoned(degraded);
        const error = await rejection(create(cloud.context, inputsOf()));
        expect(error.message).to.match(/^Degraded: /);
        expect(cloud.groups.size).to.equal(0);
        expect(cloud.stateOf("t-1")).to.equal("closed");
    });

    it("leaves alone one with violations that was handed over, whatever its owner, and takes a new one", async () => {
        for (const [run, reason] of [
            [degraded, "Degraded"],
            [{ group: { status: "failed" } }, "GroupFailed"],
        ] as const) {
            const cloud = await abandoned(run, { state: "handed" });
            const [owner, before] = [cloud.tagOf("t-1", "app-snapshot:owner"), cloud.groups.get("ssg-1")];
            const outputs = await create(cloud.context, inputsOf());
            expect(outputs, reason).to.include({ invokeId: "t-2", snapshotGroupId: "ssg-2" });
            expect(outputs, reason).to.include({ consistency: "application" });
            expect(cloud.groups.get("ssg-1"), reason).to.deep.equal(before);
            expect(cloud.stateOf("t-1"), reason).to.equal("handed");
            expect(cloud.tagOf("t-1", "app-snapshot:owner"), reason).to.equal(owner);
            expect(outputs.warnings, reason).to.have.length(1);
            expect(outputs.warnings?.[0]).to.match(new RegExp(`t-1.*can't be adopted: ${reason}`));
            expect(outputs.warnings?.[0]).to.include("ssg-1");
            expect(cloud.context.log.of("warn"), reason).to.deep.equal(outputs.warnings);
        }
    });

    it("adopts one with violations if the program accepts that", async () => {
        const inputs = inputsOf({ onDegraded: "keep" });
        const cloud = await abandoned(degraded, { inputs, state: "handed" });
        expect(await create(cloud.context, inputs)).to.include({ invokeId: "t-1", degraded: true });
        expect(cloud.invocations).to.have.length(1);
    });

    it("ignores invocations that only resemble runs", async () => {
        const tag = { key: "app-snapshot:resource", value: "another resource" };
        const cloud = new FakeCloud([{}], {
            describeInvocations: (filter) =>
                Promise.resolve(
                    "tags" in filter ? [invocationOf({ invokeId: "t-foreign", tags: [tag] })] : [],
                ),
        });
        expect(await create(cloud.context, inputsOf())).to.include({ invokeId: "t-1" });
    });
});
