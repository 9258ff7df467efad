import { ApiError } from "../refusals/api-error";
import type { Instance } from "../world/instance";
import type { World } from "../world/world";

/** Instances by id, or ECS' refusal of the first id that does not exist. */
export function needInstances(world: World, instanceIds: readonly string[]): Instance[] {
    return instanceIds.map((id) => {
        const instance = world.instances.get(id);
        if (instance === undefined) {
            throw new ApiError(
                404,
                "InvalidInstanceId.NotFound",
                `The specified InstanceId does not exist: ${id}.`,
            );
        }
        return instance;
    });
}

/** The same in Cloud Assistant's words, which differ. */
export function needAssistantInstances(world: World, instanceIds: readonly string[]): Instance[] {
    return instanceIds.map((id) => {
        const instance = world.instances.get(id);
        if (instance === undefined) {
            throw new ApiError(
                404,
                "InvalidInstance.NotFound",
                `The specified instance does not exist: ${id}.`,
            );
        }
        return instance;
    });
}

/** Whether a name fits a filter in which `*` stands for any characters. */
export function matchesName(name: string, filter: string | undefined): boolean {
    if (filter === undefined) {
        return true;
    }
    const parts = filter.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(name);
}

/** True when a filter is not given or equals the value. */
export function equals(value: string, filter: string | undefined): boolean {
    return filter === undefined || filter === value;
}
