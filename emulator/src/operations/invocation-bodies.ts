import type { Body } from "../refusals/api-error";
import {
    type Invocation,
    type InvocationRecord,
    invocationStatus,
    legacyStatus,
    recordStatus,
} from "../world/invocation";
import { asTagKeyValue } from "../world/tags";
import type { World } from "../world/world";

/** Returns an invocation as DescribeInvocations shows it. */
export function invocationBody(invocation: Invocation, world: World, instanceId: string | undefined): Body {
    const { command } = invocation;
    const status = invocationStatus(invocation.records.map((record) => record.status));
    const records = invocation.records.filter(
        (record) => instanceId === undefined || record.instanceId === instanceId,
    );
    return {
        InvokeId: invocation.invokeId,
        CommandId: command.commandId,
        CommandName: command.name,
        CommandDescription: "",
        CommandType: command.type,
        CommandContent: Buffer.from(command.content, "utf8").toString("base64"),
        Parameters: "{}",
        CreationTime: world.time(invocation.creationTime),
        RepeatMode: "Once",
        Timed: false,
        Timeout: command.timeoutSeconds,
        TerminationMode: command.terminationMode,
        InvocationStatus: status,
        InvokeStatus: legacyStatus(status),
        InvokeInstances: {
            InvokeInstance: records.map((record) => ({
                ...common(record, world),
                InstanceInvokeStatus: legacyStatus(record.status),
                CreationTime: world.time(invocation.creationTime),
                UpdateTime: world.time(record.updateTime),
                FinishTime: time(record.finishTime, world),
                Timed: false,
                // The output is for DescribeInvocationResults.
                Output: "",
            })),
        },
        Tags: asTagKeyValue(world.shownTags(invocation)),
    };
}

/** Returns a record as DescribeInvocationResults shows it. */
export function resultBody(invocation: Invocation, record: InvocationRecord, world: World): Body {
    const output = record.output.read();
    const { command } = invocation;
    return {
        ...common(record, world),
        InvokeId: invocation.invokeId,
        CommandId: command.commandId,
        InvokeRecordStatus: recordStatus(record.status),
        FinishedTime: time(record.finishTime, world),
        TerminationMode: command.terminationMode,
        Dropped: output.dropped,
        Output: output.bytes.toString("base64"),
        Tags: asTagKeyValue(world.shownTags(invocation)),
    };
}

function common(record: InvocationRecord, world: World): Body {
    return {
        InstanceId: record.instanceId,
        InvocationStatus: record.status,
        ErrorCode: record.errorCode,
        ErrorInfo: record.errorInfo,
        // The documented samples show 0 also for what never ran.
        ExitCode: record.exitCode ?? 0,
        Repeats: record.startTime === undefined ? 0 : 1,
        StartTime: time(record.startTime, world),
        StopTime: time(record.stopTime, world),
    };
}

function time(ms: number | undefined, world: World): string {
    return ms === undefined ? "" : world.time(ms);
}
