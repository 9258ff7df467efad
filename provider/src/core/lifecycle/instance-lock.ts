import type { Context } from "../../cloud/context";
import { KeyedLock } from "../../runtime/keyed-lock";

/** By instance id. */
const instanceLocks = new KeyedLock();

/** Has an instance to itself, among all that this process does: to take a snapshot, or to withdraw a temporary role. */
export function withInstanceLock<T>(
    { log }: Pick<Context, "log">,
    instanceId: string,
    task: () => Promise<T>,
): Promise<T> {
    return instanceLocks.run(instanceId, task, () => {
        log.status(`waiting: another resource of this update is using ${instanceId}`);
    });
}
