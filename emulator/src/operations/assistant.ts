import type { Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import { assistantPaging, instances, required, string } from "../parameters/spec";
import { agentAnswers, type Instance } from "../world/instance";
import type { World } from "../world/world";
import { needAssistantInstances } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { pageFields, paginate } from "./paging";

/** The operations on the Cloud Assistant agent. */
export const assistantOperations: OperationTable = {
    DescribeCloudAssistantStatus: {
        parameters: {
            RegionId: required(),
            InstanceId: instances(100),
            OSType: string(),
            ...assistantPaging(50),
        },
        run: describeStatus,
    },
};

function describeStatus(args: Arguments, { world }: Context): Body {
    const ids = args.list("InstanceId");
    const osType = args.text("OSType")?.toLowerCase();
    const chosen = ids === undefined ? [...world.instances.values()] : needAssistantInstances(world, ids);
    const shown = chosen.filter(
        (instance) =>
            (osType === undefined || osType === instance.osType) &&
            (instance.agent.installed || world.services.behaviour.absentAgent === "false"),
    );
    const page = paginate(shown, args);
    // With ids the whole answer comes at once, whatever MaxResults says.
    const items = ids === undefined ? page.items : shown;
    return {
        ...pageFields(page),
        NextToken: ids === undefined ? page.nextToken : "",
        InstanceCloudAssistantStatusSet: {
            InstanceCloudAssistantStatus: items.map((instance) => statusBody(instance, world)),
        },
    };
}

function statusBody(instance: Instance, world: World): Body {
    const { installed, version } = instance.agent;
    return {
        InstanceId: instance.instanceId,
        // A boolean in the documented answers, although the SDKs declare a string.
        CloudAssistantStatus: agentAnswers(instance),
        CloudAssistantVersion: installed ? version : "",
        LastHeartbeatTime: agentAnswers(instance) ? world.time(world.now) : "",
        LastInvokedTime: instance.lastInvokedTime === undefined ? "" : world.time(instance.lastInvokedTime),
        InvocationCount: instance.invocationCount,
        ActiveTaskCount: activeTaskCount(instance, world),
        OSType: instance.osType === "linux" ? "Linux" : "Windows",
        SupportSessionManager: installed,
    };
}

/** Commands that run on the instance, as far as the status tells: it comes with the heartbeat, once a minute. */
function activeTaskCount(instance: Instance, world: World): number {
    if (world.services.behaviour.activeTaskCount === "stale") {
        return 0;
    }
    return [...world.invocations.values()]
        .flatMap((invocation) => invocation.records)
        .filter(
            ({ instanceId, status }) =>
                instanceId === instance.instanceId && (status === "Running" || status === "Stopping"),
        ).length;
}
