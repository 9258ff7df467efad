import { expect } from "chai";
import * as fc from "fast-check";

import { generatedGroupName } from "../../../../provider/src/core/plugin/group-name";
import { urn } from "../../support/samples";

const runId = "0a1b2c3d-0000-4000-8000-000000000000";
const now = Date.UTC(2025, 0, 2, 3, 4, 5, 678);

describe("a generated name of a group", () => {
    it("has the resource's name, the time and the run", () => {
        expect(generatedGroupName(urn, now, runId)).to.equal("before-20250102T030405Z-0a1b2c");
    });

    it("follows the API's rule for any name of the resource", () => {
        const names = fc.oneof(
            fc.string({ unit: "binary", maxLength: 400 }),
            fc.string({
                unit: fc.constantFrom(...Array.from("aZ0.-_:/ é")),
                maxLength: 300,
                size: "max",
            }),
        );
        fc.assert(
            fc.property(fc.option(names, { nil: undefined }), fc.uuid(), (name, id) => {
                const made = generatedGroupName(
                    name === undefined ? undefined : `urn::type::${name}`,
                    now,
                    id,
                );
                expect(made).to.match(/^[A-Za-z][A-Za-z0-9._:-]{1,127}$/);
                expect(made).not.to.match(/https?:\/\//);
            }),
        );
    });

    it("is different for each run, also within one second", () => {
        fc.assert(
            fc.property(fc.uuid(), fc.uuid(), (one, other) => {
                fc.pre(one.slice(0, 6) !== other.slice(0, 6));
                expect(generatedGroupName(urn, now, one)).not.to.equal(generatedGroupName(urn, now, other));
            }),
        );
    });

    it("has a fallback if the resource's name has nothing usable", () => {
        expect(generatedGroupName("urn::数据库", now, runId)).to.match(/^app-snapshot-2025/);
        expect(generatedGroupName(undefined, now, runId)).to.match(/^app-snapshot-2025/);
    });
});
