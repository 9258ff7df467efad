import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";
import type { ScriptFiles } from "../scripts/script-file";
import { assertSafeValue } from "./alphabet";

export interface LineOptions {
    readonly system: OperatingSystem;
    readonly specification: SnapshotSpecification;
    readonly snapshotGroupName: string;
    /** Given where there are some, they are what the shell's variables `pre` and `post` name. */
    readonly scripts: ScriptFiles | undefined;
    /** Whether the instance's plugin manager knows `--timeout`. */
    readonly managerHasTimeout: boolean;
}

/** The line that has the plugin manager run the plugin. */
export function managerLine(options: LineOptions, timeoutSeconds: number): string {
    const plugin = options.system === "windows" ? "app-snapshot-plugin-win" : "app-snapshot-plugin";
    return [
        "acs-plugin-manager --exec",
        `--plugin ${plugin}`,
        // Without it the manager ends the plugin after a limit from the plugin's own configuration, perhaps
        // between freeze and thaw.
        ...(options.managerHasTimeout ? [`--timeout ${timeoutSeconds}`] : []),
        parameterList(parameters(options)),
    ].join(" ");
}

type Value = string | number | boolean | ShellVariable;
type Parameter = readonly [name: string, ...values: Value[]];

/** Its value, of which the command sees to it that it is safe, is put there by the shell. */
interface ShellVariable {
    readonly variable: "pre" | "post";
}

function parameters({ system, specification, snapshotGroupName, scripts }: LineOptions): Parameter[] {
    const { excludeDiskIds, instantAccess, instantAccessRetentionDays } = specification;
    return [
        ["RamRoleName", specification.ramRoleName],
        ...(system === "windows"
            ? windowsParameters(specification)
            : linuxParameters(specification, scripts)),
        ...(instantAccess === undefined ? [] : [["InstantAccess", instantAccess] as const]),
        // The plugin spells it so.
        ...(instantAccessRetentionDays === undefined
            ? []
            : [["InstantAccessRentationDays", instantAccessRetentionDays] as const]),
        ...(excludeDiskIds.length === 0 ? [] : [["ExcludeDiskId", ...excludeDiskIds] as const]),
        ["Name", snapshotGroupName],
    ];
}

function linuxParameters({ linux }: SnapshotSpecification, scripts: ScriptFiles | undefined): Parameter[] {
    return [
        // Said even where they are the plugin's defaults: the command's time limit is computed from them.
        ["EnableFsFreeze", linux.enableFsFreeze],
        ["TimeoutInSeconds", linux.freezeTimeoutSeconds],
        ["ScriptTimeoutInSeconds", linux.scriptTimeoutSeconds],
        ...(scripts === undefined
            ? []
            : [
                  ["PreScriptPath", { variable: "pre" }] as const,
                  ["PostScriptPath", { variable: "post" }] as const,
              ]),
    ];
}

function windowsParameters({ windows }: SnapshotSpecification): Parameter[] {
    return [["EnableWriters", windows.enableWriters]];
}

/**
 * `--params` separates by commas, `--paramsV2` by spaces. The second form, quoted once for either shell, is
 * needed only where a value has a comma of its own: a list of disks.
 */
function parameterList(list: readonly Parameter[]): string {
    const words = list.map(([name, ...values]) => `-${name}=${values.map(asWord).join(",")}`);
    return list.some(([, ...values]) => values.length > 1)
        ? `--paramsV2="${words.join(" ")}"`
        : `--params=${words.join(",")}`;
}

function asWord(value: Value): string {
    return typeof value === "object" ? `$${value.variable}` : assertSafeValue(value);
}
