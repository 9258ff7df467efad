import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import { isLeftOver } from "../instance/lease";
import { runningSnapshots } from "../instance/occupancy";
import { preflight, type Readiness } from "../instance/preflight";
import { StartPatience } from "../instance/start";
import { proportionalDelay } from "../polling/backoff";
import { poll, polling } from "../polling/poll";
import { progressLine } from "../polling/progress";
import type { Context } from "../runtime/context";
import { only } from "../runtime/outcome";
import { warnAll } from "../runtime/logger";
import type { Order } from "./order";
import { tryToWithdraw } from "./temporary-role";

const idleDelay = proportionalDelay({ share: 0.2, shortest: 1_000, longest: 30_000 });

/**
 * Waits until an instance is ready and no other snapshot of it is on its way. One that was started lately may lack
 * what comes with the start.
 *
 * @throws AppSnapshotError with all that is in the way, at once where waiting does not help; InstanceBusy when
 * another snapshot has not ended by the deadline.
 */
export async function readyInstance(context: Context, order: Order, deadline: number): Promise<Readiness> {
    const { instanceId } = order.specification;
    context.log.status("checking the instance");
    let patience = new StartPatience(context.clock);
    let notReady = undefined as AppSnapshotError | undefined;
    const waited = await poll<Readiness>({
        look: async () => {
            const judgements = await preflight(context, [order.specification]);
            const judgement = judgements.get(instanceId);
            if (judgement?.ok === false && judgement.awaited !== undefined) {
                notReady = judgement.error;
                if (patience.lasts(judgement.awaited.phase)) {
                    return { done: false, seen: judgement.awaited.what };
                }
            }
            const readiness = only(judgements, instanceId);
            notReady = undefined;
            patience = new StartPatience(context.clock);
            const seen = await inTheWay(context, order, readiness);
            return seen === undefined ? { done: true, value: readiness } : { done: false, seen };
        },
        delay: idleDelay,
        deadline,
        ...polling(context),
        onWait: (seen, elapsed) => {
            context.log.status(progressLine("waiting", elapsed, seen));
        },
    });
    if (!waited.done) {
        throw notReady ?? new AppSnapshotError(ownErrors.InstanceBusy, { instanceId, detail: waited.seen });
    }
    return waited.value;
}

async function inTheWay(context: Context, order: Order, { lease }: Readiness): Promise<string | undefined> {
    const { instanceId } = order.specification;
    // The agent's own count of what it does is not asked: it may be a minute old.
    const running = await runningSnapshots(context, instanceId);
    if (running.length > 0) {
        return `another snapshot of ${instanceId}, invocation ${running.join(", ")}`;
    }
    if (lease === undefined) {
        return undefined;
    }
    if (!isLeftOver(lease, order.stack, context.api.answeredAt())) {
        return `another stack's snapshot of ${instanceId}, for which ${lease.ramRoleName} is attached`;
    }
    context.log.info(
        `detaching the RAM role ${lease.ramRoleName} from ${instanceId}, which an unfinished run left attached`,
    );
    warnAll(context.log, await tryToWithdraw(context, instanceId, lease.ramRoleName));
    return undefined;
}
