import type { Arguments } from "../parameters/arguments";
import { instances, required } from "../parameters/spec";
import type { Body } from "../refusals/api-error";
import { agentAnswers, type Instance } from "../world/instance";
import type { World } from "../world/world";
import { needAssistantInstances } from "./lookups";
import type { Context, OperationTable } from "./operation";

/** The operations on the Cloud Assistant agent. */
export const assistantOperations: OperationTable = {
    DescribeCloudAssistantStatus: {
        parameters: { RegionId: required(), InstanceId: instances(100, { required: true }) },
        run: describeStatus,
    },
};

/** Answers at once: with ids there are no pages. */
function describeStatus(args: Arguments, { world }: Context): Body {
    const shown = needAssistantInstances(world, args.list("InstanceId") ?? []).filter(
        ({ agent }) => agent.installed || world.services.behaviour.absentAgent === "false",
    );
    const tasks = activeTasks(world);
    return {
        TotalCount: shown.length,
        InstanceCloudAssistantStatusSet: {
            InstanceCloudAssistantStatus: shown.map((instance) =>
                statusBody(instance, tasks.get(instance.instanceId) ?? 0, world),
            ),
        },
    };
}

function statusBody(instance: Instance, activeTaskCount: number, world: World): Body {
    const { installed, version } = instance.agent;
    return {
        InstanceId: instance.instanceId,
        // A boolean in the documented answers, although the SDKs declare a string.
        CloudAssistantStatus: agentAnswers(instance),
        CloudAssistantVersion: installed ? version : "",
        LastHeartbeatTime: agentAnswers(instance) ? world.time(world.now) : "",
        ActiveTaskCount: activeTaskCount,
        OSType: instance.osType === "linux" ? "Linux" : "Windows",
    };
}

/** Counts the commands that run on each instance, as the status tells it: with the heartbeat, once a minute. */
function activeTasks(world: World): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    if (world.services.behaviour.activeTaskCount === "stale") {
        return counts;
    }
    for (const { records } of world.invocations.values()) {
        for (const { instanceId, status } of records) {
            if (status === "Running" || status === "Stopping") {
                counts.set(instanceId, (counts.get(instanceId) ?? 0) + 1);
            }
        }
    }
    return counts;
}
