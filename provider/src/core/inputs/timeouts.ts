import type { LinuxSpecification, OperatingSystem } from "./specification";

/** The longest time limit that Cloud Assistant accepts for a command, in seconds (a day). */
export const longestCommandSeconds = 86_400;

/** For fetching the plugin, creating and tagging the snapshots, and the manager's own work. */
const marginSeconds = 300;

/** The vendor's own sample for Windows uses it; VSS has no settings of its own here. */
const windowsSeconds = 1_800;

/**
 * The time limit of the command on the instance, in seconds: the sum of everything that may happen in it.
 *
 * It must never pass between freeze and thaw. The API's default of 60 seconds would.
 */
export function commandTimeoutSeconds(osType: OperatingSystem, linux: LinuxSpecification): number {
    if (osType === "windows") {
        return windowsSeconds;
    }
    const scripts = linux.scripts === undefined ? 0 : 2 * linux.scriptTimeoutSeconds;
    return scripts + linux.freezeTimeoutSeconds + marginSeconds;
}
