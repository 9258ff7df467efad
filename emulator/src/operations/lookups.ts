import { ApiError } from "../refusals/api-error";
import type { Behaviour } from "../settings/behaviour";
import { agentAnswers, type Instance } from "../world/instance";
import { hasTags, type Tag, type Tags } from "../world/tags";
import type { World } from "../world/world";

/** Returns instances by their ids, or throws ECS' refusal of the first id that does not exist. */
export function needInstances(world: World, instanceIds: readonly string[]): Instance[] {
    return findInstances(
        world,
        instanceIds,
        (id) =>
            new ApiError(
                404,
                "InvalidInstanceId.NotFound",
                `The specified InstanceId does not exist: ${id}.`,
            ),
    );
}

/** Returns the same, or throws the refusal in Cloud Assistant's words, which differ. */
export function needAssistantInstances(world: World, instanceIds: readonly string[]): Instance[] {
    return findInstances(
        world,
        instanceIds,
        (id) =>
            new ApiError(404, "InvalidInstance.NotFound", `The specified instance does not exist: ${id}.`),
    );
}

/** Finds instances; an id that is given twice counts once. */
function findInstances(
    world: World,
    instanceIds: readonly string[],
    refusal: (id: string) => ApiError,
): Instance[] {
    return [...new Set(instanceIds)].map((id) => {
        const instance = world.instances.get(id);
        if (instance === undefined) {
            throw refusal(id);
        }
        return instance;
    });
}

/** Tells whether a filter is not given, or equals the value. */
export function equals(value: string, filter: string | undefined): boolean {
    return filter === undefined || filter === value;
}

/** The number of resources that a filter by tags covers. */
const coveredByTags = 1000;

/** Selects by tags. That of more resources some are left out is the documented limit; which ones, no source tells. */
export function withTags<T extends { readonly tags: Tags }>(
    world: World,
    resources: readonly T[],
    tags: readonly Partial<Tag>[],
): readonly T[] {
    return tags.length === 0
        ? resources
        : resources.filter((resource) => hasTags(world.shownTags(resource), tags)).slice(0, coveredByTags);
}

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

/** Returns the refusal of an id that Cloud Assistant does not know, or knows no more. */
export function unknownInvokeId(invokeId: string): ApiError {
    return new ApiError(
        404,
        "InvalidInvokeId.NotFound",
        `The specified InvokeId does not exist: ${invokeId}.`,
    );
}
