import { expect } from "chai";

import type { DeletionProgress } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { deleteGroup, requestDeletion } from "../../../../provider/src/core/snapshot-group/deletion";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { testContext } from "../../support/context";
import { rejectionOf } from "../../support/rejection";
import { diskOf, groupOf } from "../../support/samples";
import { apiError, inTurn, type ScriptedApi, scriptedApi } from "../../support/scripted-api";

const id = "ssg-bp1sample";

const done: DeletionProgress = { success: true, errorCode: "", errorMessage: "", snapshotIds: ["s-1"] };
const held: DeletionProgress = {
    success: false,
    errorCode: "SnapshotCreatedImage",
    errorMessage: "in use",
    snapshotIds: ["s-2"],
};

describe("deleting a group", () => {
    it("waits until the group is gone", async () => {
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([done]),
            describeSnapshotGroups: inTurn([groupOf()], [groupOf()], []),
        });
        await deleteGroup(testContext(api), id);
        expect(api.operations()).to.deep.equal([
            "deleteSnapshotGroup",
            "describeSnapshotGroups",
            "describeSnapshotGroups",
            "describeSnapshotGroups",
        ]);
    });

    it("succeeds if the group does not exist", async () => {
        for (const code of ["InvalidSnapshotGroup.NotFound", "InvalidSnapshotGroupId.NotFound"]) {
            const api = scriptedApi({ deleteSnapshotGroup: () => Promise.reject(apiError(code)) });
            await deleteGroup(testContext(api), id);
            expect(api.operations()).to.deep.equal(["deleteSnapshotGroup"]);
        }
    });

    it("does not treat another NotFound as a group that is gone", async () => {
        for (const code of ["InvalidRegionId.NotFound", "Forbidden.RAM"]) {
            const api = scriptedApi({ deleteSnapshotGroup: () => Promise.reject(apiError(code)) });
            const error = await rejectionOf(ApiCallError, deleteGroup(testContext(api), id));
            expect(error.code).to.equal(code);
        }
    });

    it("names the held snapshots although the request succeeded", async () => {
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([done, held]),
            describeImageIds: () => Promise.resolve(["m-1"]),
        });
        const error = await rejectionOf(AppSnapshotError, deleteGroup(testContext(api), id));
        expect(error.code).to.equal("SnapshotsHeld");
        expect(error.message).to.include(
            "s-2: SnapshotCreatedImage, in use, the image m-1 was created from it; delete it first",
        );
        expect(error.resources).to.deep.include({ snapshotGroupId: id, snapshotIds: ["s-2"] });
    });

    it("names the held members if the whole request is refused because of them", async () => {
        for (const [code, kind] of [
            ["SnapshotCreatedImage", "image"],
            ["SnapshotCreatedDisk", "disk"],
        ] as const) {
            const madeFrom = (snapshotId: string) => (snapshotId === "s-data" ? ["x-1"] : []);
            const api = scriptedApi({
                deleteSnapshotGroup: () => Promise.reject(apiError(code)),
                describeSnapshotGroups: () => Promise.resolve([groupOf()]),
                describeImageIds: (snapshotId) => Promise.resolve(madeFrom(snapshotId)),
                describeDisks: (filter) =>
                    Promise.resolve(
                        madeFrom("snapshotId" in filter ? filter.snapshotId : "").map((diskId) =>
                            diskOf(diskId),
                        ),
                    ),
            });
            for (const options of [{}, { snapshotIds: ["s-system", "s-data"] }]) {
                const error = await rejectionOf(AppSnapshotError, deleteGroup(testContext(api), id, options));
                expect(error.code).to.equal("SnapshotsHeld");
                expect(error.message).to.include(`s-data: ${code}`).and.not.include("s-system");
                expect(error.message).to.include(`the ${kind} x-1 was created from it; delete it first`);
                expect(error.resources).to.deep.include({ snapshotGroupId: id, snapshotIds: ["s-data"] });
            }
        }
    });

    it("names all members if it is unknown which of them is held", async () => {
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.reject(apiError("SnapshotCreatedImage")),
            describeSnapshotGroups: () => Promise.reject(apiError("Forbidden.RAM")),
            describeImageIds: () => Promise.reject(apiError("Forbidden.RAM")),
        });
        const members = ["s-1", "s-2"];
        const known = await rejectionOf(
            AppSnapshotError,
            deleteGroup(testContext(api), id, { snapshotIds: members }),
        );
        expect(known.message)
            .to.include("s-1, s-2: SnapshotCreatedImage")
            .and.include("an image was created from it");
        const unknown = await rejectionOf(AppSnapshotError, deleteGroup(testContext(api), id));
        expect(unknown.message).to.include("a snapshot: SnapshotCreatedImage");
    });

    it("treats a member that does not exist as deleted", async () => {
        const missing: DeletionProgress = { ...held, errorCode: "InvalidSnapshotId.NotFound" };
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([done, missing]),
            describeSnapshotGroups: () => Promise.resolve([]),
        });
        await deleteGroup(testContext(api), id);
        expect(await requestDeletion(testContext(api), id, [])).to.equal("requested");
    });

    it("does not rely on an empty list if the API returns no results and no member is known", async () => {
        const existence = inTurn<"exists" | "absent">("exists", "exists", "absent");
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([]),
            describeSnapshotGroups: () => Promise.resolve([]),
            groupExistence: existence,
        });
        await deleteGroup(testContext(api), id);
        expect(api.argumentsOf("groupExistence")).to.have.length(3);
    });

    it("ends within its time limit, whatever the obstacle", async () => {
        const timeoutMs = 120_000;
        for (const script of [
            { deleteSnapshotGroup: () => Promise.reject(apiError("OperationConflict")) },
            {
                deleteSnapshotGroup: () => Promise.resolve([done]),
                describeSnapshotGroups: () => Promise.resolve([groupOf()]),
            },
        ]) {
            const context = testContext(scriptedApi(script));
            const start = context.clock.now();
            const error = await rejectionOf(AppSnapshotError, deleteGroup(context, id, { timeoutMs }));
            expect(error.code).to.equal("DeletionNotFinished");
            expect(context.clock.now() - start).to.equal(timeoutMs);
        }
    });

    it("fails if the group still exists after a long time", async () => {
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([]),
            describeSnapshotGroups: () => Promise.resolve([groupOf()]),
        });
        const context = testContext(api);
        const start = context.clock.now();
        const error = await rejectionOf(AppSnapshotError, deleteGroup(context, id));
        expect(error.code).to.equal("DeletionNotFinished");
        expect(error.resources.snapshotGroupId).to.equal(id);
        expect(context.clock.now() - start).to.be.within(300_000, 1_200_000);
    });
});

describe("deleting a group that is being uploaded", () => {
    const conflict: DeletionProgress = { ...held, errorCode: "InvalidOperation.RelatedSnapshotNotFinished" };

    it("is retried until the upload is done, whether the request or one of its items is refused", async () => {
        for (const refusal of [
            apiError("OperationConflict"),
            apiError("Operation.Conflict"),
            [done, conflict],
        ]) {
            const api = scriptedApi({
                deleteSnapshotGroup: inTurn<DeletionProgress[]>(refusal, refusal, [done]),
                describeSnapshotGroups: () => Promise.resolve([]),
            });
            const context = testContext(api);
            await deleteGroup(context, id);
            expect(api.argumentsOf("deleteSnapshotGroup")).to.have.length(3);
            expect(context.log.of("status").join("\n")).to.match(
                /waiting \d+s: it is being uploaded .* ssg-bp1sample$/m,
            );
        }
    });

    it("fails after an hour, with the API's code and the group", async () => {
        const api = scriptedApi({ deleteSnapshotGroup: () => Promise.reject(apiError("OperationConflict")) });
        const context = testContext(api);
        const start = context.clock.now();
        const error = await rejectionOf(AppSnapshotError, deleteGroup(context, id));
        expect(error.code).to.equal("DeletionNotFinished");
        expect(error.message).to.include("OperationConflict").and.to.include("uploaded");
        expect(error.resources.snapshotGroupId).to.equal(id);
        expect(context.clock.now() - start).to.equal(3_600_000);
        expect(api.calls.length).to.be.below(200);
    });

    it("is not retried if a member is also held", async () => {
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([held]),
            describeImageIds: () => Promise.resolve([]),
        });
        await rejectionOf(AppSnapshotError, deleteGroup(testContext(api), id));
        expect(api.argumentsOf("deleteSnapshotGroup")).to.have.length(1);
    });
});

describe("the members of a group that is gone", () => {
    const members = ["s-1", "s-2", "s-3"];

    /** A cloud without the group, with some of its members, of which some can't be deleted. */
    const leftovers = (refusals: Readonly<Record<string, Error>> = {}): ScriptedApi =>
        scriptedApi({
            deleteSnapshotGroup: () => Promise.reject(apiError("InvalidSnapshotGroup.NotFound")),
            deleteSnapshot: (member) => {
                const refusal = refusals[member];
                return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
            },
            describeDisks: () => Promise.resolve([diskOf("d-copy")]),
        });

    it("are deleted one by one, also if one does not exist", async () => {
        const api = leftovers({ "s-1": apiError("InvalidSnapshotId.NotFound") });
        await deleteGroup(testContext(api), id, { snapshotIds: members });
        expect(api.argumentsOf("deleteSnapshot")).to.deep.equal([["s-1"], ["s-2"], ["s-3"]]);
    });

    it("are not read first, because a list may lag behind", async () => {
        const api = leftovers();
        await deleteGroup(testContext(api), id, { snapshotIds: members });
        expect(api.operations()).not.to.include("describeSnapshotIds");
    });

    it("are named with their holder, after all others are deleted", async () => {
        const api = leftovers({
            "s-1": apiError("SnapshotCreatedDisk"),
            "s-2": apiError("Forbidden.RAM"),
        });
        const error = await rejectionOf(
            AppSnapshotError,
            deleteGroup(testContext(api), id, { snapshotIds: members }),
        );
        expect(error.code).to.equal("SnapshotsHeld");
        expect(error.resources).to.deep.include({ snapshotGroupId: id, snapshotIds: ["s-1", "s-2"] });
        expect(error.message).to.include("the disk d-copy was created from it; delete it first");
        expect(error.message).to.include("s-2: Forbidden.RAM");
        expect(api.argumentsOf("deleteSnapshot")).to.deep.equal([["s-1"], ["s-2"], ["s-3"]]);
    });

    it("are not treated as deleted without a response", async () => {
        const noAnswer = new ApiCallError("DeleteSnapshot", undefined, "the request timed out", "again");
        const api = leftovers({ "s-1": noAnswer });
        const error = await rejectionOf(
            ApiCallError,
            deleteGroup(testContext(api), id, { snapshotIds: members }),
        );
        expect(error).to.equal(noAnswer);
    });

    it("are deleted too if the API accepts the deletion without a result for each", async () => {
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([]),
            describeSnapshotGroups: () => Promise.resolve([]),
            deleteSnapshot: () => Promise.resolve(),
        });
        await deleteGroup(testContext(api), id, { snapshotIds: members });
        expect(api.argumentsOf("deleteSnapshot")).to.deep.equal([["s-1"], ["s-2"], ["s-3"]]);
    });

    it("are not deleted again if the API reported each as deleted, or none is known", async () => {
        const reporting = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([done]),
            describeSnapshotGroups: () => Promise.resolve([]),
        });
        await deleteGroup(testContext(reporting), id, { snapshotIds: members });
        expect(reporting.operations()).not.to.include("deleteSnapshot");

        const unknown = leftovers();
        await deleteGroup(testContext(unknown), id);
        expect(unknown.operations()).to.deep.equal(["deleteSnapshotGroup"]);
    });
});

describe("requesting the deletion of a group", () => {
    const asked = (api: ScriptedApi, members: readonly string[] = []): Promise<string> =>
        requestDeletion(testContext(api), id, members);

    it("does not wait for the deletion", async () => {
        const api = scriptedApi({ deleteSnapshotGroup: () => Promise.resolve([done]) });
        expect(await asked(api, ["s-1"])).to.equal("requested");
        expect(api.operations()).to.deep.equal(["deleteSnapshotGroup"]);
    });

    it("is postponed if another operation is in progress, reported by the request or by an item", async () => {
        const code = "InvalidOperation.RelatedSnapshotNotFinished";
        for (const deleteSnapshotGroup of [
            () => Promise.reject(apiError(code)),
            () => Promise.resolve([done, { ...held, errorCode: code }]),
        ]) {
            expect(await asked(scriptedApi({ deleteSnapshotGroup }))).to.equal("later");
        }
    });

    it("deletes the remaining members of a group that is gone", async () => {
        const api = scriptedApi({
            deleteSnapshotGroup: () => Promise.reject(apiError("InvalidSnapshotGroup.NotFound")),
            deleteSnapshot: inTurn<undefined>(apiError("InvalidSnapshotId.NotFound"), undefined),
        });
        expect(await asked(api, ["s-1", "s-2"])).to.equal("gone");
        expect(api.argumentsOf("deleteSnapshot")).to.deep.equal([["s-1"], ["s-2"]]);
    });

    it("names held members, of a group and of the remains of one", async () => {
        const inGroup = scriptedApi({
            deleteSnapshotGroup: () => Promise.resolve([done, held]),
            describeImageIds: () => Promise.resolve(["m-1"]),
        });
        const left = scriptedApi({
            deleteSnapshotGroup: () => Promise.reject(apiError("InvalidSnapshotGroup.NotFound")),
            deleteSnapshot: () => Promise.reject(apiError("SnapshotCreatedImage")),
            describeImageIds: () => Promise.resolve(["m-1"]),
        });
        for (const api of [inGroup, left]) {
            const error = await rejectionOf(AppSnapshotError, asked(api, ["s-2"]));
            expect(error.code).to.equal("SnapshotsHeld");
            expect(error.resources.snapshotIds).to.deep.equal(["s-2"]);
            expect(error.message).to.include("m-1");
        }
    });

    it("throws every other error", async () => {
        const api = scriptedApi({ deleteSnapshotGroup: () => Promise.reject(apiError("Forbidden.RAM")) });
        expect((await rejectionOf(ApiCallError, asked(api))).code).to.equal("Forbidden.RAM");
    });
});
