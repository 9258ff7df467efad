import type { Context } from "../../cloud/context";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { PluginCommand } from "../plugin/command";
import { type PlannedRun, runTags, type SnapshotRun } from "./run";

/**
 * Starts the command on instances, with tags by which it can be found again.
 *
 * @throws AppSnapshotError StartUnknown if no response tells whether it was started.
 */
export async function startRun(
    context: Context,
    instanceIds: readonly string[],
    command: PluginCommand,
    run: PlannedRun,
): Promise<SnapshotRun> {
    context.log.status("starting the snapshot plugin");
    const { commandId, invokeId } = await request();
    context.log.debug(`invocation ${invokeId}`);
    // By the cloud's clock, because it is compared with the cloud's own times.
    const creationTime = new Date(context.api.answeredAt() ?? context.clock.now()).toISOString();
    const { timeoutSeconds } = command;
    return {
        ...run,
        ...{ instanceIds, allInstanceIds: instanceIds, commandId, invokeId, creationTime, timeoutSeconds },
        state: "open",
    };

    async function request(): ReturnType<Context["api"]["runCommand"]> {
        try {
            return await context.api.runCommand({
                ...command,
                instanceIds,
                name: run.groupName,
                tags: runTags(run),
                clientToken: run.runId,
            });
        } catch (thrown) {
            if (thrown instanceof ApiCallError && (thrown.mayBeDone || thrown.retryClass === "again")) {
                throw new AppSnapshotError(ownErrors.StartUnknown, {
                    detail: `${thrown.message}; its snapshot group would be named ${run.groupName}`,
                    cause: thrown,
                });
            }
            throw thrown;
        }
    }
}
