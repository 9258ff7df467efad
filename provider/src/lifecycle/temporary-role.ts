import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import { detachRole } from "../role/role";
import type { Context } from "../runtime/context";
import { warnAll } from "../runtime/logger";
import type { SnapshotOutputs } from "./outputs";
import { asAppSnapshotError } from "./thrown";
import { UnfinishedSnapshot } from "./unfinished";

/**
 * Does something for which a role was, or is to be, attached to an instance, and detaches that role afterwards,
 * however it ended; but not while the command may still run, which needs it.
 *
 * @param role undefined when there is nothing to detach.
 */
export async function withTemporaryRole<T extends SnapshotOutputs | undefined>(
    context: Context,
    instanceId: string,
    role: string | undefined,
    task: () => Promise<T>,
): Promise<T> {
    if (role === undefined) {
        return task();
    }
    let outputs: T;
    try {
        outputs = await task();
    } catch (thrown) {
        if (!mayStillRun(thrown)) {
            warnAll(context.log, await detach(context, instanceId, role));
        }
        throw thrown;
    }
    const warnings = await detach(context, instanceId, role);
    warnAll(context.log, warnings);
    return outputs === undefined
        ? outputs
        : { ...outputs, warnings: [...(outputs.warnings ?? []), ...warnings] };
}

function mayStillRun(thrown: unknown): boolean {
    return (
        (thrown instanceof UnfinishedSnapshot && thrown.outputs.pending?.phase === "running") ||
        (thrown instanceof AppSnapshotError && thrown.code === ownErrors.StartUnknown.code)
    );
}

/** A role that stays attached is no reason to fail a snapshot, so this only warns. */
async function detach(context: Context, instanceId: string, role: string): Promise<string[]> {
    try {
        return await detachRole(context, [instanceId], role);
    } catch (thrown) {
        return [
            `The RAM role ${role} may still be attached to ${instanceId}: ${asAppSnapshotError(thrown).message}`,
        ];
    }
}
