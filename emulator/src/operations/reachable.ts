import { ApiError } from "../api-error";
import type { Behaviour } from "../behaviour";
import { agentAnswers, type Instance } from "../world/instance";

/** Refuses a call that would send something where nothing can be received; otherwise its delivery fails later. */
export function checkReachable(
    instance: Instance,
    behaviour: Pick<Behaviour, "stoppedInstance" | "offlineAgent">,
): void {
    const id = instance.instanceId;
    if (instance.status !== "Running") {
        if (behaviour.stoppedInstance === "refused") {
            throw new ApiError(403, "IncorrectInstanceStatus", `The instance is not running: ${id}.`);
        }
    } else if (!agentAnswers(instance) && behaviour.offlineAgent === "refused") {
        throw new ApiError(
            403,
            "Operation.Forbidden",
            `The Cloud Assistant agent of the instance is not running: ${id}.`,
        );
    }
}
