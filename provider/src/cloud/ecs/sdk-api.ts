import { chunks } from "../../runtime/chunks";
import type { Clock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import type { Shared } from "../../runtime/shared";
import type { EcsApi, GroupExistence, Tag } from "./api";
import { ApiCallError, isRefusal } from "./api-error";
import type { Caller } from "./caller";
import type { CallsOptions } from "./calls";
import { operations } from "./operation-table";
import { createRequests, requestsKey } from "./requests";

export interface CallOptions extends Pick<CallsOptions, "connect" | "regionId"> {
    /** The values that the process shares for the region: its connection, and the requests that calls share. */
    readonly shared: Shared;
    readonly retry: {
        readonly clock: Clock;
        readonly random: () => number;
        readonly signal: AbortSignal;
        readonly log: Logger;
        /** See `Caller`. Default: none. */
        readonly deadline?: number;
    };
    /** See `Caller`. Default: nothing. */
    readonly beforeChange?: () => Promise<void>;
}

/** Returns the ECS API through the official SDK, for one caller. */
export function createEcsApi({ connect, regionId, shared, retry, beforeChange }: CallOptions): EcsApi {
    const { clock, random, signal, log, deadline = Infinity } = retry;
    const caller: Caller = { signal, log, deadline, beforeChange };
    const requests = shared.get(requestsKey, () => createRequests({ connect, regionId, clock, random }));
    const { own } = requests;
    const { list, bulk } = requests.shared.of(caller);
    return {
        answeredAt: own.answeredAt,

        describeInstances: (filter) =>
            "tagKey" in filter
                ? list(operations.describeTaggedInstances, filter)
                : bulk(operations.describeInstances, { ids: filter }),
        describeDisks: (filter) =>
            "instanceId" in filter
                ? requests.disks.of(filter.instanceId, caller)
                : list(operations.describeDisks, filter),
        describeImageIds: (snapshotId) => list(operations.describeImages, { snapshotId }),
        describeInstanceRamRole: async (ids) =>
            new Map(await bulk(operations.describeInstanceRamRole, { ids })),
        attachInstanceRamRole: (ids, ramRoleName) =>
            bulk(operations.attachInstanceRamRole, { ids, ramRoleName }),
        detachInstanceRamRole: (ids, ramRoleName) =>
            bulk(operations.detachInstanceRamRole, { ids, ramRoleName }),

        describeCloudAssistantStatus: (ids) => bulk(operations.describeCloudAssistantStatus, { ids }),
        runCommand: (request) => own.single(operations.runCommand, request, caller),
        dryRunCommand: async (type, instanceIds) => {
            try {
                await own.single(operations.dryRunCommand, { type, instanceIds }, caller);
            } catch (thrown) {
                // It is not documented whether a dry run that passes is answered like a request, or with this error.
                if (codeOf(thrown) !== "DryRunOperation") {
                    throw thrown;
                }
            }
        },
        sendFile: (request) => own.single(operations.sendFile, request, caller),
        describeSendFileResults: (filter) =>
            orNothing(() => list(operations.describeSendFileResults, filterOf(filter))),
        describeInvocations: (filter) => {
            if ("runningOn" in filter) {
                return requests.unfinished.of(filter.runningOn, caller);
            }
            if ("among" in filter) {
                return requests.tagged.of(filter.tags, filter.among, caller);
            }
            return orNothing(() => list(operations.describeInvocations, filter));
        },
        describeInvocationResults: (filter) =>
            orNothing(() => list(operations.describeInvocationResults, filterOf(filter))),

        describeSnapshotGroups: (filter) =>
            "snapshotGroupIds" in filter
                ? bulk(operations.describeSnapshotGroups, { ids: filter.snapshotGroupIds })
                : list(operations.findSnapshotGroups, filter),
        modifySnapshotGroup: (snapshotGroupId, change) =>
            own.single(operations.modifySnapshotGroup, { snapshotGroupId, ...change }, caller),
        groupExistence: async (snapshotGroupId) => {
            try {
                await own.single(operations.modifySnapshotGroup, { snapshotGroupId }, caller);
                return "exists";
            } catch (thrown) {
                const existence = existenceBy(codeOf(thrown) ?? "");
                if (existence === undefined) {
                    throw thrown;
                }
                return existence;
            }
        },
        deleteSnapshotGroup: (snapshotGroupId) =>
            own.list(operations.deleteSnapshotGroup, { snapshotGroupId }, caller),
        describeSnapshotIds: (filter) =>
            "tags" in filter
                ? list(operations.describeTaggedSnapshots, filter)
                : bulk(operations.describeSnapshots, { ids: filter }),
        mayDescribeSnapshots: async (snapshotIds) => {
            const { name, idsPerRequest } = operations.describeSnapshots;
            for (const ids of snapshotIds.length === 0 ? [[]] : chunks(snapshotIds, idsPerRequest)) {
                const dryRun = { ids, dryRun: true } as const;
                if (
                    !(await passesDryRun(name, () => own.list(operations.describeSnapshots, dryRun, caller)))
                ) {
                    return false;
                }
            }
            return true;
        },
        deleteSnapshot: (snapshotId) => own.single(operations.deleteSnapshot, { snapshotId }, caller),

        tagResources: async (resourceType, ids, tags) => {
            await bulk(operations.tagResources, { resourceType, ids, tags });
        },
        untagResources: async (resourceType, ids, keys) => {
            await bulk(operations.untagResources, { resourceType, ids, keys });
        },
    };
}

function filterOf(
    filter: string | { readonly tags: readonly Tag[] },
): { readonly invokeId: string } | { readonly tags: readonly Tag[] } {
    return typeof filter === "string" ? { invokeId: filter } : filter;
}

/** Returns the API's code, if the API threw one. */
function codeOf(thrown: unknown): string | undefined {
    return thrown instanceof ApiCallError ? thrown.code : undefined;
}

/**
 * Returns what Cloud Assistant knows of an invocation or a delivery. It keeps 30 days or 10,000 records; after that it
 * may answer that there is no such id, or with an empty list.
 */
async function orNothing<T>(look: () => Promise<T[]>): Promise<T[]> {
    try {
        return await look();
    } catch (thrown) {
        if (codeOf(thrown) === "InvalidInvokeId.NotFound") {
            return [];
        }
        throw thrown;
    }
}

const noSuchGroup: ReadonlySet<string> = new Set([
    "InvalidSnapshotGroup.NotFound",
    "InvalidSnapshotGroupId.NotFound",
]);

/** Returns what the error of an empty change says about the group; undefined if it says nothing. */
function existenceBy(code: string): GroupExistence | undefined {
    if (noSuchGroup.has(code)) {
        return "absent";
    }
    if (isRefusal(code)) {
        return "forbidden";
    }
    return /^(?:Missing|Invalid)Param/.test(code) ? "unknown" : undefined;
}

/** Tells whether the caller may do what the dry run asks for; the API answers both with an error. */
async function passesDryRun(operation: string, dryRun: () => Promise<unknown>): Promise<boolean> {
    try {
        await dryRun();
    } catch (thrown) {
        const code = codeOf(thrown) ?? "";
        if (code === "DryRunOperation") {
            return true;
        }
        if (isRefusal(code)) {
            return false;
        }
        throw thrown;
    }
    // An answer, such as a list, says nothing: it is empty for one who may not see what there is.
    throw new ApiCallError(operation, undefined, "the API answered a dry run like a real request", "never");
}
