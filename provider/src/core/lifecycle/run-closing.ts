import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { SnapshotRun } from "../run/run";
import { closeRuns } from "../run/run-state";
import { cleanupMs } from "./delete-failed-group";

/** Closes each run as soon as nothing of it is left on any of its instances. */
export class RunClosing {
    private readonly gone = new Map<string, Set<string>>();

    /**
     * Notes that nothing of a run is left on these instances, and closes it if they were the last. If that fails, the
     * next update closes it, because it finds no group.
     */
    async noteGone(context: Context, { invokeId, instanceIds, allInstanceIds }: SnapshotRun): Promise<void> {
        const gone = this.gone.get(invokeId) ?? new Set();
        this.gone.set(invokeId, gone);
        instanceIds.forEach((instanceId) => gone.add(instanceId));
        if (!allInstanceIds.every((instanceId) => gone.has(instanceId))) {
            return;
        }
        const { api } = context.until(context.clock.now() + cleanupMs);
        try {
            await closeRuns(api, [invokeId]);
        } catch (thrown) {
            context.log.debug(`${invokeId} is not closed: ${asAppSnapshotError(thrown).message}`);
        }
    }
}
