import { expect } from "chai";

import { definitionOf } from "../../../../provider/src/core/inputs/definition";
import type { SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { keptInputs } from "../../../../provider/src/core/lifecycle/outputs";
import { fingerprintOf } from "../../../../provider/src/core/run/run";
import { canary, deliveredScripts, identityOf, inputsOf, urn } from "../../support/samples";

const { preScript, postScript } = deliveredScripts;

function fingerprint(more: Partial<SnapshotInputs> = {}, resource = urn): string {
    return fingerprintOf(identityOf(resource), definitionOf(inputsOf(more)));
}

describe("the definition of a snapshot", () => {
    it("has the same fingerprint for the same snapshot, however it is written", () => {
        expect(fingerprint({ excludeDiskIds: ["d-1", "d-2"] })).to.equal(
            fingerprint({ excludeDiskIds: ["d-2", "d-1"] }),
        );
        expect(fingerprint({ excludeDiskIds: [] })).to.equal(fingerprint());
        expect(fingerprint({ triggers: [] })).to.equal(fingerprint());
        expect(fingerprint({ windows: {} })).to.equal(fingerprint());
        expect(fingerprint({ triggers: [{ a: 1, b: 2 }] })).to.equal(
            fingerprint({ triggers: [{ b: 2, a: 1 }] }),
        );
    });

    it("has the same fingerprint whatever inputs only steer the provider or change in place", () => {
        const steering: Partial<SnapshotInputs>[] = [
            { ramRoleName: "Other" },
            { roleAttachment: "none" },
            { snapshotGroupName: "name" },
            { description: "text" },
            { requiredConsistency: "filesystem" },
            { onDegraded: "keep" },
            { waitFor: "accomplished" },
            { timeoutSeconds: 60 },
            { keepLast: 3 },
            { adoptWithinSeconds: 0 },
            { linux: { ...inputsOf().linux, freezeTimeoutSeconds: 60, scriptTimeoutSeconds: 60 } },
            { linux: { ...inputsOf().linux, keepScripts: false } },
            { linux: { ...inputsOf().linux, scriptOutput: "show" } },
        ];
        for (const more of steering) {
            expect(fingerprint(more), JSON.stringify(more)).to.equal(fingerprint());
        }
    });

    it("has another fingerprint for another resource and for anything that defines the snapshot", () => {
        const fingerprints = [
            fingerprint(),
            fingerprint({}, `${urn}2`),
            fingerprint({ instanceId: "i-2" }),
            fingerprint({ excludeDiskIds: ["d-1"] }),
            fingerprint({ linux: {} }),
            fingerprint({ linux: { ...inputsOf().linux, enableFsFreeze: false } }),
            fingerprint({ linux: deliveredScripts }),
            fingerprint({ linux: { ...deliveredScripts, enableFsFreeze: false } }),
            fingerprint({ linux: { preScript, postScriptPath: "/root/post.sh" } }),
            fingerprint({ linux: { preScriptPath: "/root/pre.sh", postScript } }),
            fingerprint({ linux: { preScriptPath: "delivered", postScriptPath: "delivered" } }),
            fingerprint({ windows: { enableWriters: false } }),
            fingerprint({ instantAccess: true }),
            fingerprint({ instantAccess: false }),
            fingerprint({ instantAccess: true, instantAccessRetentionDays: 1 }),
            fingerprint({ triggers: ["1"] }),
            fingerprint({ triggers: [1] }),
            fingerprint({ triggers: ["1", "2"] }),
            fingerprint({ triggers: ["2", "1"] }),
        ];
        expect(new Set(fingerprints).size).to.equal(fingerprints.length);
    });

    it("has only the fact that a script is delivered, not its text", () => {
        const texts = [preScript, postScript, "#!/bin/sh\n", "", "delivered"];
        const definitions = texts.flatMap((pre) =>
            texts.map((post) => definitionOf(inputsOf({ linux: { preScript: pre, postScript: post } }))),
        );
        for (const definition of definitions) {
            expect(definition).to.deep.equal(definitions[0]);
        }
        expect(JSON.stringify(definitions)).not.to.include(canary);
        for (const keepScripts of [true, false]) {
            const linux = { ...deliveredScripts, keepScripts };
            expect(definitionOf(inputsOf({ linux }))).to.deep.equal(definitions[0]);
        }
    });

    it("treats null as no text, and an unknown value as a text", () => {
        const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        const linux = (values: object): unknown => definitionOf({ ...inputsOf(), linux: values })["linux"];
        expect(linux({ preScript: null, preScriptPath: "/pre" })).to.deep.equal(
            linux({ preScriptPath: "/pre" }),
        );
        expect(linux({ preScript: unknown, postScript: unknown })).to.deep.equal(linux(deliveredScripts));
    });

    it("is the same for the inputs and for the state's copy of them", () => {
        for (const linux of [
            deliveredScripts,
            { ...deliveredScripts, keepScripts: true },
            { preScript, postScriptPath: "/root/post.sh" },
        ]) {
            const inputs = inputsOf({ linux });
            const kept = keptInputs(inputs, "cn-hangzhou");
            expect(definitionOf(kept)).to.deep.equal(definitionOf(inputs));
            expect(JSON.stringify(kept)).not.to.include(canary);
        }
        const inputs = inputsOf({
            excludeDiskIds: ["d-1"],
            windows: { enableWriters: false },
            instantAccess: true,
            instantAccessRetentionDays: 2,
            triggers: [1],
        });
        expect(definitionOf(keptInputs(inputs, "cn-hangzhou"))).to.deep.equal(definitionOf(inputs));
    });
});
