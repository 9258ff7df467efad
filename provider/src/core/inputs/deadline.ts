import type { OperatingSystem, SnapshotSpecification } from "./specification";
import { commandTimeoutSeconds } from "./timeouts";

/** How long a snapshot may take after its command has ended, by what is waited for, in seconds. */
const afterCommandSeconds = { available: 600, accomplished: 6 * 3600 } as const;

/** How long create waits, in seconds, where the program does not say: as long as the command may take, and more. */
export function createTimeoutSeconds(specification: SnapshotSpecification, osType: OperatingSystem): number {
    return (
        specification.timeoutSeconds ??
        commandTimeoutSeconds(osType, specification.linux) + afterCommandSeconds[specification.waitFor]
    );
}

/** How long an update may go on with the group after the command has ended, in seconds. */
export function waitSeconds({ timeoutSeconds, waitFor }: SnapshotSpecification): number {
    return timeoutSeconds ?? afterCommandSeconds[waitFor];
}
