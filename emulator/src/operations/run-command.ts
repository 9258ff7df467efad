import { placeholders } from "../agent/placeholders";
import { OutputBuffer } from "../world/output-buffer";
import { ApiError, type Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import {
    boolean,
    instances,
    integer,
    largest,
    type ParameterTable,
    required,
    string,
    tagFilter,
    tags,
    unmodelled,
    unused,
} from "../parameters/spec";
import { assistantTags } from "../parameters/tag-words";
import { missing } from "../parameters/validate";
import { newId } from "../world/ids";
import type { Instance } from "../world/instance";
import type { Command, Invocation, RepeatMode } from "../world/invocation";
import { hasTags, Tags } from "../world/tags";
import type { World } from "../world/world";
import { decodeContent } from "./command-content";
import { greatestTimeoutSeconds, leastTimeoutSeconds } from "./timeout";
import { needAssistantInstances } from "./lookups";
import type { Context } from "./operation";
import { checkReachable } from "./reachable";

/** The parameters of RunCommand. */
export const runCommandParameters: ParameterTable = {
    RegionId: required(),
    Type: required(),
    CommandContent: required(),
    ContentEncoding: string(),
    InstanceId: instances(100),
    ResourceTag: { ...tagFilter(assistantTags("ResourceTag")), max: 10 },
    Name: string(),
    Description: string(),
    Timeout: integer(-largest, largest),
    KeepCommand: boolean(),
    RepeatMode: string(),
    Frequency: string(),
    EnableParameter: boolean(),
    Parameters: string(),
    Username: string(),
    WindowsPasswordName: string(),
    WorkingDir: string(),
    TerminationMode: string(),
    Launcher: string(),
    Tag: tags(assistantTags("Tag"), 64),
    ClientToken: string(),
    ResourceGroupId: unused,
    Timed: unused,
    ContainerId: unmodelled,
    ContainerName: unmodelled,
    OssOutputDelivery: unmodelled,
};

const types: readonly string[] = ["RunShellScript", "RunBatScript", "RunPowerShellScript"];
const repeatModes: readonly string[] = ["Once", "Period", "NextRebootOnly", "EveryReboot"];
const terminationModes: readonly string[] = ["Process", "ProcessTree"];

/** Checks a command and sends it on its way. Nothing has happened on any instance when this returns. */
export function runCommand(args: Arguments, { world, agent }: Context): Body {
    const command = readCommand(args);
    const repeatMode = readRepeatMode(args);
    const targets = chosenInstances(args, world);
    for (const instance of targets) {
        // One instance that does not fit fails the whole call.
        checkInstance(instance, command, world);
    }
    const invocation: Invocation = {
        invokeId: newId.invocation(),
        command,
        repeatMode,
        frequency: args.textOr("Frequency", ""),
        creationTime: world.now,
        tags: new Tags(args.tagMap("Tag")),
        records: targets.map((instance) => ({
            instanceId: instance.instanceId,
            status: repeatMode === "Period" ? "Scheduled" : "Pending",
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
    // What runs later or again is accepted and listed, but never started here.
    if (repeatMode === "Once") {
        agent.deliver(world, invocation);
    }
    return { CommandId: command.commandId, InvokeId: invocation.invokeId };
}

function readCommand(args: Arguments): Command {
    const type = args.textOr("Type", "");
    if (!types.includes(type)) {
        throw new ApiError(
            404,
            "InvalidCmdType.NotFound",
            `The specified command type does not exist: ${type}.`,
        );
    }
    const keepCommand = args.flag("KeepCommand") ?? false;
    const enableParameter = args.flag("EnableParameter") ?? false;
    const content = decodeContent(
        args.textOr("CommandContent", ""),
        args.text("ContentEncoding"),
        keepCommand,
    );
    const terminationMode = args.textOr("TerminationMode", "Process");
    if (!terminationModes.includes(terminationMode)) {
        throw new ApiError(
            404,
            "InvalidTerminationMode.NotFound",
            `The specified TerminationMode does not exist: ${terminationMode}.`,
        );
    }
    atMost(args, "Name", 128, "CmdName.ExceedLimit");
    atMost(args, "Description", 512, "CmdDesc.ExceedLimit");
    atMost(args, "Username", 255, "Username.ExceedLimit");
    atMost(args, "Launcher", 1024, "InvalidLauncher.LengthLimitExceeded");
    if (args.textOr("WorkingDir", "").length > 200) {
        throw new ApiError(
            400,
            "InvalidParameter.WorkingDir",
            "The specified WorkingDir is longer than 200 characters.",
        );
    }
    return {
        commandId: newId.command(),
        name: args.textOr("Name", ""),
        description: args.textOr("Description", ""),
        type: type as Command["type"],
        content,
        timeoutSeconds: readTimeout(args),
        terminationMode: terminationMode as Command["terminationMode"],
        workingDir: args.textOr("WorkingDir", ""),
        username: args.textOr("Username", ""),
        launcher: args.textOr("Launcher", ""),
        keepCommand,
        parameters: readParameters(args.text("Parameters"), enableParameter, content),
        enableParameter,
    };
}

function atMost(args: Arguments, name: string, max: number, code: string): void {
    if (args.textOr(name, "").length > max) {
        throw new ApiError(403, code, `The specified ${name} is longer than ${max} characters.`);
    }
}

function readTimeout(args: Arguments): number {
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

function readRepeatMode(args: Arguments): RepeatMode {
    const given = args.textOr("RepeatMode", "Once");
    if (given === "DryRun") {
        throw new ApiError(400, "UnsupportedParameter", "The emulator does not model RepeatMode=DryRun.");
    }
    if (!repeatModes.includes(given)) {
        throw new ApiError(
            404,
            "InvalidRepeatMode.NotFound",
            `The specified RepeatMode does not exist: ${given}.`,
        );
    }
    const frequency = args.textOr("Frequency", "");
    if (given === "Period" && frequency === "") {
        throw new ApiError(400, "MissingParam.Frequency", "The parameter Frequency is missing.");
    }
    return frequency === "" ? (given as RepeatMode) : "Period";
}

function readParameters(
    json: string | undefined,
    enabled: boolean,
    content: string,
): Readonly<Record<string, string>> {
    if (!enabled) {
        if (json !== undefined && json !== "" && json !== "{}") {
            throw new ApiError(400, "Parameter.Disabled", "Parameters need EnableParameter to be true.");
        }
        return {};
    }
    const parameters = parseParameters(json ?? "{}");
    const keys = Object.keys(parameters);
    if (keys.length > 10) {
        throw new ApiError(403, "ParameterCount.ExceedLimit", "There may be at most 10 parameters.");
    }
    if (keys.some((key) => key.length > 64)) {
        throw new ApiError(
            403,
            "ParameterKey.ExceedLimit",
            "The key of a parameter may have at most 64 characters.",
        );
    }
    const wanted = placeholders(content);
    if (wanted.length > 20) {
        throw new ApiError(
            403,
            "CmdParamCount.ExceedLimit",
            "The command content may have at most 20 parameters.",
        );
    }
    const lacking = wanted.find((name) => !Object.hasOwn(parameters, name));
    if (lacking !== undefined) {
        throw new ApiError(400, "Parameter.NotMatched", `The parameter ${lacking} has no value.`);
    }
    return parameters;
}

function parseParameters(json: string): Record<string, string> {
    try {
        const parsed: unknown = JSON.parse(json);
        if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
            return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
        }
    } catch {
        // Reported below like any other malformed value.
    }
    throw new ApiError(400, "InvalidParameter.Parameters", "The specified Parameters are not a JSON object.");
}

function chosenInstances(args: Arguments, world: World): Instance[] {
    const ids = args.list("InstanceId");
    const wanted = args.tags("ResourceTag");
    if (ids !== undefined && wanted.length > 0) {
        throw new ApiError(
            400,
            "InvalidResourceTag.ConflictWithInstanceIds",
            "InstanceId and ResourceTag exclude each other.",
        );
    }
    const found =
        wanted.length > 0
            ? [...world.instances.values()].filter((instance) => hasTags(instance.tags.current, wanted))
            : needAssistantInstances(world, [...new Set(ids ?? [])]);
    if (found.length === 0) {
        throw wanted.length > 0
            ? new ApiError(400, "InvalidResourceTag.InstanceNotFound", "No instance carries the tags.")
            : missing("InstanceId", runCommandParameters.InstanceId?.absent);
    }
    if (found.length > 100) {
        throw new ApiError(403, "InstanceIds.ExceedLimit", "More than 100 instances carry the tags.");
    }
    return found;
}

function checkInstance(instance: Instance, command: Command, world: World): void {
    if ((command.type === "RunShellScript") !== (instance.osType === "linux")) {
        throw new ApiError(
            400,
            "InvalidInstance.NotMatch",
            `${command.type} does not fit the operating system of ${instance.instanceId}.`,
        );
    }
    if (instance.status !== "Running" && world.services.behaviour.stoppedInstance === "refused") {
        throw new ApiError(
            400,
            "InvalidInstance.NotMatch",
            `A command does not fit an instance that is not running: ${instance.instanceId}.`,
        );
    }
    checkReachable(instance, world.services.behaviour);
}
