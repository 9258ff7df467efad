import type { OperatingSystem, SnapshotSpecification } from "./specification";
import { commandTimeoutSeconds } from "./timeouts";

/** The time limit after the end of the command, in seconds, for each choice of `waitFor`. */
const afterCommandSeconds = { available: 600, accomplished: 6 * 3600 } as const;

/** Returns the time limit of create in seconds, by default the command's time limit and that after its end. */
export function createTimeoutSeconds(specification: SnapshotSpecification, osType: OperatingSystem): number {
    return (
        specification.timeoutSeconds ??
        commandTimeoutSeconds(osType, specification.linux) + afterCommandSeconds[specification.waitFor]
    );
}

/** Returns the seconds after the end of the command in which an update may still work on the group. */
export function waitSeconds({ timeoutSeconds, waitFor }: SnapshotSpecification): number {
    return timeoutSeconds ?? afterCommandSeconds[waitFor];
}
