import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { deliveryErrorEntry } from "../../errors/delivery-errors";
import { exitCodeEntry, type ExitCodeEntry, scriptsRefused } from "../../errors/exit-codes";
import type { InvocationResult } from "../../cloud/ecs/api";
import type { ScriptOutput } from "../inputs/inputs";
import { parsePluginOutput } from "../plugin/output";
import { messageDetails } from "../plugin/words";
import { refusalReasons } from "../plugin/scripts/verification";
import { proportionalDelay } from "../../runtime/backoff";
import { poll, polling, type PollState, type PollResult } from "../../runtime/poll";
import { progressLine } from "../../runtime/progress";
import type { Context } from "../../cloud/context";

/** What the result of an invocation on one instance means; a pure decision. */
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

/**
 * Judges a result by its invocation status first: an exit code of 0 may stand beside an error code, and the
 * coarser record status says "Finished" whatever the exit code was.
 *
 * @param scriptOutput whether the error may quote what a script said. Default: no script was delivered.
 */
export function verdictOf(result: InvocationResult, scriptOutput?: ScriptOutput): InvocationVerdict {
    const { instanceId, invokeId, invocationStatus, exitCode } = result;
    if (runningStatuses.has(invocationStatus)) {
        return { state: "running", lastSeen: invocationStatus === "" ? "Pending" : invocationStatus };
    }
    if (invocationStatus === "Success" && (exitCode ?? 0) === 0) {
        return { state: "succeeded" };
    }
    const output = parsePluginOutput(result.output);
    const said = messageDetails(output, scriptOutput);
    const resources = { invokeId, snapshotGroupId: output.snapshotGroupId };
    // Only these two say that the command itself ended; with any other status the exit code is the agent's.
    if (
        (invocationStatus === "Failed" || invocationStatus === "Success") &&
        exitCode !== undefined &&
        exitCode !== 0
    ) {
        const entry = exitCodeEntry(exitCode);
        const detail = exitCode === scriptsRefused ? refusalReasons(result.output) : said;
        return {
            state: "failed",
            error: new AppSnapshotError(entry, { instanceId, exitCode, detail, resources }),
            groupMayExist: entry.groupMayExist,
            retry: entry.retry,
        };
    }
    const entry = deliveryErrorEntry(result.errorCode, invocationStatus);
    const detail = [`status ${invocationStatus}`, result.errorInfo, said].filter((part) => part !== "");
    return {
        state: "failed",
        error: new AppSnapshotError(entry, { instanceId, detail: detail.join("; "), resources }),
        groupMayExist: entry.groupMayExist,
        retry: undefined,
    };
}

/**
 * Looks every 0.4 seconds at first: the plugin takes a second or two where no script takes longer. Later on a
 * look may come late by an eighth of the time already spent.
 */
export const resultDelay = proportionalDelay({ share: 0.125, shortestMs: 400, longestMs: 10_000 });

/**
 * Waits until an invocation has ended on all of its instances.
 *
 * @param what what the user is told to be running.
 */
export async function waitForInvocation(
    context: Context,
    invokeId: string,
    instanceIds: readonly string[],
    deadline: number,
    what = "the snapshot plugin",
): Promise<PollResult<ReadonlyMap<string, InvocationResult>>> {
    return poll({
        look: async () => invocationState(await context.api.describeInvocationResults(invokeId), instanceIds),
        delay: resultDelay,
        deadline,
        ...polling(context),
        onWait: (lastSeen, elapsed) => {
            context.log.status(progressLine(lastSeen.toLowerCase(), elapsed, what));
        },
    });
}

function invocationState(
    results: readonly InvocationResult[],
    instanceIds: readonly string[],
): PollState<ReadonlyMap<string, InvocationResult>> {
    const byInstance = new Map(results.map((result) => [result.instanceId, result]));
    for (const instanceId of instanceIds) {
        const result = byInstance.get(instanceId);
        // A new invocation has no results for a moment.
        const verdict =
            result === undefined ? ({ state: "running", lastSeen: "Pending" } as const) : verdictOf(result);
        if (verdict.state === "running") {
            return { done: false, lastSeen: verdict.lastSeen };
        }
    }
    return { done: true, value: byInstance };
}
