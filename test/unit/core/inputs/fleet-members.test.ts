import { expect } from "chai";

import {
    type FleetInputs,
    fleetMembers,
    hasUnknownList,
    plainFleet,
} from "../../../../provider/src/core/inputs/fleet-inputs";
import { textDigest } from "../../../../provider/src/core/inputs/script-digest";
import { specify } from "../../../../provider/src/core/inputs/specification";
import { deliveredScripts } from "../../support/samples";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const common: FleetInputs = {
    resourceUrn: "urn",
    organization: "shop",
    regionId: "cn-hangzhou",
    ramRoleName: "Common",
    roleAttachment: "temporary",
    snapshotGroupName: "common",
    description: "common",
    linux: { preScriptPath: "/pre", postScriptPath: "/post", freezeTimeoutSeconds: 5 },
    windows: { enableWriters: true },
    instantAccess: true,
    instantAccessRetentionDays: 2,
    requiredConsistency: "filesystem",
    onDegraded: "keep",
    waitFor: "accomplished",
    timeoutSeconds: 60,
    keepLast: 2,
    adoptWithinSeconds: 0,
    triggers: ["1"],
};
const forFleet = { maxConcurrentInstances: 2, onFailure: "stop", retainOnDelete: true } as const;

describe("the inputs of each instance of a fleet", () => {
    it("are the common ones and its id, in the order of the list", () => {
        expect(fleetMembers({ ...common, ...forFleet, instanceIds: ["i-2", "i-1"] })).to.deep.equal([
            { ...common, instanceId: "i-2" },
            { ...common, instanceId: "i-1" },
        ]);
    });

    it("are replaced by what the instance sets itself, whole objects included", () => {
        const own = {
            instanceId: "i-2",
            excludeDiskIds: ["d-1"],
            linux: { preScriptPath: "/own/pre", postScriptPath: "/own/post" },
            windows: {},
            ramRoleName: "Own",
            snapshotGroupName: "own",
            description: "own",
        };
        expect(
            fleetMembers({ ...common, ...forFleet, instances: [{ instanceId: "i-1" }, own] }),
        ).to.deep.equal([
            { ...common, instanceId: "i-1" },
            { ...common, ...own },
        ]);
    });

    it("have the digest of the scripts that apply to the instance", () => {
        const { preScript, postScript } = deliveredScripts;
        const own = { preScript: postScript, postScript: preScript };
        const inputs = {
            ...{ linux: deliveredScripts, openScripts: textDigest(deliveredScripts) ?? "" },
            instances: [
                { instanceId: "i-common" },
                { instanceId: "i-open", linux: own, openScripts: textDigest(own) ?? "" },
                { instanceId: "i-secret", linux: own },
                { instanceId: "i-secret-same", linux: deliveredScripts },
                { instanceId: "i-transformed", linux: own, openScripts: textDigest(deliveredScripts) ?? "" },
                { instanceId: "i-windows", windows: {} },
            ],
        };
        expect(
            fleetMembers(inputs).map((member) => [member.instanceId, specify(member).linux.scriptOutput]),
        ).to.deep.equal([
            ["i-common", "show"],
            ["i-open", "show"],
            ["i-secret", "secret"],
            ["i-secret-same", "secret"],
            ["i-transformed", "secret"],
            ["i-windows", "show"],
        ]);
    });

    it("ignore a digest of an instance without scripts of its own", () => {
        const instances = [{ instanceId: "i-1", openScripts: textDigest(deliveredScripts) ?? "" }];
        const [member] = fleetMembers({ linux: deliveredScripts, instances });
        expect(member === undefined ? undefined : specify(member).linux.scriptOutput).to.equal("secret");
    });

    it("are unknown in a preview as far as the program does not know them", () => {
        const list = unknown as unknown as readonly never[];
        for (const inputs of [{ instanceIds: list }, { instances: list }]) {
            expect(fleetMembers(inputs)).to.deep.equal([]);
            expect(hasUnknownList(inputs)).to.equal(true);
        }
        const known = { instances: [unknown as never, { instanceId: unknown }] };
        expect(hasUnknownList(known)).to.equal(false);
        expect(fleetMembers({ ...common, ...known })).to.deep.equal([
            { ...common, instanceId: unknown },
            { ...common, instanceId: unknown },
        ]);
    });
});

describe("plainFleet", () => {
    it("drops nulls and the engine's own keys, also in the entries, but not in triggers", () => {
        expect(
            plainFleet({
                __provider: "x",
                instanceIds: null,
                instances: [
                    { instanceId: "i-1", linux: { preScript: null }, windows: null, __x: 1 },
                    unknown,
                ],
                triggers: [null, { a: null }],
            }),
        ).to.deep.equal({
            instances: [{ instanceId: "i-1", linux: {} }, unknown],
            triggers: [null, { a: null }],
        });
        expect(plainFleet(undefined)).to.deep.equal({});
    });
});
