import { expect } from "chai";
import * as fc from "fast-check";

import { checkInputs } from "../../../provider/src/core/inputs/check";
import { anyGroupNames, linuxInputs, scriptPaths, scriptTexts } from "./arbitrary-inputs";
import { commandOf, sampleRunId } from "./commands";
import { expectedOptions, expectedScripts } from "./expected-options";
import { managerCall } from "./plugin-manager";
import { deliveredScripts, inputsOf } from "./samples";
import { type shells, StubbedShell } from "./shells";
import { argumentsOf, expectRefused, rightAnswers } from "./whole-command";

/** The number of inputs that are tried in each shell. */
export interface CommandRuns {
    readonly carried: number;
    readonly refused: number;
}

/** Exit codes of the plugin, its manager and the shell, and those that make the agent stop the instance. */
const linuxExits = fc.constantFrom(0, 1, 9, 12, 16, 126, 127, 192, 193, 194, 195, 232, 247, 255);

function withShell(description: (typeof shells)[number], task: (shell: StubbedShell) => void): void {
    const shell = new StubbedShell(description);
    try {
        task(shell);
    } finally {
        shell.remove();
    }
}

/** Declares tests of the plugin's command in a shell, with random inputs. */
export function describeCommandIn(description: (typeof shells)[number], runs: CommandRuns): void {
    describe(`the plugin's command in ${description.name}`, () => {
        it("passes exactly the options of accepted inputs through the manager to the plugin, and does nothing else", () => {
            withShell(description, (shell) => {
                fc.assert(
                    fc.property(
                        linuxInputs,
                        anyGroupNames,
                        fc.uuid(),
                        fc.boolean(),
                        linuxExits,
                        (inputs, snapshotGroupName, runId, managerHasTimeout, exitCode) => {
                            expect(checkInputs({ ...inputs }, undefined)).to.deep.equal([]);
                            const command = commandOf({
                                osType: "linux",
                                inputs,
                                snapshotGroupName,
                                runId,
                                managerHasTimeout,
                            });
                            expect(command.type).to.equal("RunShellScript");
                            const scripts = expectedScripts(inputs, runId);
                            const call = managerCall(
                                argumentsOf(shell, command.commandContent, scripts, exitCode),
                            );
                            expect(call.plugin).to.equal("app-snapshot-plugin");
                            expect(call.options).to.have.members(
                                expectedOptions("linux", inputs, snapshotGroupName, runId),
                            );
                            expect(call.timeout).to.equal(
                                managerHasTimeout ? String(command.timeoutSeconds) : undefined,
                            );
                        },
                    ),
                    { numRuns: runs.carried },
                );
            });
        });

        const script = fc.oneof(scriptTexts, scriptPaths);
        const linuxOf = (pre: string, post: string, keepScripts: boolean) => ({
            ...(pre.startsWith("#!") ? { preScript: pre } : { preScriptPath: pre }),
            ...(post.startsWith("#!") ? { postScript: post } : { postScriptPath: post }),
            keepScripts,
        });

        /** Changes of a right answer, each of which must be refused. */
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

        it("never calls the manager if a script is missing or wrong, and removes the delivered ones", () => {
            withShell(description, (shell) => {
                fc.assert(
                    fc.property(script, script, fc.boolean(), wrongly, (pre, post, kept, change) => {
                        const inputs = inputsOf({ linux: linuxOf(pre, post, kept) });
                        const scripts = expectedScripts(inputs, sampleRunId);
                        if (scripts === undefined) {
                            throw new Error("There are no scripts.");
                        }
                        const stat = change(rightAnswers(scripts).stat);
                        const { commandContent } = commandOf({ osType: "linux", inputs });
                        expectRefused(shell, commandContent, scripts, { stat });
                    }),
                    { numRuns: runs.refused },
                );
            });
        });

        it("never calls the manager if either delivered script has another content", () => {
            withShell(description, (shell) => {
                const both = linuxOf(deliveredScripts.preScript, deliveredScripts.postScript, false);
                for (const linux of [
                    both,
                    { ...both, keepScripts: true },
                    linuxOf(deliveredScripts.preScript, "/root/post.sh", false),
                    linuxOf("/root/pre.sh", deliveredScripts.postScript, false),
                ]) {
                    const inputs = inputsOf({ linux });
                    const scripts = expectedScripts(inputs, sampleRunId);
                    if (scripts === undefined) {
                        throw new Error("There are no scripts.");
                    }
                    const right = rightAnswers(scripts).sha256sum;
                    const lines = right.split("\n").slice(0, -1);
                    const { commandContent } = commandOf({ osType: "linux", inputs });
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
