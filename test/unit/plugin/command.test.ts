import { expect } from "chai";
import * as fc from "fast-check";

import { checkInputs } from "../../../provider/src/lifecycle/check";
import {
    generatedGroupNames,
    groupNames,
    linuxInputs,
    scriptPaths,
    scriptTexts,
    windowsInputs,
} from "../support/arbitrary-inputs";
import { cmdRun } from "../support/cmd-exe";
import { commandOf, sampleAttemptId } from "../support/commands";
import { expectedOptions, expectedScripts } from "../support/expected-options";
import { managerCall } from "../support/plugin-manager";
import { deliveredScripts, inputsOf } from "../support/samples";
import { shells, StubbedShell } from "../support/shells";
import { argumentsOf, expectRefused, rightAnswers } from "../support/whole-command";

const names = fc.oneof(groupNames, generatedGroupNames);

/** Of the plugin, its manager and the shell, and those that the agent would take for an order to stop the instance. */
const linuxExits = fc.constantFrom(0, 1, 9, 12, 16, 126, 127, 192, 193, 194, 195, 232, 247, 255);

const withShell = (description: (typeof shells)[number], task: (shell: StubbedShell) => void): void => {
    const shell = new StubbedShell(description);
    try {
        task(shell);
    } finally {
        shell.remove();
    }
};

for (const description of shells) {
    describe(`the plugin's command in ${description.name}`, function () {
        this.timeout(300_000);

        it("brings exactly the options of accepted inputs through the manager to the plugin, and does nothing else", () => {
            withShell(description, (shell) => {
                fc.assert(
                    fc.property(
                        linuxInputs,
                        names,
                        fc.uuid(),
                        fc.boolean(),
                        linuxExits,
                        (inputs, snapshotGroupName, attemptId, managerHasTimeout, exitCode) => {
                            expect(checkInputs({ ...inputs }, undefined)).to.deep.equal([]);
                            const command = commandOf({
                                system: "linux",
                                inputs,
                                snapshotGroupName,
                                attemptId,
                                managerHasTimeout,
                            });
                            expect(command.type).to.equal("RunShellScript");
                            const scripts = expectedScripts(inputs, attemptId);
                            const call = managerCall(
                                argumentsOf(shell, command.commandContent, scripts, exitCode),
                            );
                            expect(call.plugin).to.equal("app-snapshot-plugin");
                            expect(call.options).to.have.members(
                                expectedOptions("linux", inputs, snapshotGroupName, attemptId),
                            );
                            expect(call.timeout).to.equal(
                                managerHasTimeout ? String(command.timeoutSeconds) : undefined,
                            );
                        },
                    ),
                    { numRuns: 150 },
                );
            });
        });

        const script = fc.oneof(scriptTexts, scriptPaths);
        const linuxOf = (pre: string, post: string, keepScripts: boolean) => ({
            ...(pre.startsWith("#!") ? { preScript: pre } : { preScriptPath: pre }),
            ...(post.startsWith("#!") ? { postScript: post } : { postScriptPath: post }),
            keepScripts,
        });

        /** Changes of a right answer, each to one that must not pass. */
        const wrongly = fc.constantFrom<(right: string) => string>(
            () => "",
            (right) => right.replace(" 0 ", " 1000 "),
            (right) => right.replace(/ 0 (?=81c0\n$)/, " 1 "),
            (right) => right.replace("81c0", "81ed"),
            (right) => right.replace(/81c0\n$/, "8fc0\n"),
            (right) => right.replace("81c0", "a1ff"),
            (right) => right.replace(/^.*\n/, ""),
            (right) => right.replace(/.*\n$/, ""),
            (right) => `${right}more\n`,
            (right) => `stat: cannot statx '/x': No such file or directory\n${right}`,
        );

        it("never calls the manager when the scripts are not found as they have to be, and removes the delivered ones", () => {
            withShell(description, (shell) => {
                fc.assert(
                    fc.property(script, script, fc.boolean(), wrongly, (pre, post, kept, change) => {
                        const inputs = inputsOf({ linux: linuxOf(pre, post, kept) });
                        const scripts = expectedScripts(inputs, sampleAttemptId);
                        if (scripts === undefined) {
                            throw new Error("There are no scripts.");
                        }
                        const stat = change(rightAnswers(scripts).stat);
                        const { commandContent } = commandOf({ system: "linux", inputs });
                        expectRefused(shell, commandContent, scripts, { stat });
                    }),
                    { numRuns: 60 },
                );
            });
        });

        it("never calls the manager when a delivered script has another content, whichever it is", () => {
            withShell(description, (shell) => {
                const both = linuxOf(deliveredScripts.preScript, deliveredScripts.postScript, false);
                for (const linux of [
                    both,
                    { ...both, keepScripts: true },
                    linuxOf(deliveredScripts.preScript, "/root/post.sh", false),
                    linuxOf("/root/pre.sh", deliveredScripts.postScript, false),
                ]) {
                    const inputs = inputsOf({ linux });
                    const scripts = expectedScripts(inputs, sampleAttemptId);
                    if (scripts === undefined) {
                        throw new Error("There are no scripts.");
                    }
                    const right = rightAnswers(scripts).sha256sum;
                    const lines = right.split("\n").slice(0, -1);
                    const { commandContent } = commandOf({ system: "linux", inputs });
                    for (const [index, line] of lines.entries()) {
                        const digit = line.startsWith("0") ? "1" : "0";
                        const last = line.charAt(63) === "0" ? "1" : "0";
                        for (const changed of [
                            digit + line.slice(1),
                            line.slice(0, 63) + last + line.slice(64),
                        ]) {
                            const sha256sum = right.replace(line, changed);
                            expectRefused(shell, commandContent, scripts, { sha256sum });
                        }
                        const sha256sum = lines.filter((_line, other) => other !== index).join("\n");
                        expectRefused(shell, commandContent, scripts, { sha256sum });
                    }
                    expectRefused(shell, commandContent, scripts, {
                        sha256sum: "sha256sum: not found\n",
                    });
                }
            });
        });
    });
}

/** Of the plugin and of Windows, and those that the agent would take for an order to restart the instance. */
const windowsExits = fc.constantFrom(0, 1, 9, 16, 255, 3008, 3009, 3010, 3011, -1, -1_073_741_819);

describe("the plugin's command on Windows", () => {
    it("brings exactly the options of accepted inputs through cmd.exe and the manager to the plugin", () => {
        fc.assert(
            fc.property(
                windowsInputs,
                names,
                fc.boolean(),
                windowsExits,
                (inputs, snapshotGroupName, managerHasTimeout, programExit) => {
                    expect(checkInputs({ ...inputs }, undefined)).to.deep.equal([]);
                    const command = commandOf({
                        system: "windows",
                        inputs,
                        snapshotGroupName,
                        managerHasTimeout,
                    });
                    expect(command.type).to.equal("RunBatScript");
                    const { argv, exitCode } = cmdRun(
                        "acs-plugin-manager",
                        command.commandContent,
                        programExit,
                    );
                    const call = managerCall(argv);
                    expect(call.plugin).to.equal("app-snapshot-plugin-win");
                    expect(call.options).to.have.members(
                        expectedOptions("windows", inputs, snapshotGroupName, sampleAttemptId),
                    );
                    expect(call.timeout).to.equal(
                        managerHasTimeout ? String(command.timeoutSeconds) : undefined,
                    );
                    expect(exitCode).to.equal([3009, 3010].includes(programExit) ? 255 : programExit);
                },
            ),
            { numRuns: 500 },
        );
    });

    it("hands the exit code on, but for the two that would restart the instance", () => {
        const { commandContent } = commandOf({ system: "windows", inputs: inputsOf({ linux: undefined }) });
        const [first = "", ...lines] = commandContent.split("\n");
        expect(first).to.equal(
            "acs-plugin-manager --exec --plugin app-snapshot-plugin-win --timeout 1800 " +
                "--params=-RamRoleName=AppSnapshotRoleName,-EnableWriters=true,-Name=group-1",
        );
        expect(lines).to.deep.equal([
            "if %ERRORLEVEL% EQU 3009 exit /b 255",
            "if %ERRORLEVEL% EQU 3010 exit /b 255",
            "exit /b %ERRORLEVEL%",
            "",
        ]);
    });

    it("knows of no scripts, whatever is said of them for Linux", () => {
        const inputs = inputsOf({ windows: {}, linux: deliveredScripts });
        expect(commandOf({ system: "windows", inputs })).to.deep.equal(
            commandOf({ system: "windows", inputs: inputsOf({ windows: {}, linux: undefined }) }),
        );
    });
});

const line = (scripts: string, timeout = 3_930): string =>
    `acs-plugin-manager --exec --plugin app-snapshot-plugin --timeout ${timeout} ` +
    "--params=-RamRoleName=AppSnapshotRoleName,-EnableFsFreeze=true,-TimeoutInSeconds=30," +
    `-ScriptTimeoutInSeconds=1800,${scripts}-Name=group-1`;

describe("the plugin's command", () => {
    it("separates by commas, as the vendor's samples do, as long as no value has one", () => {
        const inputs = inputsOf({ excludeDiskIds: ["d-one"] });
        const { commandContent } = commandOf({ system: "linux", inputs });
        expect(commandContent.split("\n")).to.include(
            `    ${line("-PreScriptPath=/root/pre.sh,-PostScriptPath=/root/post.sh,-ExcludeDiskId=d-one,")}`,
        );
    });

    it("takes --paramsV2 for several disks, whose commas --params would turn into spaces", () => {
        const inputs = inputsOf({ excludeDiskIds: ["d-one", "d-two"] });
        const { commandContent } = commandOf({ system: "linux", inputs });
        expect(commandContent).to.match(/ --paramsV2="[^"]*-ExcludeDiskId=d-one,d-two -Name=group-1"$/m);
    });

    it("is the same whatever the description and the triggers say", () => {
        fc.assert(
            fc.property(
                linuxInputs,
                fc.string(),
                fc.array(fc.jsonValue()),
                (inputs, description, triggers) => {
                    expect(
                        commandOf({ system: "linux", inputs: { ...inputs, description, triggers } }),
                    ).to.deep.equal(commandOf({ system: "linux", inputs }));
                },
            ),
        );
    });

    it("has nothing of a delivered script but its digest", () => {
        fc.assert(
            fc.property(scriptTexts, scriptTexts, fc.boolean(), (pre, post, keepScripts) => {
                const canary = "hunter2";
                const linux = { preScript: pre + canary, postScript: post + canary, keepScripts };
                const { commandContent } = commandOf({ system: "linux", inputs: inputsOf({ linux }) });
                expect(commandContent).not.to.include(canary);
                expect(commandContent).not.to.include("#!");
                expect(commandContent).to.match(/^[\x20-\x7e\n]*$/);
            }),
        );
    });

    it("reads well: without scripts", () => {
        const inputs = inputsOf({ linux: {}, requiredConsistency: "filesystem" });
        expect(commandOf({ system: "linux", inputs }).commandContent).to.equal(`${line("", 330)}
code=$?
case $code in 193 | 194) code=255 ;; esac
exit "$code"
`);
    });

    it("reads well: with scripts that are on the instance already", () => {
        expect(commandOf({ system: "linux", inputs: inputsOf() }).commandContent).to
            .equal(`expected='/root/pre.sh 0 81c0
/root/post.sh 0 81c0'
found=$({ export LC_ALL=C
stat -c '%n %u %f' -- /root/pre.sh /root/post.sh
} 2>&1)
if [ "$found" = "$expected" ]; then
    ${line("-PreScriptPath=/root/pre.sh,-PostScriptPath=/root/post.sh,")}
    code=$?
else
    printf '%s\\n' 'the scripts are not as they have to be:' "$found"
    code=64
fi
case $code in 193 | 194) code=255 ;; esac
exit "$code"
`);
    });

    it("reads well: with scripts that were delivered", () => {
        // As sha256sum(1) has them.
        const sums = [
            "e7cdb9d24ced4ad680b4986b2ebaf2542f1ab5d66cd89a72521b2bdcdfeb7fc2",
            "baccd918977cf2a148ca41641dff6b00f44605dcd61423be8f6a22daf07ddc7d",
        ];
        const text = (kept: boolean): string =>
            commandOf({
                system: "linux",
                inputs: inputsOf({ linux: { ...deliveredScripts, keepScripts: kept } }),
            }).commandContent;
        const folder = "/var/lib/app-snapshot";
        const pre = `${folder}/${sampleAttemptId}-pre-${sums[0]?.slice(0, 16) ?? ""}`;
        const post = `${folder}/${sampleAttemptId}-post-${sums[1]?.slice(0, 16) ?? ""}`;
        const whole = (end: string, removal: string): string => `expected='${pre}${end} 0 81c0
${post}${end} 0 81c0
${sums[0] ?? ""}  ${pre}${end}
${sums[1] ?? ""}  ${post}${end}'
found=$({ export LC_ALL=C
stat -c '%n %u %f' -- ${pre}${end} ${post}${end}
sha256sum -- ${pre}${end} ${post}${end}
} 2>&1)
if [ "$found" = "$expected" ]; then
    ${line(`-PreScriptPath=${pre}${end},-PostScriptPath=${post}${end},`)}
    code=$?
else
    printf '%s\\n' 'the scripts are not as they have to be:' "$found"
    code=64
fi
${removal}case $code in 193 | 194) code=255 ;; esac
exit "$code"
`;
        expect(text(true)).to.equal(whole("", ""));
        expect(text(false)).to.equal(whole(".once", `rm -f -- ${pre}.once ${post}.once\n`));
    });

    it("is within what Cloud Assistant takes, with the longest of everything", () => {
        const inputs = inputsOf({
            ramRoleName: "r".repeat(64),
            excludeDiskIds: Array.from({ length: 100 }, (_, index) => `d-${String(index).padStart(60, "a")}`),
            linux: {
                preScriptPath: `/${"p".repeat(254)}`,
                postScript: deliveredScripts.postScript,
                scriptTimeoutSeconds: 41_000,
                freezeTimeoutSeconds: 3_600,
            },
            instantAccess: true,
            instantAccessRetentionDays: 65_535,
        });
        expect(checkInputs({ ...inputs }, "cn-hangzhou")).to.deep.equal([]);
        const { commandContent } = commandOf({
            system: "linux",
            inputs,
            snapshotGroupName: `g${"n".repeat(127)}`,
        });
        expect(Buffer.from(commandContent).toString("base64").length).to.be.below(24 * 1024);
    });
});
