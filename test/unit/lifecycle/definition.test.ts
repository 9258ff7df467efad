import { expect } from "chai";

import { markerOf } from "../../../provider/src/cloud-assistant/attempt";
import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import { definitionOf } from "../../../provider/src/lifecycle/definition";
import { keptInputs } from "../../../provider/src/lifecycle/outputs";
import { inputsOf, urn } from "../support/samples";

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

    it("is the same for the inputs and for what the state keeps of them", () => {
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
