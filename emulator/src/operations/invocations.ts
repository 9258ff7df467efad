import type { Arguments } from "../parameters/arguments";
import { instances, only, paging, required, string, tagFilter } from "../parameters/spec";
import { assistantTags } from "../parameters/tag-words";
import type { Body } from "../refusals/api-error";
import { type Invocation, invocationStatus, isFinished, legacyStatus } from "../world/invocation";
import type { World } from "../world/world";
import { invocationBody, resultBody } from "./invocation-bodies";
import { equals, needInstances, unknownInvokeId, withTags } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { paginate } from "./paging";
import { runCommand, runCommandParameters } from "./run-command";

/** The operations that run commands and follow them. */
export const invocationOperations: OperationTable = {
    RunCommand: { idempotent: true, parameters: runCommandParameters, run: runCommand },
    DescribeInvocations: {
        parameters: {
            RegionId: required(),
            InvokeId: string(),
            InstanceId: string(),
            InvokeStatus: only("Pending", "Running"),
            Tag: tagFilter(assistantTags),
            ...paging(1, 50),
        },
        run: describeInvocations,
    },
    DescribeInvocationResults: {
        parameters: {
            RegionId: required(),
            InvokeId: string(),
            InstanceId: string(),
            Tag: tagFilter(assistantTags),
            ContentEncoding: only("Base64"),
            ...paging(1, 50),
        },
        run: describeInvocationResults,
    },
    StopInvocation: {
        parameters: { RegionId: required(), InvokeId: required(), InstanceId: instances(50) },
        run: stopInvocation,
    },
};

/** Returns the invocations that are old enough to be shown and have the wanted id and tags, the newest first. */
function visibleInvocations(args: Arguments, world: World): readonly Invocation[] {
    const { timing, behaviour } = world.services;
    const invokeId = args.text("InvokeId");
    if (
        invokeId !== undefined &&
        !world.invocations.has(invokeId) &&
        behaviour.unknownInvocation === "not-found"
    ) {
        throw unknownInvokeId(invokeId);
    }
    const one = invokeId === undefined ? undefined : world.invocations.get(invokeId);
    const all = invokeId === undefined ? [...world.invocations.values()] : one === undefined ? [] : [one];
    const { now } = world;
    const visible = all.filter((invocation) => now >= invocation.creationTime + timing.visibilityMs);
    return withTags(world, visible.reverse(), args.tags("Tag"));
}

function describeInvocations(args: Arguments, { world }: Context): Body {
    const instanceId = args.text("InstanceId");
    const wanted = args.text("InvokeStatus");
    const found = visibleInvocations(args, world).filter(
        (invocation) =>
            (instanceId === undefined ||
                invocation.records.some((record) => record.instanceId === instanceId)) &&
            (wanted === undefined || hasStatus(invocation, wanted)),
    );
    const page = paginate(found, args);
    return {
        ...page.fields,
        NextToken: page.nextToken,
        Invocations: {
            Invocation: page.items.map((invocation) => invocationBody(invocation, world, instanceId)),
        },
    };
}

function hasStatus({ records }: Invocation, wanted: string): boolean {
    const status = invocationStatus(records.map((record) => record.status));
    return wanted === status || wanted === legacyStatus(status);
}

function describeInvocationResults(args: Arguments, { world }: Context): Body {
    const instanceId = args.text("InstanceId");
    const rows = visibleInvocations(args, world)
        .filter((invocation) => !invocation.resultsForgotten)
        .flatMap((invocation) => invocation.records.map((record) => ({ invocation, record })))
        .filter(({ record }) => equals(record.instanceId, instanceId));
    const page = paginate(rows, args);
    return {
        Invocation: {
            ...page.fields,
            NextToken: page.nextToken,
            InvocationResults: {
                InvocationResult: page.items.map(({ invocation, record }) =>
                    resultBody(invocation, record, world),
                ),
            },
        },
    };
}

function stopInvocation(args: Arguments, { world }: Context): Body {
    const invokeId = args.textOr("InvokeId", "");
    const invocation = world.invocations.get(invokeId);
    if (invocation === undefined) {
        throw unknownInvokeId(invokeId);
    }
    const ids = args.list("InstanceId");
    needInstances(world, ids ?? []);
    for (const record of invocation.records) {
        if ((ids !== undefined && !ids.includes(record.instanceId)) || isFinished(record.status)) {
            continue;
        }
        if (record.status === "Pending") {
            record.status = "Cancelled";
            record.stopTime = record.updateTime = world.now;
        } else {
            record.stop?.();
        }
    }
    return {};
}
