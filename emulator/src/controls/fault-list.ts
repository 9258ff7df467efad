import { flag, integer, list, object, oneOf, type Schema, text } from "../fixture/schema";
import type { Fault, FaultKind } from "../gateway/faults";

const longestMs = 86_400_000;

const kinds: Readonly<Record<FaultKind, true>> = {
    "reset-before": true,
    "reset-after": true,
    delay: true,
    "http-500": true,
    "bad-gateway": true,
    empty: true,
    unavailable: true,
    throttled: true,
    "idempotent-processing": true,
    error: true,
    "item-failure": true,
    miss: true,
    "repeated-token": true,
    "no-answer": true,
};

/** Faults, as a JSON document has them: all but the condition `when`, which is a function. */
export const faultList: Schema<Fault[]> = list(
    object(
        { action: text, kind: oneOf(...(Object.keys(kinds) as FaultKind[])) },
        {
            times: integer(1, 1_000_000),
            after: integer(0, 1_000_000),
            status: integer(100, 599),
            code: text,
            message: text,
            retryAfterMs: integer(0, longestMs),
            delayMs: integer(0, longestMs),
            processed: flag,
        },
    ),
);
