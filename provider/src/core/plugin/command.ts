import type { RunCommandRequest } from "../../cloud/ecs/api";
import { scriptsRefused } from "../../errors/exit-codes";
import { commandTimeoutSeconds } from "../inputs/timeouts";
import { type LineOptions, managerLine } from "./manager-line";
import { scriptDirectory } from "./scripts/directory";
import { deliveriesOf, type ScriptFiles } from "./scripts/script-file";
import { closedEnds, keepOutputs, printOutputs, wrapperScripts } from "./scripts/script-output";
import { verifyScripts } from "./scripts/verification";

/** The command that Cloud Assistant runs on the instance. */
export type PluginCommand = Pick<RunCommandRequest, "type" | "commandContent" | "timeoutSeconds">;

export interface CommandOptions extends LineOptions {
    readonly scripts: ScriptFiles | undefined;
}

/** Returns the command that takes the snapshot. The inputs must have passed the check. */
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

/** Replaces exit codes that the agent would treat as a request to power off or restart. */
const harmlessExitCode = 255;

function shell(line: string): string {
    return `${line}
code=$?
${shellEnd}`;
}

const shellEnd = `case $code in 193 | 194) code=${harmlessExitCode} ;; esac
exit "$code"
`;

/** The lines that run the plugin with the scripts or with their wrappers. */
interface ManagerLines {
    readonly direct: string;
    /** The line with wrappers that keep the scripts' output. */
    readonly wrapped: string;
}

/**
 * Returns lines that check the scripts, run the plugin, print the scripts' output and remove delivered scripts. One
 * command does all of it, because it continues even if this process or the engine ends.
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
    printf '%s\\n' 'the scripts failed verification:' "$found"
    code=${scriptsRefused}
fi
${paths.length === 0 ? "" : removal(paths.join(" "))}${shellEnd}`;
}

function indented(lines: string): string {
    // A line that begins with a digit is part of a quoted text.
    return lines.replace(/^(?=[^\d\n])/gm, "    ");
}

/**
 * Removes files in the background, and waits at most two seconds for that. The plugin may have left a file system
 * frozen: a removal there hangs until the thaw, and must not delay the command, whose exit code alone reports it.
 * `stat` does not hang. The removal continues after the end of the command; a later delivery sweeps away what remains.
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
