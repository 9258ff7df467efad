import type { LedgerEntry } from "./ledger";

/** A moment in the life of an admitted request, at which a test can observe, wait or break the connection. */
export interface EmulatorCall {
    /**
     * "received": signature, policy and operation are in order, and nothing has happened yet.
     * "processed": the operation has run or refused, and the answer has not been sent. It does not come when a fault
     * keeps the operation from running.
     * "unanswered": a fault keeps the answer back for good; the client waits until it gives up.
     */
    readonly phase: "received" | "processed" | "unanswered";
    /** The request; its `status`, `code` and `body` are set from "processed" on. */
    readonly entry: LedgerEntry;
    /** The port at the client's end of the connection: which of the client's requests it is. */
    readonly clientPort: number;
}

/** Observes a call; "drop" breaks the connection at once. A thrown error becomes a 500 `EmulatorError`. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a callback without a result is the usual one
export type CallListener = (call: EmulatorCall) => void | "drop" | Promise<void | "drop">;
