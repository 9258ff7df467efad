import type { Arguments } from "../parameters/arguments";
import { ids, paging, required, tagFilter } from "../parameters/spec";
import { listTags } from "../parameters/tag-words";
import type { Body } from "../refusals/api-error";
import type { Instance } from "../world/instance";
import { asTagKeyValue, hasTags } from "../world/tags";
import type { World } from "../world/world";
import type { Context, OperationTable } from "./operation";
import { paginate } from "./paging";

/** The operations on instances themselves. */
export const instanceOperations: OperationTable = {
    DescribeInstances: {
        parameters: {
            RegionId: required(),
            InstanceIds: ids(100, { status: 400, code: "InvalidInstanceIds.Malformed" }),
            Tag: tagFilter(listTags),
            ...paging(10, 100),
        },
        run: describeInstances,
    },
};

function describeInstances(args: Arguments, { world }: Context): Body {
    const ids = args.set("InstanceIds");
    const tags = args.tags("Tag");
    const found = [...world.instances.values()].filter(
        (instance) =>
            (ids === undefined || ids.has(instance.instanceId)) && hasTags(world.shownTags(instance), tags),
    );
    const page = paginate(found, args);
    return {
        ...page.fields,
        NextToken: page.nextToken,
        Instances: { Instance: page.items.map((instance) => instanceBody(instance, world)) },
    };
}

function instanceBody(instance: Instance, world: World): Body {
    return {
        InstanceId: instance.instanceId,
        InstanceName: instance.instanceName,
        Status: instance.status,
        OSType: instance.osType,
        OSName: localName(instance.osName),
        OSNameEn: instance.osName,
        RegionId: instance.regionId,
        ZoneId: instance.zoneId,
        InstanceNetworkType: instance.networkType,
        InstanceType: "ecs.g7.large",
        Cpu: 2,
        Memory: 8192,
        CreationTime: toTheMinute(world.time(instance.creationTime)),
        StartTime: instance.startTime === undefined ? "" : toTheMinute(world.time(instance.startTime)),
        ResourceGroupId: "",
        DeletionProtection: false,
        OperationLocks: { LockReason: instance.lockReasons.map((LockReason) => ({ LockReason })) },
        MetadataOptions: {
            HttpEndpoint: instance.httpEndpoint,
            HttpTokens: instance.httpTokens,
            HttpPutResponseHopLimit: 0,
        },
        Tags: asTagKeyValue(world.shownTags(instance)),
    };
}

/** Removes the seconds: instances are dated like 2017-12-10T04:04Z. */
function toTheMinute(time: string): string {
    return time.replace(/:\d{2}Z$/, "Z");
}

/** Returns the Chinese form of an operating system's name. */
function localName(osName: string): string {
    return osName.replace(/ (64|32) bit/, " $1位");
}
