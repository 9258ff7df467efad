import type { Context } from "../../cloud/context";
import type { Invocation } from "../../cloud/ecs/api";
import { isOverdue } from "./run-progress";

/** Tells whether an invocation runs the snapshot plugin, started by this package, the console or a script. */
export function takesSnapshot(invocation: Pick<Invocation, "commandContent">): boolean {
    return /\bapp-snapshot-plugin(?:-win)?\b/.test(invocation.commandContent);
}

/** Returns the invocations that take a snapshot of an instance, including those not delivered to it yet. */
export async function concurrentRuns(context: Context, instanceId: string): Promise<string[]> {
    const running = await context.api.describeInvocations({ runningOn: instanceId });
    const now = context.api.answeredAt();
    return running
        .filter((invocation) => takesSnapshot(invocation) && !isOverdue(invocation, now))
        .map((invocation) => invocation.invokeId);
}
