import { scriptsRefused } from "../../errors/exit-codes";
import type { RunCommandRequest } from "../../cloud/ecs/api";
import { deliveriesOf, type ScriptFiles } from "./scripts/script-file";
import { closedEnds, keepOutputs, wrapperScripts, printOutputs } from "./scripts/script-output";
import { verifyScripts } from "./scripts/verification";
import { scriptDirectory } from "./scripts/directory";
import { managerLine, type LineOptions } from "./manager-line";
import { commandTimeoutSeconds } from "../inputs/timeouts";

/** What Cloud Assistant is to run on the instance. */
export type PluginCommand = Pick<RunCommandRequest, "type" | "commandContent" | "timeoutSeconds">;

export interface CommandOptions extends LineOptions {
    readonly scripts: ScriptFiles | undefined;
}

/** The command that takes the snapshot. Its inputs must have passed the check. */
export function pluginCommand(options: CommandOptions): PluginCommand {
    const { osType, specification, scripts } = options;
    const timeoutSeconds = commandTimeoutSeconds(osType, specification.linux);
    const line = managerLine(options, timeoutSeconds);
    return osType === "windows"
        ? { type: "RunBatScript", commandContent: batch(line), timeoutSeconds }
        : {
              type: "RunShellScript",
              commandContent:
                  scripts === undefined
                      ? shell(line)
                      : shellWithScripts(scripts, {
                            direct: line,
                            wrapped: managerLine({ ...options, scripts: wrapperScripts }, timeoutSeconds),
                        }),
              timeoutSeconds,
          };
}

/** What the agent gets instead of an exit code that it would take for an order: power off, or restart. */
const harmlessExitCode = 255;

function shell(line: string): string {
    return `${line}
code=$?
${shellEnd}`;
}

const shellEnd = `case $code in 193 | 194) code=${harmlessExitCode} ;; esac
exit "$code"
`;

/** The line that runs the plugin, with either of what it may be given. */
interface ManagerLines {
    /** The scripts themselves. */
    readonly direct: string;
    /** What keeps their outputs. */
    readonly wrapped: string;
}

/**
 * The scripts are looked at in the same command that runs them. It brings back what they printed, and removes those
 * that were delivered: it goes on when this process, or the engine, is gone.
 */
function shellWithScripts(scripts: ScriptFiles, lines: ManagerLines): string {
    const delivered = scripts.kept ? [] : deliveriesOf(scripts);
    const paths = delivered.map(({ name }) => `${scriptDirectory}/${name}`);
    return `${verifyScripts(scripts)}
if [ "$found" = "$expected" ]; then
${indented(keepOutputs(scripts))}
    if [ -z "$kept" ]; then
        ${lines.direct}
    else
        ${lines.wrapped} ${closedEnds}
    fi
    code=$?
${indented(printOutputs)}
else
    printf '%s\\n' 'the scripts are not as they have to be:' "$found"
    code=${scriptsRefused}
fi
${paths.length === 0 ? "" : removal(paths.join(" "))}${shellEnd}`;
}

function indented(lines: string): string {
    // A line that begins with a digit is within quotes.
    return lines.replace(/^(?=[^\d\n])/gm, "    ");
}

/**
 * The plugin may have left a file system frozen. What changes a file there hangs until the thaw, and so would the
 * command, whose exit code is all that tells of it. So the files are removed in the background, with no hold on the
 * command's output, and only looked at, which blocks nothing, for two seconds at most. The removal goes on after the
 * command's end; what it does not reach, a later delivery sweeps away.
 */
function removal(paths: string): string {
    return `rm -f -- ${paths} </dev/null >/dev/null 2>&1 &
for look in 1 2 3 4 5 6 7 8 9 10; do
    [ -n "$(stat -c %n -- ${paths} 2>/dev/null)" ] || break
    sleep 0.2
done
`;
}

function batch(line: string): string {
    return [
        line,
        `if %ERRORLEVEL% EQU 3009 exit /b ${harmlessExitCode}`,
        `if %ERRORLEVEL% EQU 3010 exit /b ${harmlessExitCode}`,
        "exit /b %ERRORLEVEL%",
        "",
    ].join("\n");
}
