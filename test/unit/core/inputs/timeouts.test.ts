import { expect } from "chai";
import * as fc from "fast-check";

import { checkInputs } from "../../../../provider/src/core/inputs/check";
import { specify } from "../../../../provider/src/core/inputs/specification";
import { commandTimeoutSeconds, longestCommandSeconds } from "../../../../provider/src/core/inputs/timeouts";
import { linuxInputs } from "../../support/arbitrary-inputs";
import { commandOf } from "../../support/commands";
import { inputsOf, specificationOf } from "../../support/samples";

describe("the command's time limit", () => {
    it("covers both scripts, the freeze and a margin of minutes, within Cloud Assistant's limit", () => {
        fc.assert(
            fc.property(linuxInputs, (inputs) => {
                const { linux } = specify(inputs);
                const scripts = linux.scripts === undefined ? 0 : 2 * linux.scriptTimeoutSeconds;
                const { timeoutSeconds } = commandOf({ osType: "linux", inputs });
                expect(timeoutSeconds).to.be.at.least(scripts + linux.freezeTimeoutSeconds + 120);
                expect(timeoutSeconds).to.be.at.most(86_400);
            }),
        );
    });

    it("never exceeds the limit for any timeouts that the check accepts", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 0, max: 4_000 }),
                fc.integer({ min: 42_000, max: 44_000 }),
                (freezeTimeoutSeconds, scriptTimeoutSeconds) => {
                    const inputs = inputsOf({
                        linux: {
                            preScriptPath: "/pre",
                            postScriptPath: "/post",
                            freezeTimeoutSeconds,
                            scriptTimeoutSeconds,
                        },
                    });
                    fc.pre(checkInputs({ ...inputs }, "cn-hangzhou").length === 0);
                    expect(commandTimeoutSeconds("linux", specify(inputs).linux)).to.be.at.most(
                        longestCommandSeconds,
                    );
                },
            ),
        );
    });

    it("is half an hour on Windows, as in the vendor's sample", () => {
        expect(commandTimeoutSeconds("windows", specificationOf().linux)).to.equal(1_800);
    });
});
