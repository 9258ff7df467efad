import { assertSafeValue } from "../inputs/alphabet";
import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";
import type { ScriptFiles } from "./scripts/script-file";
import { wrapperScripts } from "./scripts/script-output";

export interface LineOptions {
    readonly osType: OperatingSystem;
    readonly specification: SnapshotSpecification;
    readonly snapshotGroupName: string;
    readonly scripts: Pick<ScriptFiles, "pre" | "post"> | undefined;
    /** True if the instance's plugin manager knows `--timeout`. */
    readonly managerHasTimeout: boolean;
}

/** Returns the line that makes the plugin manager run the plugin. */
export function managerLine(options: LineOptions, timeoutSeconds: number): string {
    const plugin = options.osType === "windows" ? "app-snapshot-plugin-win" : "app-snapshot-plugin";
    return [
        "acs-plugin-manager --exec",
        `--plugin ${plugin}`,
        // Without it, the manager kills the plugin after a limit of the plugin's own configuration, perhaps between
        // freeze and thaw.
        ...(options.managerHasTimeout ? [`--timeout ${timeoutSeconds}`] : []),
        parameterList(parameters(options)),
    ].join(" ");
}

type Parameter = readonly [name: string, ...values: (string | number | boolean)[]];

function parameters({ osType, specification, snapshotGroupName, scripts }: LineOptions): Parameter[] {
    const { excludeDiskIds, instantAccess, instantAccessRetentionDays } = specification;
    return [
        ["RamRoleName", specification.ramRoleName],
        ...(osType === "windows"
            ? windowsParameters(specification)
            : linuxParameters(specification, scripts)),
        ...(instantAccess === undefined ? [] : [["InstantAccess", instantAccess] as const]),
        // The plugin's own spelling.
        ...(instantAccessRetentionDays === undefined
            ? []
            : [["InstantAccessRentationDays", instantAccessRetentionDays] as const]),
        ...(excludeDiskIds.length === 0 ? [] : [["ExcludeDiskId", ...excludeDiskIds] as const]),
        ["Name", snapshotGroupName],
    ];
}

function linuxParameters({ linux }: SnapshotSpecification, scripts: LineOptions["scripts"]): Parameter[] {
    return [
        // Given even if they are the plugin's defaults, because the command's time limit is computed from them.
        ["EnableFsFreeze", linux.enableFsFreeze],
        ["TimeoutInSeconds", linux.freezeTimeoutSeconds],
        ["ScriptTimeoutInSeconds", linux.scriptTimeoutSeconds],
        ...(scripts === undefined
            ? []
            : [["PreScriptPath", scripts.pre.path] as const, ["PostScriptPath", scripts.post.path] as const]),
    ];
}

function windowsParameters({ windows }: SnapshotSpecification): Parameter[] {
    return [["EnableWriters", windows.enableWriters]];
}

/**
 * Formats parameters for `--params`, which separates them by commas, or for `--paramsV2`, which uses spaces, if a value
 * has commas itself: a list of disks.
 */
function parameterList(list: readonly Parameter[]): string {
    const words = list.map(([name, ...values]) => `-${name}=${values.map(asWord).join(",")}`);
    return list.some(([, ...values]) => values.length > 1)
        ? `--paramsV2="${words.join(" ")}"`
        : `--params=${words.join(",")}`;
}

/** Checks a value. In the wrappers' paths the shell inserts a directory, whose name is safe. */
function asWord(value: string | number | boolean): string {
    return value === wrapperScripts.pre.path || value === wrapperScripts.post.path
        ? value
        : assertSafeValue(value);
}
