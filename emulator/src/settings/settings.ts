import { readChecked } from "../fixture/read";
import { flag, integer, object, oneOf, type Schema } from "../fixture/schema";
import type { Behaviour } from "./behaviour";
import type { Timing } from "./timing";

/** Changes to the defaults, as `startEmulator` takes them. */
export interface Settings {
    readonly behaviour?: Partial<Behaviour>;
    readonly timing?: Partial<Timing>;
}

const behaviour: { readonly [Name in keyof Behaviour]: Schema<Behaviour[Name]> } = {
    rolelessInstance: oneOf("omitted", "empty"),
    sameRoleReattach: oneOf("error", "success", "refused"),
    detachMissingRole: oneOf("error", "success"),
    deleteMissingGroup: oneOf("not-found", "success"),
    deletion: oneOf("asynchronous", "synchronous"),
    deleteProgressingGroup: oneOf("cancel", "conflict"),
    groupWithHeldMember: oneOf("stays", "goes"),
    diskHeldMember: oneOf("deleted", "kept"),
    heldMember: oneOf("item", "call"),
    emptyModification: oneOf("accepted", "refused"),
    emptyGroup: oneOf("stays", "goes"),
    excludeDiskIdSyntax: oneOf("comma", "repeat"),
    consistencyTagKey: oneOf("APPConsistent", "AppConsistent"),
    consistencyTagOnGroup: flag,
    groupTags: oneOf("accepted", "refused"),
    unpermittedList: oneOf("refused", "empty"),
    groupNameFilter: oneOf("exact", "fuzzy"),
    throttlingStatus: oneOf(400, 403, 429, 503),
    imdsv2: oneOf("supported", "unsupported"),
    strayArgument: oneOf("error", "ends-options"),
    previousSnapshotInProgress: oneOf("allowed", "refused"),
    concurrentRun: oneOf("exit-16", "exit-232"),
    unknownInvocation: oneOf("empty", "not-found"),
    stoppedInstance: oneOf("aborted", "refused"),
    offlineAgent: oneOf("refused", "aborted"),
    absentAgent: oneOf("false", "omitted"),
    activeTaskCount: oneOf("live", "stale"),
    sendFileClientToken: oneOf("honoured", "ignored"),
    fileModeCheck: oneOf("instance", "call"),
    refusedFile: oneOf("invalid", "failed"),
    linkedScript: oneOf("followed", "refused"),
    scriptEnd: oneOf("output-closed", "exit"),
    scriptStart: oneOf("kernel", "shell"),
    runtimeDirectories: oneOf("tmpfs", "disk"),
    pluginAccount: oneOf("printed", "logged"),
    scriptKill: oneOf("process", "group"),
    windowsOutput: oneOf("utf-8", "code-page"),
    passedDryRun: oneOf("ids", "error"),
};

/** A day: nothing that is emulated takes longer. */
const longestMs = 86_400_000;
const duration = integer(0, longestMs);

const timing: { readonly [Name in keyof Timing]: Schema<number> } = {
    deliveryMs: duration,
    fileStepMs: duration,
    visibilityMs: duration,
    tagVisibilityMs: duration,
    consistencyTagMs: duration,
    pluginMs: duration,
    availableMs: duration,
    uploadMs: duration,
    deletionMs: duration,
    rolePropagationMs: duration,
    secondMs: integer(1, longestMs),
    clockOffsetMs: integer(-longestMs, longestMs),
};

const parseSettings: Schema<Settings> = object(
    {},
    { behaviour: object({}, behaviour), timing: object({}, timing) },
);

/** Reads and checks a file with settings. Throws an error that names the file and what is wrong with it. */
export function readSettings(file: string): Settings {
    return readChecked(file, "settings", (json) => parseSettings(json, ""));
}
