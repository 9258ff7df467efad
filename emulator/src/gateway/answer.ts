import { ApiError, type Body, errorBody } from "../refusals/api-error";
import type { Fault } from "./faults";

/** The answer that goes back to the client. */
export type Answer =
    | JsonAnswer
    | { readonly kind: "raw"; readonly status: number; readonly contentType: string; readonly text: string }
    /** The connection is destroyed. */
    | { readonly kind: "reset" }
    /** The connection stays open, and nothing is ever sent. */
    | { readonly kind: "silence" };

export interface JsonAnswer {
    readonly kind: "json";
    readonly status: number;
    readonly body: Body;
    readonly headers: Record<string, string>;
}

export function success(body: Body, requestId: string): JsonAnswer {
    return { kind: "json", status: 200, body: { RequestId: requestId, ...body }, headers: {} };
}

export function refused(error: ApiError, requestId: string): JsonAnswer {
    return { kind: "json", status: error.status, body: errorBody(error, requestId), headers: {} };
}

/** Tells whether the operation is run although the fault hits the call. */
export function reachesOperation(fault: Fault): boolean {
    switch (fault.kind) {
        case "reset-after":
        case "delay":
        case "item-failure":
        case "miss":
        case "repeated-token":
            return true;
        case "reset-before":
        case "throttled":
        case "idempotent-processing":
            return false;
        default:
            return fault.processed ?? false;
    }
}

/** Returns what the client gets instead of the operation's answer; undefined if that is left to the operation. */
export function faultAnswer(fault: Fault, throttlingStatus: number, requestId: string): Answer | undefined {
    const error = (status: number, code: string, message: string) =>
        refused(
            new ApiError(fault.status ?? status, fault.code ?? code, fault.message ?? message),
            requestId,
        );
    switch (fault.kind) {
        case "delay":
        case "item-failure":
        case "miss":
        case "repeated-token":
            return undefined;
        case "no-answer":
            return { kind: "silence" };
        case "reset-before":
        case "reset-after":
            return { kind: "reset" };
        case "http-500":
            return error(
                500,
                "InternalError",
                "The request processing has failed due to some unknown error.",
            );
        case "bad-gateway":
            return {
                kind: "raw",
                status: 502,
                contentType: "text/html",
                text: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
            };
        case "empty":
            return { kind: "raw", status: fault.status ?? 200, contentType: "application/json", text: "" };
        case "unavailable":
            return error(
                503,
                "ServiceUnavailable",
                "The request has failed due to a temporary failure of the server.",
            );
        case "throttled": {
            const answer = error(
                throttlingStatus,
                "Throttling.User",
                "Request was denied due to user flow control.",
            );
            if (fault.retryAfterMs !== undefined) {
                answer.headers["x-acs-retry-after"] = String(fault.retryAfterMs);
            }
            return answer;
        }
        case "idempotent-processing":
            return error(403, "IdempotentProcessing", "The previous idempotent request is still processing.");
        case "error":
            return error(400, "InvalidParameter", "The specified parameter is invalid.");
    }
}
