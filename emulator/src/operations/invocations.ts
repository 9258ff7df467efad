import { ApiError, type Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import {
    assistantPaging,
    boolean,
    instances,
    required,
    string,
    tagFilter,
    unmodelled,
    unused,
} from "../parameters/spec";
import { assistantTags } from "../parameters/tag-words";
import { invalid, missing } from "../parameters/validate";
import {
    type Invocation,
    type InvocationRecord,
    invocationStatus,
    isFinished,
    legacyStatus,
    recordStatus,
} from "../world/invocation";
import { hasTags } from "../world/tags";
import type { World } from "../world/world";
import { invocationBody, resultBody } from "./invocation-bodies";
import { equals, needInstances } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { pageFields, paginate } from "./paging";
import { runCommand, runCommandParameters } from "./run-command";

/** The operations that run commands and follow them. */
export const invocationOperations: OperationTable = {
    RunCommand: { idempotent: true, parameters: runCommandParameters, run: runCommand },
    DescribeInvocations: {
        parameters: {
            RegionId: required(),
            InvokeId: string(),
            InstanceId: string(),
            CommandId: string(),
            CommandName: string(),
            CommandType: string(),
            InvokeStatus: string(),
            RepeatMode: string(),
            IncludeOutput: boolean(),
            ContentEncoding: string(),
            Tag: tagFilter(assistantTags("Tag")),
            ...assistantPaging(50),
            ResourceGroupId: unmodelled,
            Timed: unused,
        },
        run: describeInvocations,
    },
    DescribeInvocationResults: {
        parameters: {
            RegionId: required(),
            InvokeId: string(),
            InstanceId: string(),
            CommandId: string(),
            InvokeRecordStatus: string(),
            ContentEncoding: string(),
            IncludeHistory: unused,
            Tag: tagFilter(assistantTags("Tag")),
            ...assistantPaging(50),
            ResourceGroupId: unmodelled,
        },
        run: describeInvocationResults,
    },
    StopInvocation: {
        parameters: { RegionId: required(), InvokeId: required(), InstanceId: instances(50) },
        run: stopInvocation,
    },
};

/** Invocations that are old enough to be shown, the newest first. */
function visible(args: Arguments, world: World): Invocation[] {
    const { timing, behaviour } = world.services;
    const invokeId = args.text("InvokeId");
    if (
        invokeId !== undefined &&
        !world.invocations.has(invokeId) &&
        behaviour.unknownInvocation === "not-found"
    ) {
        throw new ApiError(
            404,
            "InvalidInvokeId.NotFound",
            `The specified InvokeId does not exist: ${invokeId}.`,
        );
    }
    return [...world.invocations.values()]
        .filter(
            (invocation) =>
                world.now >= invocation.creationTime + timing.visibilityMs &&
                equals(invocation.invokeId, invokeId) &&
                equals(invocation.command.commandId, args.text("CommandId")) &&
                hasTags(world.shownTags(invocation), args.tags("Tag")),
        )
        .reverse();
}

function describeInvocations(args: Arguments, { world }: Context): Body {
    const instanceId = args.text("InstanceId");
    const includeOutput = args.flag("IncludeOutput") ?? false;
    if (includeOutput && instanceId === undefined && !args.has("InvokeId")) {
        throw missing("InvokeId");
    }
    const wanted = readInvokeStatus(args);
    const found = visible(args, world).filter((invocation) => {
        const status = overallStatus(invocation.records);
        return (
            (instanceId === undefined
                ? equals(invocation.command.name, args.text("CommandName")) &&
                  equals(invocation.repeatMode, args.text("RepeatMode"))
                : // The filter by instance switches those two off.
                  invocation.records.some((record) => record.instanceId === instanceId)) &&
            equals(invocation.command.type, args.text("CommandType")) &&
            (wanted === undefined || wanted === status || wanted === legacyStatus(status))
        );
    });
    const page = paginate(found, args);
    const plain = isPlain(args);
    return {
        ...pageFields(page),
        Invocations: {
            Invocation: page.items.map((invocation) =>
                invocationBody(invocation, world, { includeOutput, plain, instanceId }),
            ),
        },
    };
}

const invokeStatuses: readonly string[] = [
    "Running",
    "Finished",
    "Success",
    "Failed",
    "Stopped",
    "Stopping",
    "PartialFailed",
    "Pending",
    "Scheduled",
];

function readInvokeStatus(args: Arguments): string | undefined {
    const given = args.text("InvokeStatus");
    if (given !== undefined && !invokeStatuses.includes(given)) {
        throw invalid("InvokeStatus", `it must be one of ${invokeStatuses.join(", ")}`);
    }
    // Documented: without effect together with an instance.
    return given === "PartialFailed" && args.has("InstanceId") ? undefined : given;
}

function describeInvocationResults(args: Arguments, { world }: Context): Body {
    const rows = visible(args, world)
        .filter((invocation) => !invocation.resultsForgotten)
        .flatMap((invocation) =>
            invocation.records
                .filter(
                    (record) =>
                        equals(record.instanceId, args.text("InstanceId")) &&
                        equals(recordStatus(record.status), args.text("InvokeRecordStatus")),
                )
                .map((record) => ({ invocation, record })),
        );
    const page = paginate(rows, args);
    const plain = isPlain(args);
    return {
        Invocation: {
            ...pageFields(page),
            InvocationResults: {
                InvocationResult: page.items.map(({ invocation, record }) =>
                    resultBody(invocation, record, world, plain),
                ),
            },
        },
    };
}

function overallStatus(records: readonly InvocationRecord[]): string {
    return invocationStatus(records.map((record) => record.status));
}

function isPlain(args: Arguments): boolean {
    return args.text("ContentEncoding")?.toLowerCase() === "plaintext";
}

function stopInvocation(args: Arguments, { world }: Context): Body {
    const invocation = world.invocations.get(args.textOr("InvokeId", ""));
    if (invocation === undefined) {
        throw new ApiError(404, "InvalidInvokeId.NotFound", "The specified InvokeId does not exist.");
    }
    const ids = args.list("InstanceId");
    needInstances(world, ids ?? []);
    for (const record of invocation.records) {
        if ((ids === undefined || ids.includes(record.instanceId)) && !isFinished(record.status)) {
            stopRecord(record, world);
        }
    }
    return {};
}

function stopRecord(record: InvocationRecord, world: World): void {
    if (record.status === "Pending" || record.status === "Scheduled") {
        record.status = "Cancelled";
        record.stopTime = record.updateTime = world.now;
    } else if (world.services.behaviour.stopRunning === "kills") {
        record.stop?.();
    }
}
