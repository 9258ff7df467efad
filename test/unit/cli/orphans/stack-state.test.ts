import { expect } from "chai";

import { CommandError } from "../../../../provider/src/cli/command/command-error";
import { parseState, partId } from "../../../../provider/src/cli/orphans/stack-state";
import { thrownBy } from "../../support/rejection";
import { urn } from "../../support/samples";

const type = "pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot";

function stateOf(...resources: unknown[]): string {
    return JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
}

describe("the state of a stack", () => {
    it("knows the snapshots' ids, invocations and groups, and their regions", () => {
        const state = parseState(
            stateOf(
                {
                    urn,
                    type,
                    id: "ssg-1",
                    outputs: { snapshotGroupId: "ssg-1", invokeId: "t-1", regionId: "r1" },
                },
                { urn, type, id: "t-2", delete: true, outputs: { invokeId: "t-2", regionId: "r2" } },
            ),
        );
        expect([...state.known]).to.include.members(["ssg-1", "t-1", "t-2"]);
        expect(state.regions).to.deep.equal(["r1", "r2"]);
        expect(state.owners[0]).to.deep.equal({ stack: "dev", project: "shop" });
    });

    it("knows all groups of a fleet, finished or not, its parts of invocations, and its region", () => {
        const outputs = {
            regionId: "r1",
            snapshots: { "i-1": { snapshotGroupId: "ssg-1", invokeId: "t-1" } },
            unfinished: { "i-2": { snapshotGroupId: "ssg-2", invokeId: "t-2" } },
            failures: { "i-3": { invokeId: "t-3", snapshotGroupId: "ssg-3" } },
            earlierSnapshotGroups: [{ instanceId: "i-1", snapshotGroupId: "ssg-4", invokeId: "t-4" }],
        };
        const state = parseState(stateOf({ urn, type: `${type}Fleet`, id: "fleet", outputs }));
        expect([...state.known]).to.include.members([
            ...["fleet", "ssg-1", "ssg-2", "ssg-3", "ssg-4", "t-3"],
            ...[partId("t-1", "i-1"), partId("t-2", "i-2"), partId("t-4", "i-1")],
        ]);
        expect([...state.known]).not.to.include("t-1");
        expect(state.regions).to.deep.equal(["r1"]);
    });

    it("also knows the ids of all other resources, but not their regions", () => {
        const state = parseState(
            stateOf({ urn, type: "alicloud:ecs/x:X", id: "ssg-1", outputs: { regionId: "r1" } }),
        );
        expect([...state.known]).to.deep.equal(["ssg-1"]);
        expect(state.regions).to.deep.equal([]);
    });

    it("does not mistake a secret for a text", () => {
        const state = parseState(
            stateOf({ urn, type, id: "ssg-1", outputs: { regionId: { ciphertext: "x" } } }),
        );
        expect(state.regions).to.deep.equal([]);
    });

    it("may be empty", () => {
        const state = parseState(JSON.stringify({ version: 3, deployment: { manifest: {} } }));
        expect(state).to.deep.equal({ owners: [], regions: [], known: new Set() });
    });

    const strange = ["", "{}", "[]", "null", '{"deployment":null}', '{"deployment":"secret"}'];
    for (const text of [...strange, stateOf(1), stateOf({ urn: "x" }), '{"deployment":{"resources":{}}}']) {
        it(`is refused rather than taken for empty: ${text}`, () => {
            const { message } = thrownBy(CommandError, () => parseState(text));
            expect(message).to.not.include("secret");
        });
    }
});
