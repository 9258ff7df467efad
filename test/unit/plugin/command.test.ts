import { expect } from "chai";
import * as fc from "fast-check";

import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import { specify, type OperatingSystem } from "../../../provider/src/inputs/specification";
import { checkInputs } from "../../../provider/src/lifecycle/check";
import { pluginCommand, type PluginCommand } from "../../../provider/src/plugin/command";
import { groupNames, linuxInputs, windowsInputs } from "../support/arbitrary-inputs";
import { managerCall } from "../support/plugin-manager";
import { inputsOf } from "../support/samples";
import { cmdWords, StubbedShell } from "../support/shells";

const commandOf = (
    system: OperatingSystem,
    inputs: SnapshotInputs,
    snapshotGroupName = "group-1",
    managerHasTimeout = true,
): PluginCommand =>
    pluginCommand({ system, specification: specify(inputs), snapshotGroupName, managerHasTimeout });

/** The options that a plugin has to get, by the vendor's names of them; written down without the package's code. */
function expectedOptions(system: OperatingSystem, inputs: SnapshotInputs, name: string): string[] {
    const { linux, windows, excludeDiskIds = [], instantAccess, instantAccessRetentionDays } = inputs;
    const options: Record<string, string | number | boolean | undefined> = {
        RamRoleName: inputs.ramRoleName ?? "AppSnapshotRoleName",
        Name: name,
        InstantAccess: instantAccess,
        InstantAccessRentationDays: instantAccessRetentionDays,
        ExcludeDiskId: excludeDiskIds.length === 0 ? undefined : excludeDiskIds.join(","),
        ...(system === "windows"
            ? { EnableWriters: windows?.enableWriters ?? true }
            : {
                  EnableFsFreeze: linux?.enableFsFreeze ?? true,
                  TimeoutInSeconds: linux?.freezeTimeoutSeconds ?? 30,
                  ScriptTimeoutInSeconds: linux?.scriptTimeoutSeconds ?? 1800,
                  PreScriptPath: linux?.preScriptPath,
                  PostScriptPath: linux?.postScriptPath,
              }),
    };
    return Object.entries(options)
        .filter(([, value]) => value !== undefined)
        .map(([option, value]) => `-${option}=${String(value)}`);
}

describe("the plugin's command", () => {
    let shell: StubbedShell;
    before(() => {
        shell = new StubbedShell();
    });
    after(() => {
        shell.remove();
    });

    it("brings exactly the options of accepted inputs through /bin/sh and the manager to the Linux plugin", () => {
        fc.assert(
            fc.property(linuxInputs, groupNames, fc.boolean(), (inputs, name, hasTimeout) => {
                expect(checkInputs({ ...inputs }, undefined)).to.deep.equal([]);
                const command = commandOf("linux", inputs, name, hasTimeout);
                expect(command.type).to.equal("RunShellScript");
                const call = managerCall(shell.argumentsOf(command.commandContent));
                expect(call.plugin).to.equal("app-snapshot-plugin");
                expect(call.options).to.have.members(expectedOptions("linux", inputs, name));
                expect(call.timeout).to.equal(hasTimeout ? String(command.timeoutSeconds) : undefined);
            }),
            { numRuns: 150 },
        );
    }).timeout(60_000);

    it("brings exactly the options of accepted inputs through cmd.exe and the manager to the Windows plugin", () => {
        fc.assert(
            fc.property(windowsInputs, groupNames, fc.boolean(), (inputs, name, hasTimeout) => {
                expect(checkInputs({ ...inputs }, undefined)).to.deep.equal([]);
                const command = commandOf("windows", inputs, name, hasTimeout);
                expect(command.type).to.equal("RunBatScript");
                const [program, ...argv] = cmdWords(command.commandContent);
                expect(program).to.equal("acs-plugin-manager");
                const call = managerCall(argv);
                expect(call.plugin).to.equal("app-snapshot-plugin-win");
                expect(call.options).to.have.members(expectedOptions("windows", inputs, name));
                expect(call.timeout).to.equal(hasTimeout ? String(command.timeoutSeconds) : undefined);
            }),
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

    it("never has the description on it", () => {
        const description = "$(reboot), `id` & 'more'";
        expect(commandOf("linux", inputsOf({ description })).commandContent).to.equal(
            commandOf("linux", inputsOf()).commandContent,
        );
    });

    it("is refused when something unsafe got past the check", () => {
        for (const unsafe of [
            "a;b",
            "a$(b)",
            "a`b`",
            "a'b",
            "a%b%",
            "a\nb",
            "a&b",
            "a|b",
            "a>b",
            "a\\b",
            "é",
        ]) {
            expect(() => commandOf("linux", inputsOf({ ramRoleName: unsafe })), unsafe).to.throw(
                "not safe on it",
            );
        }
    });
});
