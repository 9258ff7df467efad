import { expect } from "chai";

import type { SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { createRequest } from "../../../../provider/src/core/lifecycle/create-request";
import { testContext } from "../../support/context";
import { canary, deliveredScripts, inputsOf, urn } from "../../support/samples";
import { scriptedApi } from "../../support/scripted-api";

function fingerprint(linux: SnapshotInputs["linux"], resourceUrn = urn): string {
    return createRequest(testContext(scriptedApi()), inputsOf({ linux, resourceUrn })).fingerprint;
}

const { preScript, postScript } = deliveredScripts;

describe("the fingerprint of a create request", () => {
    it("depends on the texts of the scripts, so that a run with another text is not adopted", () => {
        const other = "#!/bin/sh\nother\n";
        const fingerprints = [
            fingerprint(deliveredScripts),
            fingerprint({ preScript: other, postScript }),
            fingerprint({ preScript, postScript: other }),
            fingerprint({ preScript: postScript, postScript: preScript }),
            fingerprint({ preScript: preScript + postScript, postScript: "" }),
            fingerprint({ preScript: "", postScript: preScript + postScript }),
            fingerprint({ preScript, postScriptPath: "/root/post.sh" }),
            fingerprint({ preScript: other, postScriptPath: "/root/post.sh" }),
            fingerprint({ preScriptPath: "/root/pre.sh", postScript }),
            fingerprint({ preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" }),
            fingerprint(undefined),
            fingerprint(deliveredScripts, `${urn}2`),
        ];
        expect(new Set(fingerprints).size).to.equal(fingerprints.length);
        expect(fingerprints.join(""))
            .to.match(/^[0-9a-f]+$/)
            .and.not.to.include(canary);
    });

    it("is the same for the same texts, whether or not they are kept", () => {
        expect(fingerprint({ postScript, preScript })).to.equal(fingerprint(deliveredScripts));
        for (const keepScripts of [true, false]) {
            expect(fingerprint({ ...deliveredScripts, keepScripts })).to.equal(fingerprint(deliveredScripts));
        }
    });
});
