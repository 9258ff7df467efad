import type { Arguments } from "../parameters/arguments";
import { paging, required, string, tagFilter } from "../parameters/spec";
import { assistantTags } from "../parameters/tag-words";
import type { Body } from "../refusals/api-error";
import { type SentFile, type SentFileRecord, sentFileStatus } from "../world/sent-file";
import { asTagKeyValue } from "../world/tags";
import type { World } from "../world/world";
import { equals, unknownInvokeId, withTags } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { paginate } from "./paging";
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
            Tag: tagFilter(assistantTags),
            ...paging(1, 50),
        },
        run: describeSendFileResults,
    },
};

const dayMs = 86_400_000;
const keptRecords = 1000;
function describeSendFileResults(args: Arguments, { world }: Context): Body {
    const page = paginate(visibleSentFiles(args, world), args);
    return {
        ...page.fields,
        NextToken: page.nextToken,
        Invocations: { Invocation: page.items.map((sent) => sentFileBody(sent, world)) },
    };
}

/** Returns those that are old enough to be shown, and not too old: the last day's, the newest first. */
function visibleSentFiles(args: Arguments, world: World): readonly SentFile[] {
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
        throw unknownInvokeId(invokeId);
    }
    const visible = kept.filter(
        (sent) => world.now >= sent.creationTime + timing.visibilityMs && equals(sent.invokeId, invokeId),
    );
    return withTags(world, visible.reverse(), args.tags("Tag"));
}

function sentFileBody(sent: SentFile, world: World): Body {
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
        CreationTime: world.time(sent.creationTime),
        VmCount: sent.records.length,
        InvokeInstances: { InvokeInstance: sent.records.map((record) => recordBody(record, sent, world)) },
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
