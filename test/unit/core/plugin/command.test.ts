import { expect } from "chai";
import * as fc from "fast-check";

import { checkInputs } from "../../../../provider/src/core/inputs/check";
import { anyGroupNames, linuxInputs, scriptTexts, windowsInputs } from "../../support/arbitrary-inputs";
import { cmdRun } from "../../support/cmd-exe";
import { describeCommandIn } from "../../support/command-in-shell";
import { commandOf, sampleRunId } from "../../support/commands";
import { expectedOptions } from "../../support/expected-options";
import { managerCall } from "../../support/plugin-manager";
import { deliveredScripts, inputsOf } from "../../support/samples";
import { shells } from "../../support/shells";

for (const shell of shells) {
    describeCommandIn(shell, { carried: 40, refused: 20 });
}

/** Exit codes of the plugin and of Windows, and those that the agent takes for an order to restart the instance. */
const windowsExits = fc.constantFrom(0, 1, 9, 16, 255, 3008, 3009, 3010, 3011, -1, -1_073_741_819);

describe("the plugin's command on Windows", () => {
    it("passes exactly the options of accepted inputs through cmd.exe and the manager to the plugin", () => {
        fc.assert(
            fc.property(
                windowsInputs,
                anyGroupNames,
                fc.boolean(),
                windowsExits,
                (inputs, snapshotGroupName, managerHasTimeout, programExit) => {
                    expect(checkInputs({ ...inputs }, undefined)).to.deep.equal([]);
                    const command = commandOf({
                        osType: "windows",
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
                        expectedOptions("windows", inputs, snapshotGroupName, sampleRunId),
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

    it("passes on the exit code, except for the two that would restart the instance", () => {
        const { commandContent } = commandOf({ osType: "windows", inputs: inputsOf({ linux: undefined }) });
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

    it("has no scripts, whatever the options for Linux", () => {
        const inputs = inputsOf({ windows: {}, linux: deliveredScripts });
        expect(commandOf({ osType: "windows", inputs })).to.deep.equal(
            commandOf({ osType: "windows", inputs: inputsOf({ windows: {}, linux: undefined }) }),
        );
    });
});

function line(scripts: string, timeout = 3_930): string {
    return (
        `acs-plugin-manager --exec --plugin app-snapshot-plugin --timeout ${timeout} ` +
        "--params=-RamRoleName=AppSnapshotRoleName,-EnableFsFreeze=true,-TimeoutInSeconds=30," +
        `-ScriptTimeoutInSeconds=1800,${scripts}-Name=group-1`
    );
}

const keptScripts = "-PreScriptPath=$kept/pre.sh,-PostScriptPath=$kept/post.sh";

function keeping(pre: string, post: string): string {
    return `    kept=
    env=$(command -v env)
    keep() {
        printf '#!/bin/sh\\n[ -p %s.in ] || exec %s %s "$@"\\nexec %s %s "$@" 1<>%s.in 2>&1\\n' \\
            "$1" "$env" "$2" "$env" "$2" "$1" >"$1.sh" &&
            chmod 0700 "$1.sh" && env test -x "$2" && mkfifo "$1.in" "$1.end"
    }
    for place in /run /dev/shm; do
        [ "$(stat -f -c %T $place)" = tmpfs ] || continue
        find $place/app-snapshot.* -mmin +1500 -delete
        kept=$(mktemp -d $place/app-snapshot.XXXXXXXXXX) || continue
        if printf '#!/bin/sh\\n' >"$kept/probe" && chmod 0700 "$kept/probe" && "$kept/probe" &&
            keep "$kept/pre" ${pre} && keep "$kept/post" ${post} &&
            [ "$(stat -c '%u %f' "$kept/pre.sh" "$kept/post.sh")" = '0 81c0
0 81c0' ]; then
            break
        fi
        rm -rf "$kept"
        kept=
    done 2>/dev/null
    if [ -n "$kept" ]; then
        exec 5<>"$kept/pre.in" 6<"$kept/pre.in"
        cat <&6 >"$kept/pre.end" 2>/dev/null 5>&- 6<&- 7>&- 8<&- &
        pre_reader=$!
        {
            printed=$(tail -c 1500 <"$kept/pre.end" | base64 | tr -d '\\n')
            ! kill -0 $$ || printf %s "$printed" >"$kept/pre.out"
        } >/dev/null 2>&1 5>&- 6<&- 7>&- 8<&- &
        pre_end=$!
        exec 7<>"$kept/post.in" 8<"$kept/post.in"
        cat <&8 >"$kept/post.end" 2>/dev/null 5>&- 6<&- 7>&- 8<&- &
        post_reader=$!
        {
            printed=$(tail -c 1500 <"$kept/post.end" | base64 | tr -d '\\n')
            ! kill -0 $$ || printf %s "$printed" >"$kept/post.out"
        } >/dev/null 2>&1 5>&- 6<&- 7>&- 8<&- &
        post_end=$!
    fi
    if [ -z "$kept" ]; then
        ${line(`-PreScriptPath=${pre},-PostScriptPath=${post},`)}
    else
        ${line(`${keptScripts},`)} 5>&- 6<&- 7>&- 8<&-
    fi`;
}

const printing = `    if [ -n "$kept" ]; then
        exec 5>&- 7>&-
        for look in 1 2 3 4 5 6 7 8 9 10; do
            kill -0 $pre_reader 2>/dev/null || kill -0 $post_reader 2>/dev/null || break
            sleep 0.1
        done
        if kill -0 $pre_reader 2>/dev/null; then cat <&6 >/dev/null 2>&1 6<&- 8<&- & fi
        if kill -0 $post_reader 2>/dev/null; then cat <&8 >/dev/null 2>&1 6<&- 8<&- & fi
        {
            kill $pre_reader $post_reader
            wait $pre_reader $post_reader $pre_end $post_end
        } 2>/dev/null
        exec 6<&- 8<&-
        for what in pre post; do
            printed=$(cat "$kept/$what.out" 2>/dev/null)
            [ -z "$printed" ] || printf '\\n%s-script printed: %s\\n' $what "$printed"
        done
        rm -rf "$kept"
    fi`;

describe("the plugin's command", () => {
    it("separates by commas, like the vendor's samples, as long as no value has one", () => {
        const inputs = inputsOf({ excludeDiskIds: ["d-one"] });
        const { commandContent } = commandOf({ osType: "linux", inputs });
        const lines = commandContent.split("\n");
        expect(lines).to.include(
            `        ${line("-PreScriptPath=/root/pre.sh,-PostScriptPath=/root/post.sh,-ExcludeDiskId=d-one,")}`,
        );
        expect(lines).to.include(
            `        ${line(`${keptScripts},-ExcludeDiskId=d-one,`)} 5>&- 6<&- 7>&- 8<&-`,
        );
    });

    it("takes --paramsV2 for several disks, whose commas --params would turn into spaces", () => {
        const inputs = inputsOf({ excludeDiskIds: ["d-one", "d-two"] });
        const { commandContent } = commandOf({ osType: "linux", inputs });
        expect(commandContent).to.match(/ --paramsV2="[^"]*-ExcludeDiskId=d-one,d-two -Name=group-1"$/m);
    });

    it("is the same for any description and triggers", () => {
        fc.assert(
            fc.property(
                linuxInputs,
                fc.string(),
                fc.array(fc.jsonValue()),
                (inputs, description, triggers) => {
                    expect(
                        commandOf({ osType: "linux", inputs: { ...inputs, description, triggers } }),
                    ).to.deep.equal(commandOf({ osType: "linux", inputs }));
                },
            ),
        );
    });

    it("has only the digest of a delivered script", () => {
        fc.assert(
            fc.property(scriptTexts, scriptTexts, fc.boolean(), (pre, post, keepScripts) => {
                const canary = "hunter2";
                const linux = { preScript: pre + canary, postScript: post + canary, keepScripts };
                const { commandContent } = commandOf({ osType: "linux", inputs: inputsOf({ linux }) });
                expect(commandContent).not.to.include(canary);
                expect(commandContent.replaceAll("'#!/bin/sh\\n", "")).not.to.include("#!");
                expect(commandContent).to.match(/^[\x20-\x7e\n]*$/);
            }),
        );
    });

    it("has a readable text: without scripts", () => {
        const inputs = inputsOf({ linux: {}, requiredConsistency: "filesystem" });
        expect(commandOf({ osType: "linux", inputs }).commandContent).to.equal(`${line("", 330)}
code=$?
case $code in 193 | 194) code=255 ;; esac
exit "$code"
`);
    });

    it("has a readable text: with scripts that are on the instance already", () => {
        expect(commandOf({ osType: "linux", inputs: inputsOf() }).commandContent).to
            .equal(`expected='/root/pre.sh 0 81c0
/root/post.sh 0 81c0'
found=$({ export LC_ALL=C
stat -c '%n %u %f' -- /root/pre.sh /root/post.sh
} 2>&1)
if [ "$found" = "$expected" ]; then
${keeping("/root/pre.sh", "/root/post.sh")}
    code=$?
${printing}
else
    printf '%s\\n' 'the scripts failed verification:' "$found"
    code=64
fi
case $code in 193 | 194) code=255 ;; esac
exit "$code"
`);
    });

    it("has a readable text: with delivered scripts", () => {
        // The format of sha256sum(1).
        const sums = [
            "e7cdb9d24ced4ad680b4986b2ebaf2542f1ab5d66cd89a72521b2bdcdfeb7fc2",
            "baccd918977cf2a148ca41641dff6b00f44605dcd61423be8f6a22daf07ddc7d",
        ];
        const text = (kept: boolean): string =>
            commandOf({
                osType: "linux",
                inputs: inputsOf({ linux: { ...deliveredScripts, keepScripts: kept } }),
            }).commandContent;
        const folder = "/var/lib/app-snapshot";
        const pre = `${folder}/${sampleRunId}-pre-${sums[0]?.slice(0, 16) ?? ""}`;
        const post = `${folder}/${sampleRunId}-post-${sums[1]?.slice(0, 16) ?? ""}`;
        const whole = (end: string, removal: string): string => `expected='${pre}${end} 0 81c0
${post}${end} 0 81c0
${sums[0] ?? ""}  ${pre}${end}
${sums[1] ?? ""}  ${post}${end}'
found=$({ export LC_ALL=C
stat -c '%n %u %f' -- ${pre}${end} ${post}${end}
sha256sum -- ${pre}${end} ${post}${end}
} 2>&1)
if [ "$found" = "$expected" ]; then
${keeping(`${pre}${end}`, `${post}${end}`)}
    code=$?
${printing}
else
    printf '%s\\n' 'the scripts failed verification:' "$found"
    code=64
fi
${removal}case $code in 193 | 194) code=255 ;; esac
exit "$code"
`;
        expect(text(true)).to.equal(whole("", ""));
        const files = `${pre}.once ${post}.once`;
        expect(text(false)).to.equal(
            whole(
                ".once",
                `rm -f -- ${files} </dev/null >/dev/null 2>&1 &
for look in 1 2 3 4 5 6 7 8 9 10; do
    [ -n "$(stat -c %n -- ${files} 2>/dev/null)" ] || break
    sleep 0.2
done
`,
            ),
        );
    });

    it("is within Cloud Assistant's limit, with the longest of everything", () => {
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
            osType: "linux",
            inputs,
            snapshotGroupName: `g${"n".repeat(127)}`,
        });
        expect(Buffer.from(commandContent).toString("base64").length).to.be.below(24 * 1024);
    });
});
