import { apiErrorEntry, noAnswer } from "../../errors/api-errors";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { ErrorEntry } from "../../errors/error-entry";

/**
 * The rule for retrying a failed API call.
 * - "again": a transient fault; the same request may succeed.
 * - "later": throttled; the same request succeeds later.
 * - "never": the answer would be the same.
 */
export type RetryClass = "again" | "later" | "never";

/** A failed API call, without its URL and parameters, which contain secrets. */
export class ApiCallError extends Error {
    constructor(
        readonly operation: string,
        /** The API's code; undefined if there was no answer from the API. */
        readonly code: string | undefined,
        readonly description: string,
        readonly retryClass: RetryClass,
        readonly requestId?: string,
        /** The wait that the API asked for. */
        readonly retryAfterMs?: number,
        /**
         * True if an earlier attempt of the same call had no answer that tells whether it took effect: then this one's
         * does not tell that nothing was done. Default: false.
         */
        readonly followsFault?: boolean,
        /** The entry of a call without an answer. Default: that the API can't be reached. */
        readonly unanswered: ErrorEntry = noAnswer,
    ) {
        super(`${operation}: ${code ?? "no answer"}: ${description}`);
        this.name = "ApiCallError";
    }

    /** Returns the error of a call of which an earlier attempt may have taken effect, see `followsFault`. */
    afterFault(): ApiCallError {
        const { operation, code, description, retryClass, requestId, retryAfterMs, unanswered } = this;
        return new ApiCallError(
            operation,
            code,
            description,
            retryClass,
            requestId,
            retryAfterMs,
            true,
            unanswered,
        );
    }

    /** Tells whether the call may have taken effect. */
    get mayBeDone(): boolean {
        return this.followsFault === true || (this.retryClass === "again" && !isConflict(this.code ?? ""));
    }

    /** Returns the error that is reported to the user. */
    toAppSnapshotError(instanceId?: string): AppSnapshotError {
        const entry = this.code === undefined ? this.unanswered : apiErrorEntry(this.code);
        return new AppSnapshotError(entry, {
            instanceId,
            detail: `${this.operation}: ${this.description}`,
            resources: { requestId: this.requestId },
            cause: this,
        });
    }
}

/** Codes for another operation in progress on the same resource. */
const conflicts: ReadonlySet<string> = new Set([
    "Operation.Conflict",
    "OperationConflict",
    "InvalidOperation.Conflict",
    "IncorrectDiskStatus.CreatingSnapshot",
    "InvalidOperation.RelatedSnapshotNotFinished",
]);

/** Codes of transient faults. Throttling is recognized by a part of the code, see below. */
const transient: ReadonlySet<string> = new Set([
    "ServiceUnavailable",
    "InternalError",
    "InternalError.Dispatch",
    "IdempotentProcessing",
    ...conflicts,
]);

/** Tells whether another operation is in progress on the resource, which may outlast the retries of a call. */
export function isConflict(code: string): boolean {
    return conflicts.has(code);
}

/** Tells whether the caller lacks the permission for a call. */
export function isRefusal(code: string): boolean {
    return code.startsWith("Forbidden") || code.startsWith("NoPermission") || code === "Operation.Forbidden";
}

/** Returns the retry class of an API error code. Statuses are ignored, because they change over the years. */
export function retryClassOf(code: string): RetryClass {
    if (code.includes("Throttling")) {
        return "later";
    }
    return transient.has(code) ? "again" : "never";
}

/** Returns the answer of calls that only save others; undefined if the API fails, so that these are made instead. */
export async function unlessApiFails<T>(calls: () => Promise<T>): Promise<T | undefined> {
    try {
        return await calls();
    } catch (thrown) {
        if (thrown instanceof ApiCallError) {
            return undefined;
        }
        throw thrown;
    }
}
