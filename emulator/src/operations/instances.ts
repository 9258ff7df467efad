import { ApiError, type Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import {
    boolean,
    choice,
    ids,
    paging,
    required,
    string,
    tagFilter,
    unmodelled,
    unused,
} from "../parameters/spec";
import { listTags } from "../parameters/tag-words";
import type { Instance } from "../world/instance";
import { asTagKeyValue, hasTags } from "../world/tags";
import type { World } from "../world/world";
import { equals, matchesName } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { pageFields, paginate } from "./paging";

/** The operations on instances themselves. */
export const instanceOperations: OperationTable = {
    DescribeInstances: {
        parameters: {
            RegionId: required(),
            InstanceIds: ids(100, { status: 400, code: "InvalidInstanceIds.Malformed" }),
            InstanceName: string(),
            Status: choice(["Pending", "Starting", "Running", "Stopping", "Stopped"], {
                status: 404,
                code: "InvalidStatus.NotFound",
            }),
            ZoneId: string(),
            InstanceNetworkType: choice(["classic", "vpc"], {
                status: 404,
                code: "InvalidNetworkType.NotFound",
            }),
            HttpTokens: string(),
            LockReason: string(),
            Tag: tagFilter(listTags),
            DryRun: boolean(),
            ...paging(100, 100),
            AdditionalAttributes: unused,
            NeedSaleCycle: unused,
            DeviceAvailable: unmodelled,
            EipAddresses: unmodelled,
            Filter: unmodelled,
            HpcClusterId: unmodelled,
            HttpEndpoint: unmodelled,
            HttpPutResponseHopLimit: unmodelled,
            ImageId: unmodelled,
            InnerIpAddresses: unmodelled,
            InstanceChargeType: unmodelled,
            InstanceType: unmodelled,
            InstanceTypeFamily: unmodelled,
            InternetChargeType: unmodelled,
            IoOptimized: unmodelled,
            Ipv6Address: unmodelled,
            KeyPairName: unmodelled,
            PrivateIpAddresses: unmodelled,
            PublicIpAddresses: unmodelled,
            RdmaIpAddresses: unmodelled,
            ResourceGroupId: unmodelled,
            SecurityGroupId: unmodelled,
            VSwitchId: unmodelled,
            VpcId: unmodelled,
        },
        run: describeInstances,
    },
};

/** The refusal that tells that a dry run found nothing wrong. */
export function refuseDryRun(args: Arguments): void {
    if (args.flag("DryRun") === true) {
        throw new ApiError(
            400,
            "DryRunOperation",
            "Request validation has been passed with DryRun flag set.",
        );
    }
}

function describeInstances(args: Arguments, { world }: Context): Body {
    refuseDryRun(args);
    const ids = args.list("InstanceIds");
    const lockReason = args.text("LockReason");
    const found = [...world.instances.values()].filter(
        (instance) =>
            (ids === undefined || ids.includes(instance.instanceId)) &&
            matchesName(instance.instanceName, args.text("InstanceName")) &&
            equals(instance.status, args.text("Status")) &&
            equals(instance.zoneId, args.text("ZoneId")) &&
            equals(instance.networkType, args.text("InstanceNetworkType")) &&
            equals(instance.httpTokens, args.text("HttpTokens")) &&
            (lockReason === undefined || instance.lockReasons.includes(lockReason)) &&
            hasTags(world.shownTags(instance), args.tags("Tag")),
    );
    const page = paginate(found, args, 10);
    return {
        ...pageFields(page),
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
            HttpEndpoint: "enabled",
            HttpTokens: instance.httpTokens,
            HttpPutResponseHopLimit: 0,
        },
        Tags: asTagKeyValue(world.shownTags(instance)),
    };
}

/** Instances are dated without seconds, such as 2017-12-10T04:04Z. */
function toTheMinute(time: string): string {
    return time.replace(/:\d{2}Z$/, "Z");
}

/** The Chinese form of an operating system's name, as far as it differs. */
function localName(osName: string): string {
    return osName.replace(/ (64|32) bit/, " $1位");
}
