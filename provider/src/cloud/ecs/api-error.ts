import { apiErrorEntry, noAnswer } from "../../errors/api-errors";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { beginningOf } from "../../runtime/text";

/**
 * What a failed API call may do next.
 * - "again": a passing fault; the same request may succeed.
 * - "later": throttled; the same request succeeds once there is room.
 * - "never": the answer would be the same.
 */
export type RetryClass = "again" | "later" | "never";

/** One failed API call, without anything secret: neither the URL nor the parameters. */
export class ApiCallError extends Error {
    constructor(
        readonly operation: string,
        /** The API's code; undefined when there was no answer, or none of the API's. */
        readonly code: string | undefined,
        readonly description: string,
        readonly retryClass: RetryClass,
        readonly requestId?: string,
        /** How long the API asked to wait, in milliseconds. */
        readonly retryAfterMs?: number,
    ) {
        super(`${operation}: ${code ?? "no answer"}: ${description}`);
        this.name = "ApiCallError";
    }

    /** As it is reported to the user. */
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

/** Codes that tell of something else under way on the same resource. */
const conflicts: ReadonlySet<string> = new Set([
    "Operation.Conflict",
    "OperationConflict",
    "InvalidOperation.Conflict",
    "IncorrectDiskStatus.CreatingSnapshot",
    "InvalidOperation.RelatedSnapshotNotFinished",
]);

/** Codes of passing faults. Throttling is told by a part of the code, see below. */
const passing: ReadonlySet<string> = new Set([
    "ServiceUnavailable",
    "InternalError",
    "InternalError.Dispatch",
    "IdempotentProcessing",
    ...conflicts,
]);

/** Whether something else is under way on the same resource, which may take longer than a call is repeated. */
export function isConflict(code: string): boolean {
    return conflicts.has(code);
}

/** Whether the caller is not allowed to do what was asked for. */
export function isRefusal(code: string): boolean {
    return code.startsWith("Forbidden") || code.startsWith("NoPermission") || code === "Operation.Forbidden";
}

/** Names of errors that no repetition cures. */
const programmingErrors: ReadonlySet<string> = new Set(["TypeError", "ReferenceError", "RangeError"]);

/** The retry class of an API error code. Statuses do not count: they differ from year to year for one code. */
export function retryClassOf(code: string): RetryClass {
    if (code.includes("Throttling")) {
        return "later";
    }
    return passing.has(code) ? "again" : "never";
}

/**
 * Translates whatever the SDK threw.
 *
 * @param place where the call went to, to be named where no answer came from there.
 */
export function toApiCallError(operation: string, thrown: unknown, place?: string): ApiCallError {
    if (thrown instanceof ApiCallError) {
        return thrown;
    }
    const fields = isRecord(thrown) ? thrown : {};
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
    // From here on it is a transport error, or an answer that is not the API's (an HTML page, an empty body).
    // The SDK's messages for these hold the whole signed URL, so none of their text is kept.
    const ownFault = programmingErrors.has(name);
    const description = transportDescription(name, code);
    return new ApiCallError(
        operation,
        undefined,
        place === undefined ? description : `${description}; ${place}`,
        ownFault ? "never" : "again",
    );
}

/** Node's own error codes (ECONNRESET …) are upper case and come without a status. */
function isApiCode(code: string, fields: Readonly<Record<string, unknown>>): boolean {
    return (
        code !== "" &&
        (typeof fields["statusCode"] === "number" || /[a-z]/.test(code)) &&
        !code.startsWith("ERR_")
    );
}

function apiMessage(fields: Readonly<Record<string, unknown>>): string {
    // The SDK composes "<Code>: code: <status>, <Message> request id: <id>"; `data` has the bare one.
    const data = isRecord(fields["data"]) ? fields["data"] : {};
    const bare = text(data["Message"] ?? data["message"]);
    return withoutRequest(bare === "" ? text(fields["message"]) : bare);
}

const longestMessage = 600;

/**
 * A refused signature is answered with the request as the server saw it, the security token and all parameters
 * included; nothing from there on is kept.
 */
function withoutRequest(message: string): string {
    const kept = message.replace(
        /[,;.]?\s*\b(?:and\s+)?server (?:string ?to ?sign|canonical ?request)\b.*$/is,
        "",
    );
    return beginningOf(kept, longestMessage);
}

function requestIdOf(fields: Readonly<Record<string, unknown>>): string | undefined {
    const data = isRecord(fields["data"]) ? fields["data"] : {};
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number | undefined {
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
