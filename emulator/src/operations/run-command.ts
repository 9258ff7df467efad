import type { Arguments } from "../parameters/arguments";
import { instances, only, type ParameterTable, required, string, tags } from "../parameters/spec";
import { assistantTags } from "../parameters/tag-words";
import { ApiError, type Body } from "../refusals/api-error";
import { newId } from "../world/ids";
import type { Instance } from "../world/instance";
import type { Command, Invocation } from "../world/invocation";
import { OutputBuffer } from "../world/output-buffer";
import { Tags } from "../world/tags";
import type { World } from "../world/world";
import { decodeContent } from "./command-content";
import { atMost, greatestTimeoutSeconds, leastTimeoutSeconds, timeoutParameter } from "./limits";
import { checkReachable, needAssistantInstances } from "./lookups";
import type { Context } from "./operation";

/** The parameters of RunCommand. */
export const runCommandParameters: ParameterTable = {
    RegionId: required(),
    Type: required({
        values: ["RunShellScript", "RunBatScript"],
        malformed: { status: 404, code: "InvalidCmdType.NotFound" },
    }),
    CommandContent: required(),
    ContentEncoding: string(),
    InstanceId: instances(100, { required: true }),
    Name: string(),
    Timeout: timeoutParameter,
    KeepCommand: only("false"),
    RepeatMode: only("Once", "DryRun"),
    EnableParameter: only("false"),
    TerminationMode: string({
        values: ["Process", "ProcessTree"],
        malformed: { status: 404, code: "InvalidTerminationMode.NotFound" },
    }),
    Tag: tags(assistantTags, 64),
    ClientToken: string(),
};

/** Checks a command and sends it on its way. Nothing has happened on any instance when this returns. */
export function runCommand(args: Arguments, { world, agent }: Context): Body {
    const command = readCommand(args);
    const targets = needAssistantInstances(world, args.list("InstanceId") ?? []);
    for (const instance of targets) {
        // One instance that does not fit fails the whole call.
        checkInstance(instance, command, world);
    }
    if (args.text("RepeatMode") === "DryRun") {
        return passDryRun(world);
    }
    const invocation: Invocation = {
        invokeId: newId.invocation(),
        command,
        creationTime: world.now,
        tags: new Tags(args.tagMap("Tag")),
        records: targets.map((instance) => ({
            instanceId: instance.instanceId,
            status: "Pending",
            errorCode: "",
            errorInfo: "",
            exitCode: undefined,
            output: new OutputBuffer(),
            startTime: undefined,
            finishTime: undefined,
            stopTime: undefined,
            updateTime: world.now,
            stop: undefined,
        })),
        resultsForgotten: false,
    };
    world.invocations.set(invocation.invokeId, invocation);
    agent.deliver(world, invocation);
    return { CommandId: command.commandId, InvokeId: invocation.invokeId };
}

/** Answers a dry run that passes. It leaves nothing behind. */
function passDryRun({ services: { behaviour } }: World): Body {
    if (behaviour.passedDryRun === "error") {
        throw new ApiError(
            400,
            "DryRunOperation",
            "Request validation has been passed with DryRun flag set.",
        );
    }
    return { CommandId: newId.command(), InvokeId: newId.invocation() };
}

function readCommand(args: Arguments): Command {
    atMost(args, "Name", 128, 403, "CmdName.ExceedLimit");
    return {
        commandId: newId.command(),
        name: args.textOr("Name", ""),
        type: args.textOr("Type", "") as Command["type"],
        content: decodeContent(args.textOr("CommandContent", ""), args.text("ContentEncoding")),
        timeoutSeconds: readCommandTimeout(args),
        terminationMode: (args.text("TerminationMode") ?? "Process") as Command["terminationMode"],
    };
}

function readCommandTimeout(args: Arguments): number {
    const timeout = args.number("Timeout") ?? 60;
    if (timeout < leastTimeoutSeconds || timeout > greatestTimeoutSeconds) {
        throw new ApiError(
            403,
            "InvalidTimeout.ExceedLimit",
            `The Timeout must be from ${leastTimeoutSeconds} to ${greatestTimeoutSeconds} seconds.`,
        );
    }
    return timeout;
}

function checkInstance(instance: Instance, command: Command, world: World): void {
    const { behaviour } = world.services;
    if ((command.type === "RunShellScript") !== (instance.osType === "linux")) {
        throw new ApiError(
            400,
            "InvalidInstance.NotMatch",
            `${command.type} does not fit the operating system of ${instance.instanceId}.`,
        );
    }
    if (instance.status !== "Running" && behaviour.stoppedInstance === "refused") {
        throw new ApiError(
            400,
            "InvalidInstance.NotMatch",
            `A command does not fit an instance that is not running: ${instance.instanceId}.`,
        );
    }
    checkReachable(instance, behaviour);
}
