import { expect } from "chai";

import type { DeletionProgress } from "../../../provider/src/ecs/api";
import { ApiCallError } from "../../../provider/src/ecs/api-error";
import { AppSnapshotError } from "../../../provider/src/errors/app-snapshot-error";
import { deleteGroup } from "../../../provider/src/snapshot-group/deletion";
import { testContext } from "../support/context";
import { rejectionOf } from "../support/rejection";
import { groupOf } from "../support/samples";
import { apiError, inTurn, scriptedApi } from "../support/scripted-api";

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

    it("is done when the group does not exist", async () => {
        for (const code of ["InvalidSnapshotGroup.NotFound", "InvalidSnapshotGroupId.NotFound"]) {
            const api = scriptedApi({ deleteSnapshotGroup: () => Promise.reject(apiError(code)) });
            await deleteGroup(testContext(api), id);
            expect(api.operations()).to.deep.equal(["deleteSnapshotGroup"]);
        }
    });

    it("does not take another NotFound for a group that is gone", async () => {
        for (const code of ["InvalidRegionId.NotFound", "Forbidden.RAM"]) {
            const api = scriptedApi({ deleteSnapshotGroup: () => Promise.reject(apiError(code)) });
            const error = await rejectionOf(ApiCallError, deleteGroup(testContext(api), id));
            expect(error.code).to.equal(code);
        }
    });

    it("names the snapshots that something holds, though the request succeeded", async () => {
        const api = scriptedApi({ deleteSnapshotGroup: () => Promise.resolve([done, held]) });
        const error = await rejectionOf(AppSnapshotError, deleteGroup(testContext(api), id));
        expect(error.code).to.equal("SnapshotsHeld");
        expect(error.message).to.include(
            "s-2: SnapshotCreatedImage, in use, an image was made from it; delete the image first",
        );
        expect(error.resources).to.deep.include({ snapshotGroupId: id, snapshotIds: ["s-2"] });
    });

    it("says so when the group is still there after a long time", async () => {
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
