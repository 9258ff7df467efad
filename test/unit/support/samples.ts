import type {
    CloudAssistantStatus,
    Disk,
    Instance,
    Invocation,
    InvocationResult,
    InvokedInstance,
    MemberSnapshot,
    SnapshotGroup,
} from "../../../provider/src/cloud/ecs/api";
import type { FleetOutputs, FleetSnapshot } from "../../../provider/src/core/fleet/fleet-outputs";
import type { SnapshotInputs } from "../../../provider/src/core/inputs/inputs";
import { type SnapshotSpecification, specify } from "../../../provider/src/core/inputs/specification";
import type { Pending } from "../../../provider/src/core/lifecycle/outputs";
import type { ResourceIdentity } from "../../../provider/src/core/run/run";

/* The usual data of the cloud and of a program. A test names only what it is about. */

export const instanceId = "i-bp1sample";
export const urn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot::before";
export const fleetUrn =
    "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshotFleet::all";

/** Returns the identity of a resource with that URN, in a backend without organizations. */
export function identityOf(resourceUrn = urn, more: Partial<ResourceIdentity> = {}): ResourceIdentity {
    return { urn: resourceUrn, organization: undefined, namespace: undefined, ...more };
}

/** Texts of delivered scripts, with a word that may appear only on the instance. */
export const canary = "hunter2";
export const deliveredScripts = {
    preScript: `#!/bin/sh\necho ${canary}-pre\n`,
    postScript: `#!/bin/sh\necho ${canary}-post\n`,
};

export const successOutput = [
    '[level="info"][time="2025-01-02T03:04:05Z"][message="Version 1.0.0.8"]',
    "fsfreezer started",
    '[snapshotgroup="ssg-bp1sample"][message="Finish whole Processes of Snapshot successfully"]',
].join("\n");

/** Inputs that differ from the usual ones; undefined removes one. */
export type InputChanges = { readonly [Name in keyof SnapshotInputs]?: SnapshotInputs[Name] | undefined };

export function inputsOf(more: InputChanges = {}): SnapshotInputs {
    const inputs = {
        resourceUrn: urn,
        instanceId,
        linux: { preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" },
        ...more,
    };
    return Object.fromEntries(
        Object.entries(inputs).filter(([, value]) => value !== undefined),
    ) as unknown as SnapshotInputs;
}

/** Returns the outputs of a fleet, here with one instance. */
export function fleetOutputsOf(more: Partial<FleetOutputs> = {}): FleetOutputs {
    const snapshot: FleetSnapshot = {
        ...{ snapshotGroupId: "ssg-1", snapshotGroupName: "all-1", status: "accomplished" },
        ...{ creationTime: "2025-01-02T03:04:05Z", consistency: "application", snapshots: [] },
        invokeId: "t-1",
    };
    return {
        ...{ fleetId: "fleet-1", ownerToken: "owner-1", recordingId: "recording-1" },
        ...{ resourceUrn: fleetUrn, regionId: "cn-hangzhou", instanceIds: [instanceId] },
        snapshots: { [instanceId]: snapshot },
        ...{ failures: {}, reports: {}, runs: {}, warnings: [] },
        ...{ snapshotGroupIdByInstanceId: { [instanceId]: "ssg-1" }, snapshotIdByDiskId: {} },
        ...more,
    };
}

export function specificationOf(more: InputChanges = {}): SnapshotSpecification {
    return specify(inputsOf(more));
}

export function instanceOf(more: Partial<Instance> = {}): Instance {
    return {
        instanceId,
        status: "Running",
        creationTime: "2024-06-01T08:00Z",
        startTime: "2024-12-01T08:00Z",
        osType: "linux",
        osName: "Alibaba Cloud Linux  3.2104 LTS 64 bit",
        networkType: "vpc",
        lockReasons: [],
        metadataService: "open",
        tags: [],
        ...more,
    };
}

export function agentOf(more: Partial<CloudAssistantStatus> = {}): CloudAssistantStatus {
    return { instanceId, online: true, version: "2.2.4.910", activeTasks: 0, ...more };
}

export function diskOf(diskId: string, more: Partial<Disk> = {}): Disk {
    return { diskId, category: "cloud_essd", type: "data", multiAttach: false, ...more };
}

export function resultOf(more: Partial<InvocationResult> = {}): InvocationResult {
    return {
        invokeId: "t-sample",
        commandId: "c-sample",
        instanceId,
        invocationStatus: "Success",
        errorCode: "",
        errorInfo: "",
        exitCode: 0,
        output: successOutput,
        startTime: "2025-01-02T03:04:05Z",
        finishedTime: "2025-01-02T03:04:07Z",
        ...more,
    };
}

export function invocationOf(more: Partial<Invocation> = {}): Invocation {
    return {
        invokeId: "t-sample",
        commandId: "c-sample",
        commandContent: "acs-plugin-manager --exec --plugin app-snapshot-plugin",
        creationTime: "2025-01-02T03:04:05Z",
        timeoutSeconds: 3_930,
        instances: [invokedInstanceOf()],
        tags: [],
        ...more,
    };
}

export function invokedInstanceOf(more: Partial<InvokedInstance> = {}): InvokedInstance {
    return {
        instanceId,
        invocationStatus: "Success",
        exitCode: 0,
        finishTime: "2025-01-02T03:04:07Z",
        ...more,
    };
}

export function memberOf(sourceDiskId: string, more: Partial<MemberSnapshot> = {}): MemberSnapshot {
    return {
        snapshotId: sourceDiskId.replace(/^d-/, "s-"),
        sourceDiskId,
        sourceDiskType: "data",
        available: true,
        instantAccess: true,
        tags: [{ key: "APPConsistent", value: "True" }],
        ...more,
    };
}

export function groupOf(more: Partial<SnapshotGroup> = {}): SnapshotGroup {
    return {
        snapshotGroupId: "ssg-bp1sample",
        name: "before-20250102T030405Z-000001",
        description: "",
        instanceId,
        status: "accomplished",
        creationTime: "2025-01-02T03:04:06Z",
        tags: [],
        snapshots: [memberOf("d-system", { sourceDiskType: "system" }), memberOf("d-data")],
        ...more,
    };
}

/** Returns the part of a state that describes an unfinished snapshot. */
export function pendingOf(phase: Pending["phase"]): Pending {
    return { phase, invokeId: "t-1", groupName: "before-1", diskSetDigest: "", reason: "x" };
}
