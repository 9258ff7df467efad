import type { FaultKind } from "./faults";

/** One request as it arrived and as it was answered. The emulator completes it in place. */
export interface LedgerEntry {
    /** 1 for the first request. */
    sequence: number;
    /** The time of its arrival, ISO 8601 with milliseconds. */
    time: string;
    /** The operation; "" if the request names none. */
    action: string;
    /** The operation's parameters as they were on the wire (`InstanceId.1`); none about the signature. */
    params: Readonly<Record<string, string>>;
    /** The key that the request names, whether or not its signature was right. "" when it names none. */
    accessKeyId: string;
    /** HTTP status of the answer, 0 when there was none. */
    status: number;
    /** The error code; absent for a success. */
    code?: string;
    /** The JSON answer as the emulator made it, even if a fault kept it from being sent. */
    body: Readonly<Record<string, unknown>> | undefined;
    /** The fault that hit the request. */
    faulted?: FaultKind;
}
