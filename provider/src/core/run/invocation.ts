import type { InvocationResult } from "../../cloud/ecs/api";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { deliveryErrorEntry } from "../../errors/delivery-errors";
import { type ExitCodeEntry, exitCodeEntry, scriptsRefused } from "../../errors/exit-codes";
import { proportionalDelay } from "../../runtime/backoff";
import type { ScriptOutput } from "../inputs/inputs";
import { parsePluginOutput } from "../plugin/output";
import { messageDetails } from "../plugin/quotable-output";
import { refusalReasons } from "../plugin/scripts/verification";

/** The meaning of an invocation's result on one instance. */
export type InvocationVerdict =
    | { readonly state: "running"; readonly lastSeen: string }
    | { readonly state: "succeeded" }
    | {
          readonly state: "failed";
          readonly error: AppSnapshotError;
          readonly groupMayExist: boolean;
          readonly retry: ExitCodeEntry["retry"];
      };

const runningStatuses: ReadonlySet<string> = new Set(["", "Pending", "Scheduled", "Running", "Stopping"]);

/** Tells whether an invocation with this status has not ended on the instance. */
export function isRunning({ invocationStatus }: Pick<InvocationResult, "invocationStatus">): boolean {
    return runningStatuses.has(invocationStatus);
}

/** Tells whether an invocation ended with success on the instance. */
export function isSuccess({
    invocationStatus,
    exitCode,
}: Pick<InvocationResult, "invocationStatus" | "exitCode">): boolean {
    return invocationStatus === "Success" && (exitCode ?? 0) === 0;
}

/**
 * Decides by the invocation status first, because an exit code of 0 may come with an error code, and the coarser
 * record status is "Finished" for any exit code. Pure.
 *
 * @param scriptOutput tells whether the error may quote the scripts' output. Default: no script was delivered.
 */
export function verdictOf(result: InvocationResult, scriptOutput?: ScriptOutput): InvocationVerdict {
    const { instanceId, invokeId, invocationStatus, exitCode } = result;
    if (isRunning(result)) {
        return { state: "running", lastSeen: invocationStatus === "" ? "Pending" : invocationStatus };
    }
    if (isSuccess(result)) {
        return { state: "succeeded" };
    }
    const output = parsePluginOutput(result.output);
    const quoted = messageDetails(output, scriptOutput);
    const resources = { invokeId, snapshotGroupId: output.snapshotGroupId };
    // Only these two mean that the command itself ended; with any other status the exit code is the agent's.
    if (
        (invocationStatus === "Failed" || invocationStatus === "Success") &&
        exitCode !== undefined &&
        exitCode !== 0
    ) {
        const entry = exitCodeEntry(exitCode);
        const detail = exitCode === scriptsRefused ? refusalReasons(result.output) : quoted;
        return {
            state: "failed",
            error: new AppSnapshotError(entry, { instanceId, exitCode, detail, resources }),
            groupMayExist: entry.groupMayExist,
            retry: entry.retry,
        };
    }
    const entry = deliveryErrorEntry(result.errorCode, invocationStatus);
    const detail = [`status ${invocationStatus}`, result.errorInfo, quoted].filter((part) => part !== "");
    return {
        state: "failed",
        error: new AppSnapshotError(entry, { instanceId, detail: detail.join("; "), resources }),
        groupMayExist: entry.groupMayExist,
        retry: undefined,
    };
}

/**
 * Polls every 0.4 seconds at first, because the plugin takes only a second or two without slow scripts. Later, the end
 * is noticed about a twentieth of the elapsed time late at most, unless a look takes several requests, see `pauseEnd`.
 */
export const resultDelay = proportionalDelay({ share: 0.05, shortestMs: 400, longestMs: 10_000 });
