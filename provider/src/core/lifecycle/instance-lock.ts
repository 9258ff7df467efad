import type { Context } from "../../cloud/context";
import { KeyedLock } from "../../runtime/keyed-lock";

const instanceLocks = new KeyedLock();

/** Runs a task with an exclusive lock on an instance in this process: to take a snapshot, or to withdraw a role. */
export function withInstanceLock<T>(
    { log }: Pick<Context, "log">,
    instanceId: string,
    task: () => Promise<T>,
): Promise<T> {
    return instanceLocks.run(instanceId, task, () => {
        log.status(`waiting: another resource of this update is using ${instanceId}`);
    });
}
