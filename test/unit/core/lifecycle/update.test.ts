import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import type { SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { difference } from "../../../../provider/src/core/lifecycle/diff";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { update } from "../../../../provider/src/core/lifecycle/update";
import { ownerTag } from "../../../../provider/src/core/run/run";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { Shared } from "../../../../provider/src/runtime/shared";
import { degraded, FakeCloud, type Run } from "../../support/fake-cloud";
import { rejectionOf } from "../../support/rejection";
import { inputsOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

interface Made {
    readonly cloud: FakeCloud;
    readonly state: SnapshotOutputs;
}

async function made(answers: Partial<EcsApi> = {}): Promise<Made> {
    const cloud = new FakeCloud([{}], answers);
    return { cloud, state: await create(cloud.context, inputsOf()) };
}

function changed({ cloud, state }: Made, more: Partial<SnapshotInputs>): Promise<SnapshotOutputs> {
    return update(cloud.context, "ssg-1", state, inputsOf(more));
}

describe("updating a snapshot", () => {
    it("changes the name and the description in place, and returns all outputs", async () => {
        const before = await made();
        const outputs = await changed(before, { snapshotGroupName: "new", description: "text" });
        expect(before.cloud.api.argumentsOf("modifySnapshotGroup")).to.deep.equal([
            ["ssg-1", { name: "new", description: "text" }],
        ]);
        expect(outputs).to.deep.equal({ ...before.state, snapshotGroupName: "new", description: "text" });
    });

    it("tags the members before it renames the group, because the run's group is known by its name", async () => {
        const before = await made();
        const { runId, ownerToken } = before.state;
        const calls = before.cloud.api.calls.length;
        await changed(before, { snapshotGroupName: "new" });
        const later = before.cloud.api.calls.slice(calls);
        expect(later.map(({ operation }) => operation)).to.deep.equal([
            "tagResources",
            "modifySnapshotGroup",
        ]);
        expect(later[0]?.args).to.deep.equal([
            "snapshot",
            ["s-system", "s-data"],
            [
                { key: "app-snapshot:run", value: runId },
                { key: "app-snapshot:owner", value: ownerToken },
            ],
        ]);
    });

    it("keeps the name if the members can't be tagged, and tags nothing for a description", async () => {
        const before = await made();
        const api = { ...before.cloud.api, tagResources: () => Promise.reject(apiError("Forbidden.RAM")) };
        const refused = { ...before.cloud.context, api };
        await update(refused, "ssg-1", before.state, inputsOf({ description: "text" }));
        const error = await rejectionOf(
            AppSnapshotError,
            update(refused, "ssg-1", before.state, inputsOf({ snapshotGroupName: "new" })),
        );
        expect(error).to.include({ code: "Forbidden.RAM", instanceId: before.state.instanceId });
        expect(before.cloud.groups.get("ssg-1")?.name).to.equal(before.state.snapshotGroupName);
    });

    it("sends only changes, and makes no call without one", async () => {
        const before = await made();
        await changed(before, {
            description: "text",
            snapshotGroupName: before.state.snapshotGroupName ?? "",
        });
        expect(before.cloud.api.argumentsOf("modifySnapshotGroup")).to.deep.equal([
            ["ssg-1", { description: "text" }],
        ]);

        const unchanged = await made();
        expect(await changed(unchanged, {})).to.deep.equal(unchanged.state);
        expect(unchanged.cloud.api.argumentsOf("modifySnapshotGroup")).to.deep.equal([]);
    });

    it("removes tags before it sets others, on the members and then on the group", async () => {
        const before = await made();
        const tagged = await changed(before, { tags: { Team: "a" } });
        expect(tagged).to.deep.include({ tags: { Team: "a" }, snapshotGroupTags: { Team: "a" } });
        const calls = before.cloud.api.calls.length;
        const outputs = await changed({ ...before, state: tagged }, { tags: { team: "a" } });
        expect(before.cloud.api.calls.slice(calls)).to.deep.equal([
            { operation: "untagResources", args: ["snapshot", ["s-system", "s-data"], ["Team"]] },
            {
                operation: "tagResources",
                args: ["snapshot", ["s-system", "s-data"], [{ key: "team", value: "a" }]],
            },
            { operation: "untagResources", args: ["snapshotgroup", ["ssg-1"], ["Team"]] },
            { operation: "tagResources", args: ["snapshotgroup", ["ssg-1"], [{ key: "team", value: "a" }]] },
        ]);
        expect(outputs.snapshots?.map(({ tags }) => tags["team"])).to.deep.equal(["a", "a"]);
        expect(outputs.snapshots?.map(({ tags }) => tags["Team"])).to.deep.equal([undefined, undefined]);
    });

    it("tags the members of a group that takes no tags itself, and does not try again", async () => {
        for (const code of [
            "InvalidResourceType.NotFound",
            "InvalidResourceId.NotSupported",
            "Forbidden.RAM",
        ]) {
            const before = await made();
            let tries = 0;
            const api: EcsApi = {
                ...before.cloud.api,
                tagResources: (type, ids, tags) => {
                    tries += type === "snapshotgroup" ? 1 : 0;
                    return type === "snapshotgroup"
                        ? Promise.reject(apiError(code))
                        : before.cloud.api.tagResources(type, ids, tags);
                },
            };
            const context = { ...before.cloud.context, api };
            const tagged = await update(context, "ssg-1", before.state, inputsOf({ tags: { a: "1" } }));
            expect(tagged.tags).to.deep.equal({ a: "1" });
            expect(tagged).not.to.have.property("snapshotGroupTags");
            await update(context, "ssg-1", tagged, inputsOf({ tags: { a: "2" } }));
            expect(tries, code).to.equal(1);
        }
    });

    it("remembers tags that may be set although the change failed", async () => {
        const before = await made();
        const api: EcsApi = {
            ...before.cloud.api,
            tagResources: () => Promise.reject(apiError("QuotaExceed.Tags")),
        };
        const { outputs, id } = await rejectionOf(
            UnfinishedSnapshot,
            update({ ...before.cloud.context, api }, "ssg-1", before.state, inputsOf({ tags: { a: "1" } })),
        );
        expect(id).to.equal("ssg-1");
        expect(outputs).to.deep.equal({ ...before.state, tags: { a: "1" } });
        await update(before.cloud.context, "ssg-1", outputs, inputsOf());
        expect(before.cloud.api.argumentsOf("untagResources")).to.deep.include([
            "snapshot",
            ["s-system", "s-data"],
            ["a"],
        ]);
    });

    it("sets a tag again that the program wants back after its removal had failed halfway", async () => {
        const before = await made();
        const tags = { a: "1", b: "2" };
        const tagged = await changed(before, { tags });
        const api: EcsApi = {
            ...before.cloud.api,
            untagResources: (type, ids, keys) =>
                type === "snapshotgroup"
                    ? Promise.reject(apiError("Throttling.User"))
                    : before.cloud.api.untagResources(type, ids, keys),
        };
        const { outputs } = await rejectionOf(
            UnfinishedSnapshot,
            update({ ...before.cloud.context, api }, "ssg-1", tagged, inputsOf({ tags: { b: "2" } })),
        );
        expect(outputs.tags).to.deep.equal(tags);
        expect(difference(outputs, inputsOf({ tags })).kind).to.equal("update");
        const again = await changed({ ...before, state: outputs }, { tags });
        expect(before.cloud.api.argumentsOf("tagResources").slice(-2)).to.deep.equal([
            ["snapshot", ["s-system", "s-data"], [{ key: "a", value: "1" }]],
            ["snapshotgroup", ["ssg-1"], [{ key: "a", value: "1" }]],
        ]);
        expect(again).to.deep.equal(tagged);
    });

    it("sets all tags on a group that did not take any before", async () => {
        const before = await made();
        const api: EcsApi = {
            ...before.cloud.api,
            tagResources: (type, ids, tags) =>
                type === "snapshotgroup"
                    ? Promise.reject(apiError("Forbidden.RAM"))
                    : before.cloud.api.tagResources(type, ids, tags),
        };
        // Another command, and so without the memory of this one.
        const refusing = { ...before.cloud.context, api, shared: new Shared() };
        const refused = await update(refusing, "ssg-1", before.state, inputsOf({ tags: { a: "1", b: "1" } }));
        const inputs = inputsOf({ tags: { a: "1", b: "2" } });
        const outputs = await update(before.cloud.context, "ssg-1", refused, inputs);
        expect(outputs.snapshotGroupTags).to.deep.equal({ a: "1", b: "2" });
        expect(before.cloud.api.argumentsOf("tagResources").slice(-2)).to.deep.equal([
            ["snapshot", ["s-system", "s-data"], [{ key: "b", value: "2" }]],
            [
                "snapshotgroup",
                ["ssg-1"],
                [
                    { key: "a", value: "1" },
                    { key: "b", value: "2" },
                ],
            ],
        ]);
        expect(difference(outputs, inputs).kind).to.equal("none");
    });

    it("fails if a group that has the program's tags refuses a change of them, until it takes it", async () => {
        const before = await made();
        const tagged = await changed(before, { tags: { a: "1" } });
        const api: EcsApi = {
            ...before.cloud.api,
            untagResources: (type, ids, keys) =>
                type === "snapshotgroup"
                    ? Promise.reject(apiError("Forbidden.RAM"))
                    : before.cloud.api.untagResources(type, ids, keys),
        };
        const { outputs, reason } = await rejectionOf(
            UnfinishedSnapshot,
            update({ ...before.cloud.context, api }, "ssg-1", tagged, inputsOf()),
        );
        expect(reason.code).to.equal("Forbidden.RAM");
        const removed = await changed({ ...before, state: outputs }, {});
        expect(before.cloud.api.argumentsOf("untagResources")).to.deep.include([
            "snapshotgroup",
            ["ssg-1"],
            ["a"],
        ]);
        expect(removed).not.to.have.any.keys("tags", "snapshotGroupTags");
    });

    it("fails if other tags of the group prevent more, and goes on tagging other groups", async () => {
        for (const code of ["QuotaExceed.Tags", "OperationDenied.QuotaExceed", "TagKey.Duplication"]) {
            const before = await made();
            let isFull = true;
            const api: EcsApi = {
                ...before.cloud.api,
                tagResources: (type, ids, tags) =>
                    type === "snapshotgroup" && isFull
                        ? Promise.reject(apiError(code))
                        : before.cloud.api.tagResources(type, ids, tags),
            };
            const context = { ...before.cloud.context, api };
            const inputs = inputsOf({ tags: { a: "1" } });
            const { reason } = await rejectionOf(
                UnfinishedSnapshot,
                update(context, "ssg-1", before.state, inputs),
            );
            expect(reason.code).to.equal(code);
            isFull = false;
            const tagged = await update(context, "ssg-1", before.state, inputs);
            expect(tagged.snapshotGroupTags).to.deep.equal({ a: "1" });
        }
    });

    it("reports a failure with the instance and the remedy", async () => {
        const before = await made({
            modifySnapshotGroup: () => Promise.reject(apiError("InvalidSnapshotGroup.NotFound")),
        });
        const error = await rejectionOf(AppSnapshotError, changed(before, { snapshotGroupName: "new" }));
        expect(error).to.include({
            code: "InvalidSnapshotGroup.NotFound",
            instanceId: before.state.instanceId,
        });
    });
});

describe("updating a snapshot that must be finalized", () => {
    /** A snapshot that was not uploaded in time, but is now. */
    async function finalizing(run: Run = {}): Promise<Made> {
        const cloud = new FakeCloud([{ ...run, group: { ...run.group, status: "progressing" } }]);
        const { outputs } = await rejectionOf(
            UnfinishedSnapshot,
            create(
                cloud.context,
                inputsOf({ onDegraded: "keep", waitFor: "accomplished", timeoutSeconds: 60 }),
            ),
        );
        cloud.edit("ssg-1", { status: "accomplished" });
        return { cloud, state: outputs };
    }

    it("finishes it: verifies and names it, and commits its run, because the state already holds it", async () => {
        const before = await finalizing();
        expect(before.state.pending?.phase).to.equal("finalizing");
        const outputs = await changed(before, { snapshotGroupName: "new" });
        expect(outputs).to.deep.include({
            snapshotGroupId: "ssg-1",
            snapshotGroupName: "new",
            consistency: "application",
            invokeId: "t-1",
            commandId: "c-1",
            osType: "linux",
            warnings: [],
        });
        expect(outputs).not.to.have.property("pending");
        expect(outputs.ownerToken).to.equal(before.cloud.tagOf("t-1", "app-snapshot:owner"));
        expect(before.cloud.stateOf("t-1")).to.equal("committed");
        expect(before.cloud.invocations).to.have.length(1);
    });

    it("tags its run with the owner token in the state", async () => {
        const before = await finalizing();
        await before.cloud.api.tagResources("invocation", ["t-1"], [ownerTag("somebody's")]);
        const { ownerToken } = await changed(before, {});
        expect(ownerToken).to.be.a("string").and.to.equal(before.state.ownerToken);
        expect(before.cloud.tagOf("t-1", "app-snapshot:owner")).to.equal(ownerToken);
    });

    it("leaves it unfinished if its run can't be committed, and the next update finishes it", async () => {
        const before = await finalizing();
        const api = { ...before.cloud.api, tagResources: () => Promise.reject(apiError("Forbidden.RAM")) };
        const { reason, outputs } = await rejectionOf(
            UnfinishedSnapshot,
            update({ ...before.cloud.context, api }, "ssg-1", before.state, inputsOf()),
        );
        expect(reason.code).to.equal("Forbidden.RAM");
        expect(outputs.pending?.phase).to.equal("finalizing");
        expect(await changed({ ...before, state: outputs }, {})).not.to.have.property("pending");
        expect(before.cloud.stateOf("t-1")).to.equal("committed");
    });

    it("does not repeat the warnings of an update that could not commit its run", async () => {
        const before = await finalizing(degraded);
        const inputs = inputsOf({ onDegraded: "keep" });
        const api = { ...before.cloud.api, tagResources: () => Promise.reject(apiError("Forbidden.RAM")) };
        const { outputs } = await rejectionOf(
            UnfinishedSnapshot,
            update({ ...before.cloud.context, api }, "ssg-1", before.state, inputs),
        );
        const finished = await update(before.cloud.context, "ssg-1", outputs, inputs);
        expect(finished).to.include({ degraded: true });
        expect(finished.warnings).to.have.length(1);
    });

    it("needs no tag on a run that Cloud Assistant has forgotten", async () => {
        const before = await finalizing();
        const tagResources = () => Promise.reject(apiError("InvalidResourceId.NotFound"));
        const context = { ...before.cloud.context, api: { ...before.cloud.api, tagResources } };
        const outputs = await update(context, "ssg-1", before.state, inputsOf());
        expect(outputs).not.to.have.property("pending");
    });

    it("fails if its group has failed, and leaves the group", async () => {
        const before = await finalizing();
        before.cloud.edit("ssg-1", { status: "failed" });
        const { reason, outputs } = await rejectionOf(UnfinishedSnapshot, changed(before, {}));
        expect(reason.code).to.equal("GroupFailed");
        expect(outputs.pending?.phase).to.equal("failed");
        expect(before.cloud.groups.size).to.equal(1);
    });

    it("keeps the members of a failed group in the state, because a held one may outlive it", async () => {
        const before = await finalizing();
        before.cloud.edit("ssg-1", { status: "failed" });
        const { outputs } = await rejectionOf(UnfinishedSnapshot, changed(before, {}));
        expect(outputs.pending?.snapshotIds).to.deep.equal(["s-system", "s-data"]);
    });

    it("names it if that had failed", async () => {
        let refused = true;
        const cloud: FakeCloud = new FakeCloud([{}], {
            modifySnapshotGroup: (id, change) => {
                if (refused) {
                    return Promise.reject(apiError("Forbidden.RAM"));
                }
                cloud.edit(id, change);
                return Promise.resolve();
            },
        });
        const unfinished = await rejectionOf(
            UnfinishedSnapshot,
            create(cloud.context, inputsOf({ snapshotGroupName: "mine" })),
        );
        expect(unfinished.id).to.equal("ssg-1");
        expect(unfinished.reason.code).to.equal("Forbidden.RAM");
        expect(unfinished.outputs.pending?.phase).to.equal("finalizing");
        refused = false;
        const outputs = await changed({ cloud, state: unfinished.outputs }, { snapshotGroupName: "mine" });
        expect(cloud.groups.get("ssg-1")?.name).to.equal("mine");
        expect(outputs).not.to.have.property("pending");
    });

    it("leaves it unfinished if it is not finalized by the deadline either", async () => {
        const before = await finalizing();
        before.cloud.edit("ssg-1", { status: "progressing" });
        const { id, outputs } = await rejectionOf(
            UnfinishedSnapshot,
            changed(before, { waitFor: "accomplished", timeoutSeconds: 60 }),
        );
        expect(id).to.equal("ssg-1");
        expect(outputs.ownerToken).to.equal(before.state.ownerToken);
        expect(difference(outputs, inputsOf()).kind).to.equal("update");
    });

    it("verifies it against the requirements of its run", async () => {
        const before = await finalizing({ group: { snapshots: [] } });
        const { reason, outputs } = await rejectionOf(UnfinishedSnapshot, changed(before, {}));
        expect(reason.code).to.equal("Degraded");
        expect(reason.message).to.include("it lacks the disks d-system, d-data");
        // Another state may hold it, so only the deletion of this resource deletes it.
        expect(outputs.pending?.phase).to.equal("failed");
        expect([...before.cloud.groups.keys()]).to.deep.equal(["ssg-1"]);
        expect(before.cloud.api.operations()).not.to.include("deleteSnapshotGroup");
        expect(before.cloud.stateOf("t-1")).to.equal("handed");
        // The next update has to take a new one.
        expect(difference(outputs, inputsOf()).kind).to.equal("replace");
    });

    it("keeps the consistency that the plugin reported", async () => {
        const output = (id: string): string =>
            `Take FsConsistent snapshots successfully\n[snapshotgroup="${id}"][message="done"]`;
        const before = await finalizing({ output });
        const outputs = await changed(before, { onDegraded: "keep" });
        expect(outputs.consistency).to.equal("filesystem");
        expect(outputs.warnings).to.have.length(1);
    });
});
