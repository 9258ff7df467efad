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

/** An invocation as DescribeInvocations shows it. */
export function invocationBody(
    invocation: Invocation,
    world: World,
    options: {
        readonly includeOutput: boolean;
        readonly plain: boolean;
        readonly instanceId: string | undefined;
    },
): Body {
    const { command } = invocation;
    const status = invocationStatus(invocation.records.map((record) => record.status));
    const records = invocation.records.filter(
        (record) => options.instanceId === undefined || record.instanceId === options.instanceId,
    );
    return {
        InvokeId: invocation.invokeId,
        CommandId: command.commandId,
        CommandName: command.name,
        CommandDescription: command.description,
        CommandType: command.type,
        CommandContent: encode(Buffer.from(command.content, "utf8"), options.plain),
        Parameters: JSON.stringify(command.parameters),
        CreationTime: world.time(invocation.creationTime),
        Frequency: invocation.frequency,
        RepeatMode: invocation.repeatMode,
        Timed: invocation.repeatMode === "Period",
        Timeout: command.timeoutSeconds,
        TerminationMode: command.terminationMode,
        WorkingDir: command.workingDir,
        Username: command.username,
        Launcher: command.launcher,
        InvocationStatus: status,
        InvokeStatus: legacyStatus(status),
        InvokeInstances: {
            InvokeInstance: records.map((record) => instanceBody(invocation, record, world, options)),
        },
        Tags: asTagKeyValue(world.shownTags(invocation)),
    };
}

function instanceBody(
    invocation: Invocation,
    record: InvocationRecord,
    world: World,
    options: { readonly includeOutput: boolean; readonly plain: boolean },
): Body {
    const output = record.output.read();
    return {
        ...common(record, world),
        InstanceInvokeStatus: legacyStatus(record.status),
        CreationTime: world.time(invocation.creationTime),
        UpdateTime: world.time(record.updateTime),
        FinishTime: time(record.finishTime, world),
        Timed: invocation.repeatMode === "Period",
        Dropped: output.dropped,
        Output:
            options.includeOutput && !invocation.resultsForgotten ? encode(output.bytes, options.plain) : "",
    };
}

/** A record as DescribeInvocationResults shows it. */
export function resultBody(
    invocation: Invocation,
    record: InvocationRecord,
    world: World,
    plain: boolean,
): Body {
    const output = record.output.read();
    const { command } = invocation;
    return {
        ...common(record, world),
        InvokeId: invocation.invokeId,
        CommandId: command.commandId,
        InvokeRecordStatus: recordStatus(record.status),
        FinishedTime: time(record.finishTime, world),
        Username: command.username,
        TerminationMode: command.terminationMode,
        Launcher: command.launcher,
        Dropped: output.dropped,
        Output: encode(output.bytes, plain),
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

function encode(bytes: Buffer, plain: boolean): string {
    return bytes.toString(plain ? "utf8" : "base64");
}
