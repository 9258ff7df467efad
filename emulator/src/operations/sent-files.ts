import { ApiError, type Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import { assistantPaging, required, string, tagFilter, unmodelled } from "../parameters/spec";
import { assistantTags } from "../parameters/tag-words";
import { invalid } from "../parameters/validate";
import { type SentFile, type SentFileRecord, sentFileStatus } from "../world/sent-file";
import { asTagKeyValue, hasTags } from "../world/tags";
import type { World } from "../world/world";
import { equals } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { pageFields, paginate } from "./paging";
import { sendFile, sendFileParameters } from "./send-file";

/** The operations that send files and follow them. */
export const sentFileOperations: OperationTable = {
    SendFile: {
        idempotent: ({ sendFileClientToken }) => sendFileClientToken === "honoured",
        parameters: sendFileParameters,
        run: sendFile,
    },
    DescribeSendFileResults: {
        parameters: {
            RegionId: required(),
            InvokeId: string(),
            InstanceId: string(),
            Name: string(),
            InvocationStatus: string(),
            Tag: tagFilter(assistantTags("Tag")),
            ...assistantPaging(50),
            ResourceGroupId: unmodelled,
        },
        run: describeSendFileResults,
    },
};

const dayMs = 86_400_000;
const keptRecords = 1000;
const statuses: readonly string[] = ["Pending", "Running", "Success", "Failed", "PartialFailed"];

function describeSendFileResults(args: Arguments, { world }: Context): Body {
    const instanceId = args.text("InstanceId");
    const status = args.text("InvocationStatus");
    if (status !== undefined && !statuses.includes(status)) {
        throw invalid("InvocationStatus", `it must be one of ${statuses.join(", ")}`);
    }
    const found = visible(args, world).filter(
        (sent) =>
            equals(sent.name, args.text("Name")) &&
            equals(sentFileStatus(sent), status) &&
            hasTags(world.shownTags(sent), args.tags("Tag")) &&
            (instanceId === undefined || sent.records.some((record) => record.instanceId === instanceId)),
    );
    const page = paginate(found, args);
    return {
        ...pageFields(page),
        Invocations: { Invocation: page.items.map((sent) => sentFileBody(sent, world, instanceId)) },
    };
}

/** Those that are old enough to be shown, and not too old: the last day's, the newest first. */
function visible(args: Arguments, world: World): SentFile[] {
    const { timing, behaviour } = world.services;
    const invokeId = args.text("InvokeId");
    const kept = [...world.sentFiles.values()]
        .filter((sent) => world.now < sent.creationTime + dayMs)
        .slice(-keptRecords);
    if (
        invokeId !== undefined &&
        !kept.some((sent) => sent.invokeId === invokeId) &&
        behaviour.unknownInvocation === "not-found"
    ) {
        throw new ApiError(
            404,
            "InvalidInvokeId.NotFound",
            `The specified InvokeId does not exist: ${invokeId}.`,
        );
    }
    return kept
        .filter(
            (sent) => world.now >= sent.creationTime + timing.visibilityMs && equals(sent.invokeId, invokeId),
        )
        .reverse();
}

function sentFileBody(sent: SentFile, world: World, instanceId: string | undefined): Body {
    const records = sent.records.filter(
        (record) => instanceId === undefined || record.instanceId === instanceId,
    );
    return {
        InvokeId: sent.invokeId,
        InvocationStatus: sentFileStatus(sent),
        Name: sent.name,
        TargetDir: sent.targetDir,
        Content: sent.given,
        ContentType: sent.contentType,
        FileMode: sent.fileMode,
        FileOwner: sent.fileOwner,
        FileGroup: sent.fileGroup,
        // A string in the documented answers.
        Overwrite: String(sent.overwrite),
        Description: sent.description,
        CreationTime: world.time(sent.creationTime),
        VmCount: sent.records.length,
        InvokeInstances: { InvokeInstance: records.map((record) => recordBody(record, sent, world)) },
        Tags: asTagKeyValue(world.shownTags(sent)),
    };
}

function recordBody(record: SentFileRecord, sent: SentFile, world: World): Body {
    const time = (ms: number | undefined) => (ms === undefined ? "" : world.time(ms));
    return {
        InstanceId: record.instanceId,
        InvocationStatus: record.status,
        ErrorCode: record.errorCode,
        ErrorInfo: record.errorInfo,
        CreationTime: world.time(sent.creationTime),
        StartTime: time(record.startTime),
        FinishTime: time(record.finishTime),
        UpdateTime: world.time(record.updateTime),
    };
}
