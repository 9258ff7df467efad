import { ApiError } from "../refusals/api-error";
import type { Behaviour } from "../settings/behaviour";
import { agentAnswers, type Instance } from "../world/instance";

/** Refuses a call for a running instance whose agent is silent, where the API knows; otherwise the delivery fails. */
export function checkReachable(instance: Instance, behaviour: Pick<Behaviour, "offlineAgent">): void {
    if (instance.status === "Running" && !agentAnswers(instance) && behaviour.offlineAgent === "refused") {
        throw new ApiError(
            403,
            "Operation.Forbidden",
            `The Cloud Assistant agent of the instance is not running: ${instance.instanceId}.`,
        );
    }
}
