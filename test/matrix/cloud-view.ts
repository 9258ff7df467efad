import type { Emulator, InvocationState } from "pulumi-alicloud-app-snapshot-emulator";

import { pluginRuns } from "../support/stack/plugin-runs";
import type { CloudView } from "./call-names";
import { wasDeleted } from "./pace";

const running: ReadonlySet<string> = new Set(["Pending", "Scheduled", "Running", "Stopping"]);

/** Tells whether a snapshot plugin is at work, for a given invocation or for any. */
export function isPluginRunning(emulator: Emulator, invokeId?: string): boolean {
    return pluginRuns(emulator).some(
        (invocation) =>
            (invokeId ?? invocation.invokeId) === invocation.invokeId && running.has(invocation.status),
    );
}

/** Returns the state of an invocation's run: "open", "handed", "committed" or "closed". */
export function runState({ tags }: Pick<InvocationState, "tags">): string {
    return tags["app-snapshot:state"] ?? "open";
}

/** @param isGone tells whether a deleted group is no longer listed. */
export function viewOf(emulator: Emulator, isGone: (snapshotGroupId: string) => boolean): CloudView {
    return {
        isRunning: (invokeId) => isPluginRunning(emulator, invokeId),
        isRun: (invokeId) => pluginRuns(emulator).some((run) => run.invokeId === invokeId),
        deletionOf: (id) => {
            if (!wasDeleted(emulator, id)) {
                return undefined;
            }
            return isGone(id) ? "deleted" : "being deleted";
        },
    };
}
