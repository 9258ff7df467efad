import { noAnswer } from "../../errors/api-errors";
import { isObject } from "../../runtime/json";
import { beginningOf } from "../../runtime/text";
import { ApiCallError, retryClassOf } from "./api-error";
import { type ConnectionFault, connectionFault } from "./connection-fault";

/** Names of errors that a retry can't fix. */
const programmingErrors: ReadonlySet<string> = new Set(["TypeError", "ReferenceError", "RangeError"]);

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
    const { reason, retryClass, entry } = connectionFault(thrown) ?? transportFault(name, code);
    const description = place === undefined ? reason : `${reason}; ${place}`;
    return new ApiCallError(
        operation,
        undefined,
        description,
        retryClass,
        undefined,
        undefined,
        false,
        entry,
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

/**
 * Interprets a transport error, or an answer from something else than the API (an HTML page, an empty body). The SDK's
 * messages for these contain the whole signed URL, so none of their text is used.
 */
function transportFault(name: string, code: string): ConnectionFault {
    return {
        entry: noAnswer,
        reason: transportDescription(name, code),
        retryClass: programmingErrors.has(name) ? "never" : "again",
    };
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
