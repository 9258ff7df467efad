import type { OutputBuffer } from "./output-buffer";
import type { Tags } from "./tags";

/** The command of an invocation. */
export interface Command {
    readonly commandId: string;
    readonly name: string;
    readonly type: "RunShellScript" | "RunBatScript";
    /** The decoded script. */
    readonly content: string;
    readonly timeoutSeconds: number;
    readonly terminationMode: "Process" | "ProcessTree";
}

/** One RunCommand. A record of the emulator's state, changed in place. */
export interface Invocation {
    invokeId: string;
    command: Command;
    creationTime: number;
    tags: Tags;
    records: InvocationRecord[];
    /** True once Cloud Assistant has forgotten its results, but not the invocation itself. */
    resultsForgotten: boolean;
}

export type RecordStatus =
    | "Pending"
    | "Running"
    | "Success"
    | "Failed"
    | "Aborted"
    | "Error"
    | "Timeout"
    | "Cancelled"
    | "Stopping"
    | "Terminated";

/** An invocation on one of its instances. A record of the emulator's state, changed in place. */
export interface InvocationRecord {
    instanceId: string;
    status: RecordStatus;
    errorCode: string;
    errorInfo: string;
    exitCode: number | undefined;
    output: OutputBuffer;
    startTime: number | undefined;
    finishTime: number | undefined;
    stopTime: number | undefined;
    updateTime: number;
    /** Kills the running command; absent when nothing runs. */
    stop: (() => void) | undefined;
}

const finished: ReadonlySet<RecordStatus> = new Set([
    "Success",
    "Failed",
    "Aborted",
    "Error",
    "Timeout",
    "Cancelled",
    "Terminated",
]);

/** Tells whether a record will not change any more. */
export function isFinished(status: RecordStatus): boolean {
    return finished.has(status);
}

/** Returns the coarse status of one record, which hides e.g. a timeout behind "Failed". */
export function recordStatus(status: RecordStatus): string {
    switch (status) {
        case "Pending":
        case "Running":
            return "Running";
        case "Success":
            return "Finished";
        case "Stopping":
            return "Stopping";
        case "Cancelled":
        case "Terminated":
            return "Stopped";
        default:
            return "Failed";
    }
}

/** Returns the status of an invocation as a whole. */
export function invocationStatus(statuses: readonly RecordStatus[]): string {
    const has = (...wanted: RecordStatus[]) => statuses.some((status) => wanted.includes(status));
    const stopped: RecordStatus[] = ["Cancelled", "Terminated"];
    if (has("Stopping")) {
        return "Stopping";
    }
    for (const active of ["Running", "Pending"] as const) {
        if (has(active)) {
            return active;
        }
    }
    if (statuses.every((status) => stopped.includes(status))) {
        return "Stopped";
    }
    if (!has("Success")) {
        return "Failed";
    }
    return statuses.every((status) => status === "Success" || stopped.includes(status))
        ? "Success"
        : "PartialFailed";
}

/** Translates a status into the older vocabulary of DescribeInvocations' `InvokeStatus`. */
export function legacyStatus(status: string): string {
    switch (status) {
        case "Pending":
            return "Running";
        case "Success":
            return "Finished";
        default:
            return status;
    }
}
