import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

import { AppConsistentSnapshot } from "../../../../provider/src/pulumi/resource/app-consistent-snapshot";
import { outputValue } from "../../support/output-value";

const snapshotIdByDiskId = { "d-system": "s-1", "d-data": "s-2" };

const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({
        id: "ssg-1",
        state: { ...(inputs as object), ...(name === "bare" ? {} : { snapshotIdByDiskId }) },
    }),
    call: () => ({}),
};

describe("the snapshot of one disk", () => {
    let snapshot: AppConsistentSnapshot;
    before(async () => {
        await pulumi.runtime.setMocks(mocks, "project", "stack", false);
        snapshot = new AppConsistentSnapshot("taken", { instanceId: "i-1" });
    });

    it("is found by the disk's id, which may itself be an output", async () => {
        expect(await outputValue(snapshot.snapshotIdOf("d-data"))).to.equal("s-2");
        expect(await outputValue(snapshot.snapshotIdOf(pulumi.output("d-system")))).to.equal("s-1");
    });

    it("is requested from the mocks if they return only the inputs", async () => {
        const bare = new AppConsistentSnapshot("bare", { instanceId: "i-1" });
        const error = await outputValue(bare.snapshotIdOf("d-data")).then(
            () => undefined,
            (thrown: unknown) => thrown,
        );
        expect(String(error)).to.include(
            'let Pulumi\'s mocks return it, for example { snapshotIdByDiskId: { "d-data"',
        );
    });

    it("is never undefined, which would make an empty disk: the error names the existing disks", async () => {
        const error = await outputValue(snapshot.snapshotIdOf("d-other")).then(
            () => undefined,
            (thrown: unknown) => thrown,
        );
        expect(String(error)).to.include("has no disk d-other: it has d-data, d-system");
    });
});
