import type { Behaviour } from "./behaviour";
import { flag, integer, object, oneOf, type Schema, text } from "../fixture/schema";
import { realisticTiming, type Timing } from "./timing";

/** Schemas of an object's values, by key. */
type Schemas<T> = { [K in keyof T]-?: Schema<Exclude<T[K], undefined>> };

/** The longest that anything may take. */
export const longestMs = 86_400_000;

const yearMs = 366 * longestMs;

const timing = {
    ...(Object.fromEntries(
        Object.keys(realisticTiming).map((name) => [name, integer(0, longestMs)]),
    ) as unknown as Schemas<Timing>),
    clockOffsetMs: integer(-yearMs, yearMs),
};

/** Changes of the timing, as a JSON document has them. */
export const timingChanges: Schema<Partial<Timing>> = object({}, { ...timing });

const behaviour: Schemas<Behaviour> = {
    rolelessInstance: oneOf("omitted", "empty"),
    sameRoleReattach: oneOf("error", "success", "refused"),
    attachedRoleCode: text,
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
    unpermittedList: oneOf("refused", "empty"),
    groupNameFilter: oneOf("exact", "fuzzy"),
    throttlingStatus: oneOf(400, 403, 429, 503),
    imdsv2: oneOf("supported", "unsupported"),
    strayArgument: oneOf("error", "ends-options"),
    previousSnapshotInProgress: oneOf("allowed", "refused"),
    concurrentRun: oneOf("exit-16", "exit-232"),
    unknownInvocation: oneOf("empty", "not-found"),
    stopRunning: oneOf("keeps-running", "kills"),
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
};

/** Changes of the behaviour, as a JSON document has them. */
export const behaviourChanges: Schema<Partial<Behaviour>> = object({}, { ...behaviour });
