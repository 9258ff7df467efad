import { expect } from "chai";

import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import { orderOf } from "../../../provider/src/lifecycle/order";
import { testContext } from "../support/context";
import { canary, deliveredScripts, inputsOf, urn } from "../support/samples";
import { scriptedApi } from "../support/scripted-api";

const marker = (linux: SnapshotInputs["linux"], resourceUrn = urn): string =>
    orderOf(testContext(scriptedApi()), inputsOf({ linux, resourceUrn })).marker;

const { preScript, postScript } = deliveredScripts;

describe("the marker of an order", () => {
    it("is another one for another text of a script: what was begun with one is not taken up for the other", () => {
        const other = "#!/bin/sh\nother\n";
        const markers = [
            marker(deliveredScripts),
            marker({ preScript: other, postScript }),
            marker({ preScript, postScript: other }),
            marker({ preScript: postScript, postScript: preScript }),
            marker({ preScript: preScript + postScript, postScript: "" }),
            marker({ preScript: "", postScript: preScript + postScript }),
            marker({ preScript, postScriptPath: "/root/post.sh" }),
            marker({ preScript: other, postScriptPath: "/root/post.sh" }),
            marker({ preScriptPath: "/root/pre.sh", postScript }),
            marker({ preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" }),
            marker(undefined),
            marker(deliveredScripts, `${urn}2`),
        ];
        expect(new Set(markers).size).to.equal(markers.length);
        expect(markers.join(""))
            .to.match(/^[0-9a-f]+$/)
            .and.not.to.include(canary);
    });

    it("is the same for the same texts, and whether or not they are kept", () => {
        expect(marker({ postScript, preScript })).to.equal(marker(deliveredScripts));
        for (const keepScripts of [true, false]) {
            expect(marker({ ...deliveredScripts, keepScripts })).to.equal(marker(deliveredScripts));
        }
    });
});
