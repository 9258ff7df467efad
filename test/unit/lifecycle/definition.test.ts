import { expect } from "chai";

import { markerOf } from "../../../provider/src/cloud-assistant/attempt";
import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import { definitionOf } from "../../../provider/src/lifecycle/definition";
import { keptInputs } from "../../../provider/src/lifecycle/outputs";
import { canary, deliveredScripts, inputsOf, urn } from "../support/samples";

const { preScript, postScript } = deliveredScripts;

const marker = (more: Partial<SnapshotInputs> = {}, resource = urn): string =>
    markerOf(resource, definitionOf(inputsOf(more)));

describe("the definition of a snapshot", () => {
    it("has the same marker for the same snapshot, however it is written", () => {
        expect(marker({ excludeDiskIds: ["d-1", "d-2"] })).to.equal(
            marker({ excludeDiskIds: ["d-2", "d-1"] }),
        );
        expect(marker({ excludeDiskIds: [] })).to.equal(marker());
        expect(marker({ triggers: [] })).to.equal(marker());
        expect(marker({ windows: {} })).to.equal(marker());
        expect(marker({ triggers: [{ a: 1, b: 2 }] })).to.equal(marker({ triggers: [{ b: 2, a: 1 }] }));
    });

    it("has the same marker whatever only steers the provider, or is changed in place", () => {
        const steering: Partial<SnapshotInputs>[] = [
            { ramRoleName: "Other" },
            { roleAttachment: "none" },
            { snapshotGroupName: "name" },
            { description: "text" },
            { requiredConsistency: "filesystem" },
            { onDegraded: "keep" },
            { waitFor: "accomplished" },
            { timeoutSeconds: 60 },
            { linux: { ...inputsOf().linux, freezeTimeoutSeconds: 60, scriptTimeoutSeconds: 60 } },
            { linux: { ...inputsOf().linux, keepScripts: false } },
        ];
        for (const more of steering) {
            expect(marker(more), JSON.stringify(more)).to.equal(marker());
        }
    });

    it("has another marker for another resource and for anything that defines the snapshot", () => {
        const markers = [
            marker(),
            marker({}, `${urn}2`),
            marker({ instanceId: "i-2" }),
            marker({ excludeDiskIds: ["d-1"] }),
            marker({ linux: {} }),
            marker({ linux: { ...inputsOf().linux, enableFsFreeze: false } }),
            marker({ linux: deliveredScripts }),
            marker({ linux: { ...deliveredScripts, enableFsFreeze: false } }),
            marker({ linux: { preScript, postScriptPath: "/root/post.sh" } }),
            marker({ linux: { preScriptPath: "/root/pre.sh", postScript } }),
            marker({ linux: { preScriptPath: "delivered", postScriptPath: "delivered" } }),
            marker({ windows: { enableWriters: false } }),
            marker({ instantAccess: true }),
            marker({ instantAccess: false }),
            marker({ instantAccess: true, instantAccessRetentionDays: 1 }),
            marker({ triggers: ["1"] }),
            marker({ triggers: [1] }),
            marker({ triggers: ["1", "2"] }),
            marker({ triggers: ["2", "1"] }),
        ];
        expect(new Set(markers).size).to.equal(markers.length);
    });

    it("has of a delivered script only that it is delivered, whatever its text", () => {
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

    it("takes a text that is null for none, and one that is not known yet for one", () => {
        const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        const linux = (values: object): unknown => definitionOf({ ...inputsOf(), linux: values })["linux"];
        expect(linux({ preScript: null, preScriptPath: "/pre" })).to.deep.equal(
            linux({ preScriptPath: "/pre" }),
        );
        expect(linux({ preScript: unknown, postScript: unknown })).to.deep.equal(linux(deliveredScripts));
    });

    it("is the same for the inputs and for what the state keeps of them", () => {
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
