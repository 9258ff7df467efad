import { inspect } from "node:util";

import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { ApiCallError } from "./api-error";

/** Converts any thrown value into an AppSnapshotError. */
export function asAppSnapshotError(thrown: unknown, instanceId?: string): AppSnapshotError {
    if (thrown instanceof AppSnapshotError) {
        return thrown.instanceId === undefined ? thrown.with({ instanceId }) : thrown;
    }
    if (thrown instanceof ApiCallError) {
        return thrown.toAppSnapshotError(instanceId);
    }
    return new AppSnapshotError(ownErrors.UnexpectedError, {
        instanceId,
        detail: reasonOf(thrown),
        cause: thrown,
    });
}

/** Describes an unexpected value, never with an empty text. */
function reasonOf(thrown: unknown): string {
    if (!(thrown instanceof Error)) {
        return typeof thrown === "string" ? thrown : inspect(thrown);
    }
    const inner = thrown instanceof AggregateError ? (thrown.errors as unknown[]) : [];
    const reasons = [thrown.message, ...inner.map(reasonOf)].filter((reason) => reason !== "");
    return reasons.length === 0 ? thrown.name : reasons.join("; ");
}
