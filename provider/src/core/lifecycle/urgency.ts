import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { Logger } from "../../runtime/logger";

/**
 * Says at once what can't wait until everything is cleaned up: an application may be paused, or a file system frozen,
 * until somebody looks.
 */
export function warnIfUrgent(log: Logger, error: AppSnapshotError): void {
    if (error.entry.urgent === true) {
        log.warn(error.message);
    }
}
