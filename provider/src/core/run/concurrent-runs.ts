import { isOverdue } from "./run-progress";
import type { Invocation } from "../../cloud/ecs/api";
import type { Context } from "../../cloud/context";

/** Whether an invocation runs the snapshot plugin, whoever started it: this package, the console, a script. */
export function takesSnapshot(invocation: Pick<Invocation, "commandContent">): boolean {
    return /\bapp-snapshot-plugin(?:-win)?\b/.test(invocation.commandContent);
}

/** The invocations that are taking a snapshot of an instance now, or will as soon as they are delivered to it. */
export async function concurrentRuns(context: Context, instanceId: string): Promise<string[]> {
    const running = await context.api.describeInvocations({ runningOn: instanceId });
    const now = context.api.answeredAt();
    return running
        .filter((invocation) => takesSnapshot(invocation) && !isOverdue(invocation, now))
        .map((invocation) => invocation.invokeId);
}
