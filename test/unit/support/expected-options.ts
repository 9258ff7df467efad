import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import type { OperatingSystem } from "../../../provider/src/inputs/specification";

/** The options that a plugin has to get, by the vendor's names of them; written down without the package's code. */
export function expectedOptions(
    system: OperatingSystem,
    inputs: SnapshotInputs,
    snapshotGroupName: string,
): string[] {
    const { linux, windows, excludeDiskIds = [], instantAccess, instantAccessRetentionDays } = inputs;
    const options: Record<string, string | number | boolean | undefined> = {
        RamRoleName: inputs.ramRoleName ?? "AppSnapshotRoleName",
        Name: snapshotGroupName,
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
