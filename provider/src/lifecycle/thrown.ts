import { ApiCallError } from "../ecs/api-error";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import { UnfinishedSnapshot } from "./unfinished";

/** Whatever was thrown, as the one error type. */
export function asAppSnapshotError(thrown: unknown, instanceId?: string): AppSnapshotError {
    if (thrown instanceof AppSnapshotError) {
        return thrown.instanceId === undefined ? thrown.with({ instanceId }) : thrown;
    }
    if (thrown instanceof ApiCallError) {
        return thrown.toAppSnapshotError(instanceId);
    }
    if (thrown instanceof UnfinishedSnapshot) {
        return thrown.reason;
    }
    return new AppSnapshotError(ownErrors.UnexpectedError, {
        instanceId,
        detail: thrown instanceof Error ? thrown.message : String(thrown),
        cause: thrown,
    });
}
