import type * as sdk from "@alicloud/ecs20140526";

import type {
    CloudAssistantStatus,
    DeletionProgress,
    Disk,
    Instance,
    Invocation,
    InvocationResult,
    ItemResult,
    MetadataService,
    SendFileResult,
    SnapshotGroup,
    Tag,
} from "./api";
import { decodeOutput } from "./command-output";

/*
 * Converts the SDK's response bodies into this package's own values. All fields of a body are optional, and lists are in
 * wrappers one level deep; outside this file, nothing that has a sensible empty value is undefined.
 */

export function toInstances(body: sdk.DescribeInstancesResponseBody): Instance[] {
    return (body.instances?.instance ?? []).map((instance) => ({
        instanceId: instance.instanceId ?? "",
        status: instance.status ?? "",
        creationTime: instance.creationTime ?? "",
        startTime: instance.startTime ?? "",
        osType: (instance.OSType ?? "").toLowerCase(),
        osName: instance.OSNameEn ?? instance.OSName ?? "",
        networkType: instance.instanceNetworkType ?? "",
        lockReasons: (instance.operationLocks?.lockReason ?? []).map((lock) => lock.lockReason ?? "unknown"),
        metadataService: toMetadataService(instance.metadataOptions),
        tags: (instance.tags?.tag ?? []).map(toTag),
    }));
}

interface MetadataOptions {
    readonly httpEndpoint?: string;
    readonly httpTokens?: string;
}

function toMetadataService({ httpEndpoint, httpTokens }: MetadataOptions = {}): MetadataService {
    if (httpEndpoint?.toLowerCase() === "disabled") {
        return "disabled";
    }
    switch (httpTokens?.toLowerCase()) {
        case "required":
            return "tokens required";
        case "optional":
            return "open";
        default:
            return "";
    }
}

export function toDisks(body: sdk.DescribeDisksResponseBody): Disk[] {
    return (body.disks?.disk ?? []).map((disk) => ({
        diskId: disk.diskId ?? "",
        category: disk.category ?? "",
        type: disk.type ?? "",
        multiAttach: (disk.multiAttach ?? "Disabled") !== "Disabled",
    }));
}

/** A disk with the instances that it is attached to. */
export interface AttachedDisk {
    readonly disk: Disk;
    readonly instanceIds: readonly string[];
    /** Tells whether it may be attached to an instance that the response does not name. */
    readonly isUnclear: boolean;
}

/** States in which a disk is not attached. */
const unattached: ReadonlySet<string> = new Set(["available", "creating"]);

/** A disk that several instances can share names them in its attachments only. */
export function toAttachedDisks(body: sdk.DescribeDisksResponseBody): AttachedDisk[] {
    const disks = toDisks(body);
    return (body.disks?.disk ?? []).flatMap(({ instanceId, attachments, status }, index) => {
        const disk = disks[index];
        const instanceIds = [instanceId, ...(attachments?.attachment ?? []).map((one) => one.instanceId)]
            .map((id) => id ?? "")
            .filter((id) => id !== "");
        const isUnclear = instanceIds.length === 0 && !unattached.has((status ?? "").toLowerCase());
        return disk === undefined ? [] : [{ disk, instanceIds: [...new Set(instanceIds)], isUnclear }];
    });
}

export function toCloudAssistantStatuses(
    body: sdk.DescribeCloudAssistantStatusResponseBody,
): CloudAssistantStatus[] {
    return (body.instanceCloudAssistantStatusSet?.instanceCloudAssistantStatus ?? []).map((status) => ({
        instanceId: status.instanceId ?? "",
        online: (status.cloudAssistantStatus ?? "").toLowerCase() === "true",
        version: status.cloudAssistantVersion ?? "",
        activeTasks: status.activeTaskCount,
    }));
}

export function toRamRoles(
    body: sdk.DescribeInstanceRamRoleResponseBody,
): [instanceId: string, role: string][] {
    return (body.instanceRamRoleSets?.instanceRamRoleSet ?? [])
        .map((set): [string, string] => [set.instanceId ?? "", set.ramRoleName ?? ""])
        .filter(([, role]) => role !== "");
}

interface ItemResultFields {
    readonly instanceId?: string;
    readonly success?: boolean;
    readonly code?: string;
    readonly message?: string;
}

export function toItemResults(items: readonly ItemResultFields[] | undefined): ItemResult[] {
    return (items ?? []).map((item) => ({
        instanceId: item.instanceId ?? "",
        success: item.success ?? item.code === "200",
        code: item.code ?? "",
        message: item.message ?? "",
    }));
}

export function toInvocations(body: sdk.DescribeInvocationsResponseBody): Invocation[] {
    return (body.invocations?.invocation ?? []).map((invocation) => ({
        invokeId: invocation.invokeId ?? "",
        commandId: invocation.commandId ?? "",
        creationTime: invocation.creationTime ?? "",
        timeoutSeconds: invocation.timeout ?? 0,
        instances: (invocation.invokeInstances?.invokeInstance ?? []).map((row) => ({
            instanceId: row.instanceId ?? "",
            invocationStatus: row.invocationStatus ?? "",
            exitCode: row.exitCode,
            finishTime: row.finishTime ?? "",
        })),
        commandContent: Buffer.from(invocation.commandContent ?? "", "base64").toString("utf8"),
        tags: (invocation.tags?.tag ?? []).map(toTag),
    }));
}

/** Tags of instances and invocations; those of snapshot groups have other field names. */
function toTag(tag: { readonly tagKey?: string; readonly tagValue?: string }): Tag {
    return { key: tag.tagKey ?? "", value: tag.tagValue ?? "" };
}

export function toSendFileResults(body: sdk.DescribeSendFileResultsResponseBody): SendFileResult[] {
    return (body.invocations?.invocation ?? []).flatMap((invocation) =>
        (invocation.invokeInstances?.invokeInstance ?? []).map((instance) => ({
            invokeId: invocation.invokeId ?? "",
            instanceId: instance.instanceId ?? "",
            invocationStatus: instance.invocationStatus ?? "",
            errorCode: instance.errorCode ?? "",
            errorInfo: instance.errorInfo ?? "",
        })),
    );
}

export function toInvocationResults(body: sdk.DescribeInvocationResultsResponseBody): InvocationResult[] {
    return (body.invocation?.invocationResults?.invocationResult ?? []).map((result) => ({
        invokeId: result.invokeId ?? "",
        commandId: result.commandId ?? "",
        instanceId: result.instanceId ?? "",
        invocationStatus: result.invocationStatus ?? "",
        errorCode: result.errorCode ?? "",
        errorInfo: result.errorInfo ?? "",
        exitCode: result.exitCode,
        output: decodeOutput(Buffer.from(result.output ?? "", "base64")),
        startTime: result.startTime ?? "",
        finishedTime: result.finishedTime ?? "",
    }));
}

export function toSnapshotIds(body: sdk.DescribeSnapshotsResponseBody): string[] {
    return (body.snapshots?.snapshot ?? []).map((snapshot) => snapshot.snapshotId ?? "");
}

export function toImageIds(body: sdk.DescribeImagesResponseBody): string[] {
    return (body.images?.image ?? []).map((image) => image.imageId ?? "");
}

export function toSnapshotGroups(body: sdk.DescribeSnapshotGroupsResponseBody): SnapshotGroup[] {
    return (body.snapshotGroups?.snapshotGroup ?? []).map((group) => ({
        snapshotGroupId: group.snapshotGroupId ?? "",
        name: group.name ?? "",
        description: group.description ?? "",
        instanceId: group.instanceId ?? "",
        status: (group.status ?? "").toLowerCase(),
        creationTime: group.creationTime ?? "",
        tags: (group.tags?.tag ?? []).map(toKeyValue),
        snapshots: (group.snapshots?.snapshot ?? []).map((snapshot) => ({
            snapshotId: snapshot.snapshotId ?? "",
            sourceDiskId: snapshot.sourceDiskId ?? "",
            sourceDiskType: (snapshot.sourceDiskType ?? "").toLowerCase(),
            available: snapshot.available ?? false,
            instantAccess: snapshot.instantAccess ?? false,
            ...uploadedPart(snapshot.progress),
            tags: (snapshot.tags?.tag ?? []).map(toKeyValue),
        })),
    }));
}

/** Tags of snapshot groups and of their members. */
function toKeyValue(tag: { readonly key?: string; readonly value?: string }): Tag {
    return { key: tag.key ?? "", value: tag.value ?? "" };
}

/** Parses the API's text, such as "40%". */
function uploadedPart(progress: string | undefined): { readonly uploadedPercent?: number } {
    const percent = /^(\d+(?:\.\d+)?)%$/.exec(progress ?? "")?.[1];
    return percent === undefined ? {} : { uploadedPercent: Math.floor(Number(percent)) };
}

export function toDeletionProgress(body: sdk.DeleteSnapshotGroupResponseBody): DeletionProgress[] {
    return (body.operationProgressSet?.operationProgress ?? []).map((progress) => ({
        success:
            (progress.errorCode ?? "") === "" &&
            (progress.operationStatus ?? "Success").toLowerCase() === "success",
        errorCode: progress.errorCode ?? progress.operationStatus ?? "",
        errorMessage: progress.errorMsg ?? "",
        snapshotIds: (progress.relatedItemSet?.relatedItem ?? [])
            .filter((item) => item.name === "SnapshotId")
            .map((item) => item.value ?? ""),
    }));
}
