import { apiErrorEntry, noAnswer } from "../../errors/api-errors";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { isObject } from "../../runtime/json";
import { beginningOf } from "../../runtime/text";

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
    ) {
        super(`${operation}: ${code ?? "no answer"}: ${description}`);
        this.name = "ApiCallError";
    }

    /** Returns the error of a call of which an earlier attempt may have taken effect, see `followsFault`. */
    afterFault(): ApiCallError {
        const { operation, code, description, retryClass, requestId, retryAfterMs } = this;
        return new ApiCallError(operation, code, description, retryClass, requestId, retryAfterMs, true);
    }

    /** Tells whether the call may have taken effect. */
    get mayBeDone(): boolean {
        return this.followsFault === true || (this.retryClass === "again" && !isConflict(this.code ?? ""));
    }

    /** Returns the error that is reported to the user. */
    toAppSnapshotError(instanceId?: string): AppSnapshotError {
        const entry = this.code === undefined ? noAnswer : apiErrorEntry(this.code);
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

/** Names of errors that a retry can't fix. */
const programmingErrors: ReadonlySet<string> = new Set(["TypeError", "ReferenceError", "RangeError"]);

/** Returns the retry class of an API error code. Statuses are ignored, because they change over the years. */
export function retryClassOf(code: string): RetryClass {
    if (code.includes("Throttling")) {
        return "later";
    }
    return transient.has(code) ? "again" : "never";
}

/**
 * Translates an error of the SDK.
 *
 * @param place the host of the call, named if no answer came.
 */
export function toApiCallError(operation: string, thrown: unknown, place?: string): ApiCallError {
    if (thrown instanceof ApiCallError) {
        return thrown;
    }
    const fields = isObject(thrown) ? thrown : {};
    const name = text(fields["name"]);
    const code = text(fields["code"]);
    if (isApiCode(code, fields)) {
        return new ApiCallError(
            operation,
            code,
            apiMessage(fields),
            retryClassOf(code),
            requestIdOf(fields),
            numberOf(fields["retryAfter"]),
        );
    }
    // This is a transport error, or an answer from something else than the API (an HTML page, an empty body). The SDK's
    // messages for these contain the whole signed URL, so none of their text is used.
    const ownFault = programmingErrors.has(name);
    const description = transportDescription(name, code);
    return new ApiCallError(
        operation,
        undefined,
        place === undefined ? description : `${description}; ${place}`,
        ownFault ? "never" : "again",
    );
}

/** Tells the API's codes from those of Node.js (ECONNRESET …), which are upper case and have no status. */
function isApiCode(code: string, fields: Readonly<Record<string, unknown>>): boolean {
    return (
        code !== "" &&
        (typeof fields["statusCode"] === "number" || /[a-z]/.test(code)) &&
        !code.startsWith("ERR_")
    );
}

function apiMessage(fields: Readonly<Record<string, unknown>>): string {
    // The SDK's own message is "<Code>: code: <status>, <Message> request id: <id>"; `data` has the API's.
    const data = isObject(fields["data"]) ? fields["data"] : {};
    const plain = text(data["Message"] ?? data["message"]);
    return withoutRequest(plain === "" ? text(fields["message"]) : plain);
}

const longestMessage = 600;

/** Cuts off the request, with token and parameters, which the API quotes when it refuses a signature. */
function withoutRequest(message: string): string {
    const kept = message.replace(
        /[,;.]?\s*\b(?:and\s+)?server (?:string ?to ?sign|canonical ?request)\b.*$/is,
        "",
    );
    return beginningOf(kept, longestMessage);
}

function requestIdOf(fields: Readonly<Record<string, unknown>>): string | undefined {
    const data = isObject(fields["data"]) ? fields["data"] : {};
    const id = text(fields["requestId"] ?? data["RequestId"] ?? data["requestId"]);
    return id === "" ? undefined : id;
}

function transportDescription(name: string, code: string): string {
    if (name.includes("Timeout")) {
        return "the request timed out";
    }
    if (name === "SyntaxError") {
        return "the answer was not JSON";
    }
    return code === "" ? "the connection failed" : `the connection failed (${code})`;
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number | undefined {
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
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
