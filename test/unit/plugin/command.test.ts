import { expect } from "chai";
import * as fc from "fast-check";

import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import { specify, type OperatingSystem } from "../../../provider/src/inputs/specification";
import { checkInputs } from "../../../provider/src/lifecycle/check";
import { pluginCommand, type PluginCommand } from "../../../provider/src/plugin/command";
import { generatedGroupNames, groupNames, linuxInputs, windowsInputs } from "../support/arbitrary-inputs";
import { cmdArguments } from "../support/cmd-exe";
import { expectedOptions } from "../support/expected-options";
import { managerCall } from "../support/plugin-manager";
import { inputsOf } from "../support/samples";
import { shells, StubbedShell } from "../support/shells";

const names = fc.oneof(groupNames, generatedGroupNames);

const commandOf = (
    system: OperatingSystem,
    inputs: SnapshotInputs,
    snapshotGroupName = "group-1",
    managerHasTimeout = true,
): PluginCommand =>
    pluginCommand({ system, specification: specify(inputs), snapshotGroupName, managerHasTimeout });

describe("the plugin's command", () => {
    for (const description of shells) {
        it(`brings exactly the options of accepted inputs through ${description.name} and the manager to the Linux plugin`, () => {
            const shell = new StubbedShell(description);
            try {
                fc.assert(
                    fc.property(linuxInputs, names, fc.boolean(), (inputs, name, hasTimeout) => {
                        expect(checkInputs({ ...inputs }, undefined)).to.deep.equal([]);
                        const command = commandOf("linux", inputs, name, hasTimeout);
                        expect(command.type).to.equal("RunShellScript");
                        const call = managerCall(shell.argumentsOf(command.commandContent));
                        expect(call.plugin).to.equal("app-snapshot-plugin");
                        expect(call.options).to.have.members(expectedOptions("linux", inputs, name));
                        expect(call.timeout).to.equal(
                            hasTimeout ? String(command.timeoutSeconds) : undefined,
                        );
                    }),
                    { numRuns: 150 },
                );
            } finally {
                shell.remove();
            }
        }).timeout(60_000);
    }

    it("brings exactly the options of accepted inputs through cmd.exe and the manager to the Windows plugin", () => {
        fc.assert(
            fc.property(windowsInputs, names, fc.boolean(), (inputs, name, hasTimeout) => {
                expect(checkInputs({ ...inputs }, undefined)).to.deep.equal([]);
                const command = commandOf("windows", inputs, name, hasTimeout);
                expect(command.type).to.equal("RunBatScript");
                const call = managerCall(cmdArguments("acs-plugin-manager", command.commandContent));
                expect(call.plugin).to.equal("app-snapshot-plugin-win");
                expect(call.options).to.have.members(expectedOptions("windows", inputs, name));
                expect(call.timeout).to.equal(hasTimeout ? String(command.timeoutSeconds) : undefined);
            }),
            { numRuns: 500 },
        );
    });

    it("separates by commas, as the vendor's samples do, as long as no value has one", () => {
        const { commandContent } = commandOf("linux", inputsOf({ excludeDiskIds: ["d-one"] }));
        expect(commandContent).to.equal(
            "acs-plugin-manager --exec --plugin app-snapshot-plugin --timeout 3930 " +
                "--params=-RamRoleName=AppSnapshotRoleName,-EnableFsFreeze=true,-TimeoutInSeconds=30," +
                "-ScriptTimeoutInSeconds=1800,-PreScriptPath=/root/pre.sh,-PostScriptPath=/root/post.sh," +
                "-ExcludeDiskId=d-one,-Name=group-1",
        );
    });

    it("takes --paramsV2 for several disks, whose commas --params would turn into spaces", () => {
        const { commandContent } = commandOf("linux", inputsOf({ excludeDiskIds: ["d-one", "d-two"] }));
        expect(commandContent).to.match(/ --paramsV2="[^"]*-ExcludeDiskId=d-one,d-two -Name=group-1"$/);
    });

    it("is the same whatever the description and the triggers say", () => {
        fc.assert(
            fc.property(
                linuxInputs,
                fc.string(),
                fc.array(fc.jsonValue()),
                (inputs, description, triggers) => {
                    expect(commandOf("linux", { ...inputs, description, triggers })).to.deep.equal(
                        commandOf("linux", inputs),
                    );
                },
            ),
        );
    });
});
