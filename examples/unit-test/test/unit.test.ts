import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { databaseSnapshot } from "../database-snapshot";

// Tests the declaration, with Pulumi's mocks: no engine, no cloud, and no input is checked.
const declared = new Map<string, Readonly<Record<string, unknown>>>();

before(() =>
    pulumi.runtime.setMocks({
        newResource: ({ name, inputs }) => {
            const given = inputs as Readonly<Record<string, unknown>>;
            declared.set(name, given);
            // The outputs that the tests use; the real ones come from the cloud.
            const outputs = { snapshotGroupId: "ssg-1", snapshotIdByDiskId: { "d-1": "s-1" } };
            return { id: "ssg-1", state: { ...given, ...outputs } };
        },
        call: () => ({}),
    }),
);

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => {
        output.apply(resolve);
    });
}

describe("the snapshot of the database", () => {
    it("is taken again for each release, and named after it", async () => {
        const snapshot = databaseSnapshot("i-bp1xxxxxxxxxxxxxxxxx", "1.4.0");
        assert.equal(await valueOf(snapshot.snapshotGroupId), "ssg-1");
        const inputs = declared.get("database");
        assert.deepEqual(inputs?.["triggers"], ["1.4.0"]);
        assert.equal(inputs["snapshotGroupName"], "before-1.4.0");
    });

    it("has a member for each disk", async () => {
        const snapshot = databaseSnapshot("i-bp1xxxxxxxxxxxxxxxxx", "1.4.0");
        assert.equal(await valueOf(snapshot.snapshotIdOf("d-1")), "s-1");
    });
});
