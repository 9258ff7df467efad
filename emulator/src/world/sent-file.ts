import type { Tags } from "./tags";

/** One SendFile. A record of the emulator's state, changed in place. */
export interface SentFile {
    invokeId: string;
    name: string;
    targetDir: string;
    /** The content as it was given, in the encoding of `contentType`. */
    given: string;
    contentType: "PlainText" | "Base64";
    content: Buffer;
    fileMode: string;
    fileOwner: string;
    fileGroup: string;
    overwrite: boolean;
    timeoutSeconds: number;
    creationTime: number;
    tags: Tags;
    records: SentFileRecord[];
}

export type SentFileStatus =
    "Pending" | "Running" | "Success" | "Failed" | "Invalid" | "Aborted" | "Error" | "Timeout";

/** A file on its way to one of its instances. A record of the emulator's state, changed in place. */
export interface SentFileRecord {
    instanceId: string;
    status: SentFileStatus;
    errorCode: string;
    errorInfo: string;
    startTime: number | undefined;
    finishTime: number | undefined;
    updateTime: number;
    /** True once other accounts of the instance could read what was sent. */
    exposed: boolean;
}

/** Returns the status of a sent file as a whole: whatever is not a success counts as a failure in the end. */
export function sentFileStatus({ records }: SentFile): string {
    const statuses = records.map((record) => record.status);
    for (const active of ["Pending", "Running"] as const) {
        if (statuses.includes(active)) {
            return active;
        }
    }
    if (statuses.every((status) => status === "Success")) {
        return "Success";
    }
    return statuses.includes("Success") ? "PartialFailed" : "Failed";
}
