import { expect } from "chai";

import { textDigest } from "../../../../provider/src/core/inputs/script-digest";
import { specify } from "../../../../provider/src/core/inputs/specification";
import { deliveredScripts, type InputChanges, inputsOf } from "../../support/samples";

describe("a specification", () => {
    it("has the documented defaults", () => {
        expect(specify({ instanceId: "i-1" })).to.deep.equal({
            instanceId: "i-1",
            ramRoleName: "AppSnapshotRoleName",
            roleAttachment: "keep",
            snapshotGroupName: undefined,
            tags: {},
            description: undefined,
            excludeDiskIds: [],
            linux: {
                scripts: undefined,
                keepScripts: false,
                scriptOutput: undefined,
                enableFsFreeze: true,
                freezeTimeoutSeconds: 30,
                scriptTimeoutSeconds: 1800,
            },
            windows: { enableWriters: true },
            optionsFor: [],
            instantAccess: undefined,
            instantAccessRetentionDays: undefined,
            requiredConsistency: "application",
            onDegraded: "fail",
            waitFor: "available",
            adoptWithinSeconds: 3_600,
            timeoutSeconds: undefined,
            keepLast: undefined,
        });
    });

    it("keeps given values, including false and zero", () => {
        const { linux, windows, instantAccess } = specify(
            inputsOf({
                linux: { enableFsFreeze: false },
                windows: { enableWriters: false },
                instantAccess: false,
            }),
        );
        expect(linux.enableFsFreeze).to.equal(false);
        expect(windows.enableWriters).to.equal(false);
        expect(instantAccess).to.equal(false);
    });

    it("has both scripts or none, and knows the operating systems with options", () => {
        expect(specify(inputsOf()).linux.scripts).to.deep.equal({
            pre: { path: "/root/pre.sh" },
            post: { path: "/root/post.sh" },
        });
        for (const linux of [{ preScriptPath: "/pre" }, { postScript: "#!/bin/sh" }]) {
            expect(specify(inputsOf({ linux })).linux.scripts).to.equal(undefined);
        }
        expect(specify(inputsOf()).optionsFor).to.deep.equal(["linux"]);
        expect(specify(inputsOf({ windows: {} })).optionsFor).to.deep.equal(["linux", "windows"]);
    });

    it("treats the output of delivered scripts as a secret, unless the program shows it or gave these texts openly", () => {
        const { preScript, postScript } = deliveredScripts;
        const openScripts = textDigest(deliveredScripts);
        const scriptOutput = (more: InputChanges): unknown => specify(inputsOf(more)).linux.scriptOutput;
        expect(scriptOutput({ linux: deliveredScripts })).to.equal("secret");
        expect(scriptOutput({ linux: deliveredScripts, openScripts })).to.equal("show");
        for (const linux of [
            { preScript, postScript: `${postScript}# of a transform` },
            { preScript: postScript, postScript: preScript },
            { preScript, postScriptPath: "/post" },
        ]) {
            expect(scriptOutput({ linux, openScripts }), JSON.stringify(linux)).to.equal("secret");
        }
        for (const asked of ["show", "secret"] as const) {
            for (const known of [openScripts, undefined]) {
                const linux = { ...deliveredScripts, scriptOutput: asked };
                expect(scriptOutput({ linux, openScripts: known })).to.equal(asked);
            }
        }
        expect(scriptOutput({}), "scripts by path").to.equal(undefined);
        for (const asked of ["show", "secret"] as const) {
            expect(scriptOutput({ linux: { ...inputsOf().linux, scriptOutput: asked } })).to.equal(asked);
        }
        expect(scriptOutput({ linux: undefined })).to.equal(undefined);
    });

    it("has each script by its text or by its path, and whether to keep delivered ones", () => {
        const { preScript, postScript } = deliveredScripts;
        const ways = [
            [deliveredScripts, { pre: { content: preScript }, post: { content: postScript } }],
            [
                { preScript, postScriptPath: "/post" },
                { pre: { content: preScript }, post: { path: "/post" } },
            ],
            [
                { preScriptPath: "/pre", postScript },
                { pre: { path: "/pre" }, post: { content: postScript } },
            ],
        ] as const;
        for (const [linux, scripts] of ways) {
            expect(specify(inputsOf({ linux })).linux).to.deep.include({ scripts, keepScripts: false });
            const kept = specify(inputsOf({ linux: { ...linux, keepScripts: true } }));
            expect(kept.linux).to.deep.include({ scripts, keepScripts: true });
        }
    });
});
