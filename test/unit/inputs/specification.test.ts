import { expect } from "chai";

import { specify } from "../../../provider/src/inputs/specification";
import { inputsOf } from "../support/samples";

describe("a specification", () => {
    it("has the documented defaults", () => {
        expect(specify({ instanceId: "i-1" })).to.deep.equal({
            instanceId: "i-1",
            ramRoleName: "AppSnapshotRoleName",
            roleAttachment: "keep",
            snapshotGroupName: undefined,
            description: undefined,
            excludeDiskIds: [],
            linux: {
                scripts: undefined,
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
            timeoutSeconds: undefined,
            keepLast: undefined,
        });
    });

    it("keeps what is given, false and zero included", () => {
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

    it("has both scripts or none, and knows which systems there are options for", () => {
        expect(specify(inputsOf()).linux.scripts).to.deep.equal({
            preScriptPath: "/root/pre.sh",
            postScriptPath: "/root/post.sh",
        });
        expect(specify(inputsOf({ linux: { preScriptPath: "/pre" } })).linux.scripts).to.equal(undefined);
        expect(specify(inputsOf()).optionsFor).to.deep.equal(["linux"]);
        expect(specify(inputsOf({ windows: {} })).optionsFor).to.deep.equal(["linux", "windows"]);
    });
});
