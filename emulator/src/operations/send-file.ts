import { isMode } from "../agent/file-receipt";
import type { Arguments } from "../parameters/arguments";
import { boolean, instances, only, type ParameterTable, required, string, tags } from "../parameters/spec";
import { assistantTags } from "../parameters/tag-words";
import { ApiError, type Body } from "../refusals/api-error";
import type { Behaviour } from "../settings/behaviour";
import { newId } from "../world/ids";
import type { SentFile } from "../world/sent-file";
import { Tags } from "../world/tags";
import type { World } from "../world/world";
import { base64Length, decodeBase64 } from "./command-content";
import { atMost, greatestTimeoutSeconds, leastTimeoutSeconds, timeoutParameter } from "./limits";
import { checkReachable, needAssistantInstances } from "./lookups";
import type { Context } from "./operation";

/** The parameters of SendFile. */
export const sendFileParameters: ParameterTable = {
    RegionId: required(),
    InstanceId: instances(50, { required: true }),
    Name: required(),
    TargetDir: required(),
    Content: required(),
    ContentType: string(),
    FileMode: string(),
    FileOwner: only("root"),
    FileGroup: only("root"),
    Overwrite: boolean(),
    Timeout: timeoutParameter,
    Tag: tags(assistantTags, 64),
    ClientToken: string(),
};

const contentLimit = 32 * 1024;

/** Checks a file and sends it on its way. Nothing is on any instance when this returns. */
export function sendFile(args: Arguments, { world, agent }: Context): Body {
    const sent = readSentFile(args, world);
    const receivers = needAssistantInstances(world, args.list("InstanceId") ?? []);
    for (const instance of receivers) {
        // One instance that does not fit fails the whole call.
        if (instance.osType === "windows") {
            throw new ApiError(
                400,
                "UnsupportedParameter",
                `The emulator does not model the files of Windows instances: ${instance.instanceId}.`,
            );
        }
        checkReachable(instance, world.services.behaviour);
    }
    sent.records = receivers.map(({ instanceId }) => ({
        instanceId,
        status: "Pending",
        errorCode: "",
        errorInfo: "",
        startTime: undefined,
        finishTime: undefined,
        updateTime: world.now,
        exposed: false,
    }));
    world.sentFiles.set(sent.invokeId, sent);
    agent.deliverFile(world, sent);
    return { InvokeId: sent.invokeId };
}

function readSentFile(args: Arguments, world: World): SentFile {
    const { behaviour } = world.services;
    const contentType = readContentType(args);
    atMost(args, "Name", 255, 403, "FileName.ExceedLimit");
    atMost(args, "TargetDir", 255, 400, "FileTargetDir.Invalid");
    if (!/^(\/|[A-Za-z]:[\\/])/.test(args.textOr("TargetDir", ""))) {
        throw new ApiError(400, "FileTargetDir.Invalid", "The specified TargetDir is no absolute path.");
    }
    return {
        invokeId: newId.sentFile(),
        name: args.textOr("Name", ""),
        targetDir: args.textOr("TargetDir", ""),
        given: args.textOr("Content", ""),
        contentType,
        content: readContent(args.textOr("Content", ""), contentType),
        fileMode: readFileMode(args, behaviour),
        fileOwner: given(args, "FileOwner", "root"),
        fileGroup: given(args, "FileGroup", "root"),
        overwrite: args.flag("Overwrite") ?? false,
        timeoutSeconds: readFileTimeout(args),
        creationTime: world.now,
        tags: new Tags(args.tagMap("Tag")),
        records: [],
    };
}

/** Returns a text; an empty one counts as not given. */
function given(args: Arguments, name: string, otherwise: string): string {
    const value = args.textOr(name, "");
    return value === "" ? otherwise : value;
}

function readContentType(args: Arguments): SentFile["contentType"] {
    const type = given(args, "ContentType", "PlainText");
    if (type !== "PlainText" && type !== "Base64") {
        throw new ApiError(
            400,
            "FileContentType.Invalid",
            `The ContentType must be PlainText or Base64, not ${type}.`,
        );
    }
    return type;
}

function readContent(content: string, type: SentFile["contentType"]): Buffer {
    const bytes =
        type === "Base64" ? decodeBase64(content, "FileContent.DecodeError") : Buffer.from(content, "utf8");
    if (base64Length(bytes) > contentLimit) {
        throw new ApiError(403, "FileSize.ExceedLimit", "The file exceeds 32 KB in base64.");
    }
    return bytes;
}

function readFileMode(args: Arguments, behaviour: Pick<Behaviour, "fileModeCheck">): string {
    const mode = given(args, "FileMode", "0644");
    if (behaviour.fileModeCheck === "call" && !isMode(mode)) {
        throw new ApiError(400, "FileMode.Invalid", `The specified FileMode is invalid: ${mode}.`);
    }
    return mode;
}

function readFileTimeout(args: Arguments): number {
    const timeout = args.number("Timeout") ?? 60;
    if (timeout > greatestTimeoutSeconds) {
        throw new ApiError(
            403,
            "InvalidTimeout.ExceedLimit",
            `The Timeout must be at most ${greatestTimeoutSeconds} seconds.`,
        );
    }
    return Math.max(leastTimeoutSeconds, timeout);
}
