import type { LinuxSpecification, OperatingSystem } from "./specification";

/** The longest time limit that Cloud Assistant accepts for a command, in seconds (a day). */
export const longestCommandSeconds = 86_400;

/** The time for fetching the plugin, creating and tagging the snapshots, and the manager's own work. */
const marginSeconds = 300;

/** The time limit on Windows, from the vendor's own sample; VSS has no settings here. */
const windowsSeconds = 1_800;

/**
 * Returns the time limit of the command on the instance, in seconds: the sum of the limits of its steps. It must never
 * end the command between freeze and thaw, as the API's default of 60 seconds could.
 */
export function commandTimeoutSeconds(osType: OperatingSystem, linux: LinuxSpecification): number {
    if (osType === "windows") {
        return windowsSeconds;
    }
    const scripts = linux.scripts === undefined ? 0 : 2 * linux.scriptTimeoutSeconds;
    return scripts + linux.freezeTimeoutSeconds + marginSeconds;
}
