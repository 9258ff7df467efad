import { pause } from "../clock/clock";
import { agentAnswers, type Instance } from "../world/instance";
import type { World } from "../world/world";
import { documentedError } from "./error-info";

/** A reason for which nothing reaches an instance. */
interface Undelivered {
    readonly errorCode: string;
    readonly errorInfo: string;
}

// How long the agent may be silent before a delivery to it counts as failed.
const patienceSeconds = 60;

/**
 * Waits until the agent can receive something; a frozen file system makes it hang too. Resolves to the reason if it
 * cannot, as of the moment when it reaches the instance.
 */
export async function reach(
    world: World,
    instance: Instance | undefined,
    signal: AbortSignal,
): Promise<Undelivered | undefined> {
    const deadline = world.now + patienceSeconds * world.services.timing.secondMs;
    await untilThawed(world, instance, signal, deadline);
    if (instance === undefined) {
        return documentedError("InstanceReleased");
    }
    if (instance.status !== "Running") {
        return documentedError("InstanceNotRunning");
    }
    if (!agentAnswers(instance)) {
        return documentedError("ClientNotRunning");
    }
    if (instance.frozen) {
        return documentedError("ClientNotResponse");
    }
    return undefined;
}

/** Waits for as long as the file systems of an instance are frozen, until the deadline at the latest. */
export async function untilThawed(
    world: World,
    instance: Instance | undefined,
    signal: AbortSignal,
    deadline = Number.POSITIVE_INFINITY,
): Promise<void> {
    while (instance?.frozen === true && world.now < deadline && !signal.aborted) {
        await pause(world.services.clock, 10, signal);
    }
}
