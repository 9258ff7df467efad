import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { Logger } from "../../runtime/logger";

/**
 * Warns at once about an error that can't wait for the clean-up, because an application may be paused, or a file system
 * frozen, until somebody acts.
 */
export function warnIfUrgent(log: Logger, error: AppSnapshotError): void {
    if (error.entry.urgent === true) {
        log.warn(error.message);
    }
}
