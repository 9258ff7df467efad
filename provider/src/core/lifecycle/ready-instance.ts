import type { Context } from "../../cloud/context";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { only } from "../../errors/outcome";
import { ownErrors } from "../../errors/own-errors";
import { proportionalDelay } from "../../runtime/backoff";
import { warnAll } from "../../runtime/logger";
import { poll, polling } from "../../runtime/poll";
import { progressLine } from "../../runtime/progress";
import { preflight, type Readiness } from "../instance/preflight";
import { StartWait } from "../instance/start";
import { isAbandoned } from "../role/lease";
import { tryToWithdraw } from "../role/temporary-role";
import { concurrentRuns } from "../run/concurrent-runs";
import type { CreateRequest } from "./create-request";

const idleDelay = proportionalDelay({ share: 0.2, shortestMs: 1_000, longestMs: 30_000 });

/**
 * Waits until an instance is ready and no other snapshot of it is being taken. An instance that was just started gets
 * time to become ready.
 *
 * @throws AppSnapshotError with all problems, at once if waiting does not help; InstanceBusy if another snapshot has
 * not ended by the deadline.
 */
export async function readyInstance(
    context: Context,
    request: CreateRequest,
    deadline: number,
): Promise<Readiness> {
    const { instanceId } = request.specification;
    context.log.status("checking the instance");
    let startWait = new StartWait(context.clock);
    let notReady = undefined as AppSnapshotError | undefined;
    const waited = await poll<Readiness>({
        look: async () => {
            const verdicts = await preflight(context, [request.specification]);
            const verdict = verdicts.get(instanceId);
            if (verdict?.ok === false && verdict.awaited !== undefined) {
                notReady = verdict.error;
                if (startWait.shouldContinue(verdict.awaited.phase)) {
                    return { done: false, lastSeen: verdict.awaited.what };
                }
            }
            const readiness = only(verdicts, instanceId);
            notReady = undefined;
            startWait = new StartWait(context.clock);
            const lastSeen = await obstacle(context, request, readiness);
            return lastSeen === undefined ? { done: true, value: readiness } : { done: false, lastSeen };
        },
        delay: idleDelay,
        deadline,
        ...polling(context),
        onWait: (lastSeen, elapsed) => {
            context.log.status(progressLine("waiting", elapsed, lastSeen));
        },
    });
    if (!waited.done) {
        throw (
            notReady ?? new AppSnapshotError(ownErrors.InstanceBusy, { instanceId, detail: waited.lastSeen })
        );
    }
    return waited.value;
}

/** Returns the reason to wait, if any; detaches a role that an unfinished run left attached. */
async function obstacle(
    context: Context,
    request: CreateRequest,
    { lease }: Readiness,
): Promise<string | undefined> {
    const { instanceId } = request.specification;
    // The agent's own count of its tasks is not used, because it may be a minute old.
    const running = await concurrentRuns(context, instanceId);
    if (running.length > 0) {
        return `another snapshot of ${instanceId}, invocation ${running.join(", ")}`;
    }
    if (lease === undefined) {
        return undefined;
    }
    if (!isAbandoned(lease, request.stack, context.api.answeredAt())) {
        return `another stack's snapshot of ${instanceId}, for which ${lease.ramRoleName} is attached`;
    }
    context.log.info(
        `detaching the RAM role ${lease.ramRoleName} from ${instanceId}, which an unfinished run left attached`,
    );
    warnAll(context.log, await tryToWithdraw(context, instanceId, lease.ramRoleName));
    return undefined;
}
