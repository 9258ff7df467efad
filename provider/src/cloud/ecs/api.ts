/**
 * The ECS API as the core sees it: only the operations that it needs, with plain values. `sdk-api.ts` implements it for
 * the cloud, with the entries of `operation-table.ts`; nothing else in this package makes a request.
 *
 * Every method makes as many requests as paging and list limits need, repeats them when that may help, and
 * rejects with an `ApiCallError`. Look-ups, and changes of tags and roles, share requests with others that are made at
 * nearly the same time; each has the result of its own, and none is answered by a request that was sent before it. Times
 * are ISO 8601 in UTC, as the API gives them.
 */
export interface EcsApi {
    /** Instances that exist, in no particular order; unknown ids are left out. */
    describeInstances(filter: readonly string[] | { readonly tagKey: string }): Promise<Instance[]>;
    /** All disks attached to an instance, or made from a snapshot. */
    describeDisks(filter: { readonly instanceId: string } | { readonly snapshotId: string }): Promise<Disk[]>;
    /** The ids of the images made from a snapshot. */
    describeImageIds(snapshotId: string): Promise<string[]>;
    /** The agents' states; an instance without an agent may be left out. */
    describeCloudAssistantStatus(instanceIds: readonly string[]): Promise<CloudAssistantStatus[]>;
    /** The attached role by instance id; an instance without a role is left out. */
    describeInstanceRamRole(instanceIds: readonly string[]): Promise<Map<string, string>>;
    /** One item per instance: the request as a whole succeeds even where instances fail. */
    attachInstanceRamRole(instanceIds: readonly string[], ramRoleName: string): Promise<ItemResult[]>;
    detachInstanceRamRole(instanceIds: readonly string[], ramRoleName: string): Promise<ItemResult[]>;
    runCommand(
        request: RunCommandRequest,
    ): Promise<{ readonly commandId: string; readonly invokeId: string }>;
    /**
     * Asks whether a command of a type would be accepted for instances. Nothing is run or recorded.
     *
     * @throws ApiCallError if it would be refused.
     */
    dryRunCommand(type: RunCommandRequest["type"], instanceIds: readonly string[]): Promise<void>;
    /**
     * Writes a file on instances, in the background. It never overwrites one.
     *
     * @returns the id of the delivery, `f-…`.
     */
    sendFile(request: SendFileRequest): Promise<string>;
    /**
     * One result per instance; none at all for a moment after the delivery was begun, and none once Cloud Assistant
     * has forgotten it.
     *
     * @param filter the id of a delivery, or the tags of several.
     */
    describeSendFileResults(filter: string | { readonly tags: readonly Tag[] }): Promise<SendFileResult[]>;
    /** Those that Cloud Assistant has not forgotten. */
    describeInvocations(filter: InvocationFilter): Promise<Invocation[]>;
    /**
     * One result per instance; none at all for a moment after the invocation was created, and none once Cloud
     * Assistant has forgotten it.
     *
     * @param filter the id of an invocation, or the tags of several.
     */
    describeInvocationResults(
        filter: string | { readonly tags: readonly Tag[] },
    ): Promise<InvocationResult[]>;
    /**
     * Returns the cloud's time at its last answer to anybody in this process and region, in epoch milliseconds;
     * undefined if no answer contained it. It is never earlier than that of an answer that the caller has got, except if
     * the cloud's clock was put back. The cloud's other times are compared with it, because this machine's clock may be
     * wrong.
     */
    answeredAt(): number | undefined;
    describeSnapshotGroups(filter: SnapshotGroupFilter): Promise<SnapshotGroup[]>;
    modifySnapshotGroup(
        snapshotGroupId: string,
        change: { readonly name?: string; readonly description?: string },
    ): Promise<void>;
    /**
     * Tells whether a group exists, by an update that changes nothing: a list may lag behind, and does not show what
     * the caller may not see.
     *
     * @returns "forbidden" if the caller may not change it, "unknown" if the API does not accept such a change.
     */
    groupExistence(snapshotGroupId: string): Promise<GroupExistence>;
    /** Deletes a group; returns the progress of each member snapshot. An empty list says nothing. */
    deleteSnapshotGroup(snapshotGroupId: string): Promise<DeletionProgress[]>;
    /** Those of the snapshots that exist, or all that have all of these tags. */
    describeSnapshotIds(filter: readonly string[] | { readonly tags: readonly Tag[] }): Promise<string[]>;
    /**
     * Tells whether the caller may list these snapshots, or any if none is named. Without the permission a list is
     * empty, as if there were none.
     *
     * @throws ApiCallError if the API's answer does not show it.
     */
    mayDescribeSnapshots(snapshotIds: readonly string[]): Promise<boolean>;
    /** Deletes one snapshot; one that does not exist is no error. */
    deleteSnapshot(snapshotId: string): Promise<void>;
    tagResources(
        resourceType: TaggedResourceType,
        resourceIds: readonly string[],
        tags: readonly Tag[],
    ): Promise<void>;
    untagResources(
        resourceType: TaggedResourceType,
        resourceIds: readonly string[],
        keys: readonly string[],
    ): Promise<void>;
}

/** The API's answer about a group, see `EcsApi.groupExistence`. */
export type GroupExistence = "exists" | "absent" | "forbidden" | "unknown";

/** The cloud takes tags of a snapshot group, although no documentation lists that type. */
export type TaggedResourceType = "instance" | "invocation" | "snapshot" | "snapshotgroup";

export interface Tag {
    readonly key: string;
    readonly value: string;
}

export interface Instance {
    readonly instanceId: string;
    /** Pending, Starting, Running, Stopping or Stopped. */
    readonly status: string;
    /** To the minute, such as 2017-12-10T04:04Z; empty if unknown. */
    readonly creationTime: string;
    /** The time of its last start, to the minute; empty if unknown. */
    readonly startTime: string;
    readonly osType: string;
    /** The image's name of the system in English, such as "CentOS  7.9 64 bit". */
    readonly osName: string;
    /** classic or vpc. */
    readonly networkType: string;
    readonly lockReasons: readonly string[];
    readonly metadataService: MetadataService;
    readonly tags: readonly Tag[];
}

/**
 * The access of an instance to its own metadata: to any request, only with a token (IMDSv2), or none. Empty if the API
 * does not tell.
 */
export type MetadataService = "open" | "tokens required" | "disabled" | "";

export interface Disk {
    readonly diskId: string;
    readonly category: string;
    readonly type: string;
    readonly multiAttach: boolean;
}

export interface CloudAssistantStatus {
    readonly instanceId: string;
    readonly online: boolean;
    /** Such as "2.2.4.910"; empty without an agent. */
    readonly version: string;
    /** The number of commands that it is running, as of some heartbeat; undefined if unknown. */
    readonly activeTasks: number | undefined;
}

export interface ItemResult {
    readonly instanceId: string;
    readonly success: boolean;
    readonly code: string;
    readonly message: string;
}

export interface RunCommandRequest {
    readonly instanceIds: readonly string[];
    readonly type: "RunShellScript" | "RunBatScript";
    readonly commandContent: string;
    readonly name: string;
    readonly timeoutSeconds: number;
    readonly tags: readonly Tag[];
    /** The same over all repetitions of this very request. */
    readonly clientToken: string;
}

/** A file for root alone. */
export interface SendFileRequest {
    readonly instanceIds: readonly string[];
    readonly targetDirectory: string;
    readonly name: string;
    readonly content: string;
    readonly tags: readonly Tag[];
    /** The same over all repetitions of this very request. */
    readonly clientToken: string;
}

export interface SendFileResult {
    readonly invokeId: string;
    readonly instanceId: string;
    readonly invocationStatus: string;
    readonly errorCode: string;
    readonly errorInfo: string;
}

/**
 * Invocations with one id, with all of these tags, or at work on an instance: created, and not finished on it, whether
 * or not they go on on other instances.
 *
 * If all invocations with the tags also have those of `among`, calls that name the same ones may share a list of these,
 * and wait for each other a little longer.
 */
export type InvocationFilter =
    | { readonly invokeId: string }
    | { readonly tags: readonly Tag[] }
    | { readonly tags: readonly Tag[]; readonly among: readonly Tag[] }
    | { readonly runningOn: string };

export interface Invocation {
    readonly invokeId: string;
    readonly commandId: string;
    /** The command itself, decoded. */
    readonly commandContent: string;
    readonly creationTime: string;
    readonly timeoutSeconds: number;
    readonly instances: readonly InvokedInstance[];
    readonly tags: readonly Tag[];
}

/** One instance of an invocation, as lists of invocations show it: without its output. */
export interface InvokedInstance extends Pick<
    InvocationResult,
    "instanceId" | "invocationStatus" | "exitCode"
> {
    /** Empty if it has not ended. */
    readonly finishTime: string;
}

export interface InvocationResult {
    readonly invokeId: string;
    readonly commandId: string;
    readonly instanceId: string;
    readonly invocationStatus: string;
    readonly errorCode: string;
    readonly errorInfo: string;
    readonly exitCode: number | undefined;
    /** Standard output and error of the command, decoded. */
    readonly output: string;
    readonly startTime: string;
    readonly finishedTime: string;
}

export type SnapshotGroupFilter =
    | { readonly snapshotGroupIds: readonly string[] }
    /**
     * The name is compared by the caller: whether the API compares it exactly is not documented. An instance is
     * not named along with it: the API refuses that filter once the instance is released.
     */
    | { readonly name: string }
    | { readonly instanceId: string };

export interface SnapshotGroup {
    readonly snapshotGroupId: string;
    readonly name: string;
    readonly description: string;
    readonly instanceId: string;
    /** progressing, accomplished or failed. */
    readonly status: string;
    readonly creationTime: string;
    /** The group's own tags. */
    readonly tags: readonly Tag[];
    readonly snapshots: readonly MemberSnapshot[];
}

export interface MemberSnapshot {
    readonly snapshotId: string;
    readonly sourceDiskId: string;
    /** system or data. */
    readonly sourceDiskType: string;
    readonly available: boolean;
    readonly instantAccess: boolean;
    /** The uploaded part, in per cent; undefined if unknown. */
    readonly uploadedPercent?: number;
    readonly tags: readonly Tag[];
}

export interface DeletionProgress {
    readonly success: boolean;
    readonly errorCode: string;
    readonly errorMessage: string;
    readonly snapshotIds: readonly string[];
}
