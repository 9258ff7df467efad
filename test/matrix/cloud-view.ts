import type { Emulator, InvocationState, LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";
import { pluginRuns } from "../e2e/support/plugin-runs";
import type { CloudView } from "./call-names";

const running: ReadonlySet<string> = new Set(["Pending", "Scheduled", "Running", "Stopping"]);

/** Whether a snapshot plugin is at work, for a given invocation or for any. */
export function isPluginRunning(emulator: Emulator, invokeId?: string): boolean {
    return pluginRuns(emulator).some(
        (invocation) =>
            (invokeId ?? invocation.invokeId) === invocation.invokeId && running.has(invocation.status),
    );
}

/** How far the attempt is that an invocation was: "open", "committed" or "closed". */
export function attemptState({ tags }: Pick<InvocationState, "tags">): string {
    return tags["app-snapshot:state"] ?? "open";
}

/** @param lingerMilliseconds how long a deleted group is still shown. */
export function viewOf(emulator: Emulator, lingerMilliseconds: number): CloudView {
    return {
        isRunning: (invokeId) => isPluginRunning(emulator, invokeId),
        isAttempt: (invokeId) => pluginRuns(emulator).some((attempt) => attempt.invokeId === invokeId),
        deletionOf: (id) => {
            const deletion = emulator.ledger.find((entry) => deletes(entry, id));
            if (deletion === undefined) {
                return undefined;
            }
            return Date.now() - Date.parse(deletion.time) < lingerMilliseconds ? "being deleted" : "deleted";
        },
    };
}

function deletes({ action, params, status }: LedgerEntry, id: string): boolean {
    return action === "DeleteSnapshotGroup" && status === 200 && params["SnapshotGroupId"] === id;
}
