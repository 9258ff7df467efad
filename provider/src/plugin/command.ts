import type { RunCommandRequest } from "../ecs/api";
import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";
import { assertSafeValue } from "./alphabet";
import { commandTimeoutSeconds } from "./timeouts";

/** What Cloud Assistant is to run on the instance. */
export type PluginCommand = Pick<RunCommandRequest, "type" | "commandContent" | "timeoutSeconds">;

export interface CommandOptions {
    readonly system: OperatingSystem;
    readonly specification: SnapshotSpecification;
    readonly snapshotGroupName: string;
    /** Whether the instance's plugin manager knows `--timeout`. */
    readonly managerHasTimeout: boolean;
}

/** The command that takes the snapshot. Its inputs must have passed the check. */
export function pluginCommand(options: CommandOptions): PluginCommand {
    const { system, specification } = options;
    const timeoutSeconds = commandTimeoutSeconds(system, specification.linux);
    const line = [
        "acs-plugin-manager --exec",
        `--plugin ${system === "windows" ? "app-snapshot-plugin-win" : "app-snapshot-plugin"}`,
        // Without it the manager ends the plugin after a limit from the plugin's own configuration, perhaps
        // between freeze and thaw.
        ...(options.managerHasTimeout ? [`--timeout ${timeoutSeconds}`] : []),
        parameterList(parameters(options)),
    ].join(" ");
    return {
        type: system === "windows" ? "RunBatScript" : "RunShellScript",
        commandContent: line,
        timeoutSeconds,
    };
}

type Parameter = readonly [name: string, ...values: (string | number | boolean)[]];

function parameters({ system, specification, snapshotGroupName }: CommandOptions): Parameter[] {
    const { excludeDiskIds, instantAccess, instantAccessRetentionDays } = specification;
    return [
        ["RamRoleName", specification.ramRoleName],
        ...(system === "windows" ? windowsParameters(specification) : linuxParameters(specification)),
        ...(instantAccess === undefined ? [] : [["InstantAccess", instantAccess] as const]),
        // The plugin spells it so.
        ...(instantAccessRetentionDays === undefined
            ? []
            : [["InstantAccessRentationDays", instantAccessRetentionDays] as const]),
        ...(excludeDiskIds.length === 0 ? [] : [["ExcludeDiskId", ...excludeDiskIds] as const]),
        ["Name", snapshotGroupName],
    ];
}

function linuxParameters({ linux }: SnapshotSpecification): Parameter[] {
    return [
        // Said even where they are the plugin's defaults: the command's time limit is computed from them.
        ["EnableFsFreeze", linux.enableFsFreeze],
        ["TimeoutInSeconds", linux.freezeTimeoutSeconds],
        ["ScriptTimeoutInSeconds", linux.scriptTimeoutSeconds],
        ...(linux.scripts === undefined
            ? []
            : [
                  ["PreScriptPath", linux.scripts.preScriptPath] as const,
                  ["PostScriptPath", linux.scripts.postScriptPath] as const,
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
    const words = list.map(([name, ...values]) => `-${name}=${values.map(assertSafeValue).join(",")}`);
    return list.some(([, ...values]) => values.length > 1)
        ? `--paramsV2="${words.join(" ")}"`
        : `--params=${words.join(",")}`;
}
