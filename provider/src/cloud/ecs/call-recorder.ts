import { appendFileSync, closeSync, constants, openSync } from "node:fs";

import type EcsClient from "@alicloud/ecs20140526";

import { answeredCall, type CallRecord, failedCall } from "./call-record";
import type { EcsSdk } from "./sdk-package";

/** Takes the records of calls. It never throws. */
export type CallRecorder = (record: CallRecord) => void;

/**
 * Returns a recorder that appends a line of JSON for each call to a file, which only its owner can read if it is new.
 * It writes before the answer is used, so that a killed process has recorded what it knew.
 *
 * @param warn is called once, if a line can't be written.
 */
export function fileRecorder(path: string, warn: (message: string) => void): CallRecorder {
    let hasFailed = false;
    return (record) => {
        try {
            append(path, `${JSON.stringify(record)}\n`);
        } catch (thrown) {
            if (!hasFailed) {
                hasFailed = true;
                const reason = thrown instanceof Error ? thrown.message : String(thrown);
                warn(`calls of the API are not recorded (ALICLOUD_APP_SNAPSHOT_CALLS_FILE): ${reason}`);
            }
        }
    };
}

/** Appends a line. A pipe that nobody reads is an error: waiting for its reader would stop the whole process. */
function append(path: string, line: string): void {
    // Windows has no O_NONBLOCK, which then adds nothing.
    const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants;
    const file = openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, 0o600);
    try {
        appendFileSync(file, line);
    } finally {
        closeSync(file);
    }
}

/** Returns a client class that records every request with its answer, repeated requests included. */
export function recordingClient(
    Client: EcsSdk["Client"],
    regionId: string,
    record: CallRecorder,
): EcsSdk["Client"] {
    return class extends Client {
        override async callApi(
            ...[params, request, runtime]: Parameters<EcsClient["callApi"]>
        ): ReturnType<EcsClient["callApi"]> {
            const parameters = { ...request.query, ...(request.body as Readonly<Record<string, unknown>>) };
            const sentAt = Date.now();
            const sent = () => ({
                operation: params.action,
                region: regionId,
                parameters,
                sentAt,
                endedAt: Date.now(),
            });
            try {
                const response = await super.callApi(params, request, runtime);
                record(answeredCall(sent(), response));
                return response;
            } catch (thrown) {
                record(failedCall(sent(), thrown));
                throw thrown;
            }
        }
    };
}
