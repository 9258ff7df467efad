import { expect } from "chai";

import { holderAdvice } from "../../../../provider/src/core/snapshot-group/snapshot-holder";
import { testContext } from "../../support/context";
import { diskOf } from "../../support/samples";
import { apiError, scriptedApi } from "../../support/scripted-api";

const snapshotIds = ["s-1", "s-2"];

describe("the holder of a snapshot", () => {
    it("is named by the ids of the images created from it", async () => {
        const api = scriptedApi({ describeImageIds: (id) => Promise.resolve([`m-of-${id}`]) });
        expect(
            await holderAdvice(testContext(api), { errorCode: "SnapshotCreatedImage", snapshotIds }),
        ).to.equal("the image m-of-s-1, m-of-s-2 was created from it; delete it first");
    });

    it("is named by the ids of the disks created from it", async () => {
        const api = scriptedApi({ describeDisks: () => Promise.resolve([diskOf("d-copy")]) });
        expect(
            await holderAdvice(testContext(api), { errorCode: "SnapshotCreatedDisk", snapshotIds: ["s-1"] }),
        ).to.equal("the disk d-copy was created from it; delete it first");
        expect(api.argumentsOf("describeDisks")).to.deep.equal([[{ snapshotId: "s-1" }]]);
    });

    it("is described in general if it is not found, or can't be listed", async () => {
        const refused = (): Promise<never> => Promise.reject(apiError("Forbidden.RAM"));
        for (const answer of [() => Promise.resolve([]), refused]) {
            const context = testContext(scriptedApi({ describeImageIds: answer, describeDisks: answer }));
            expect(await holderAdvice(context, { errorCode: "SnapshotCreatedImage", snapshotIds })).to.equal(
                "an image was created from it; delete the image first",
            );
            expect(await holderAdvice(context, { errorCode: "SnapshotCreatedDisk", snapshotIds })).to.equal(
                "a disk was created from it; delete the disk first",
            );
        }
    });

    it("is not read for other codes", async () => {
        const api = scriptedApi();
        expect(await holderAdvice(testContext(api), { errorCode: "Forbidden.RAM", snapshotIds })).to.equal(
            "",
        );
        expect(api.calls).to.deep.equal([]);
    });
});
