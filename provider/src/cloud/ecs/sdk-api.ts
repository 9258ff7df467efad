import { chunks } from "../../runtime/chunks";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { EcsApi, GroupExistence, SnapshotGroupFilter, Tag } from "./api";
import { ApiCallError, isRefusal } from "./api-error";
import { allPages, type Page } from "./paging";
import * as responses from "./responses";
import { withRetry, type RetryOptions } from "./retry";
import type { Sdk } from "./sdk-client";

/** List limits and page sizes of the API, per operation. */
const limits = {
    describeInstances: 100,
    describeDisksPage: 500,
    describeCloudAssistantStatus: 50,
    describeInstanceRamRole: 50,
    changeInstanceRamRole: 100,
    cloudAssistantPage: 50,
    describeSnapshotGroups: 10,
    snapshotGroupsPage: 100,
    describeSnapshots: 100,
    describeImagesPage: 100,
    tagResources: 50,
} as const;

/** How long a file may take to reach its instance, in seconds; the API's own default. */
const sendFileSeconds = 60;

export interface EcsApiOptions {
    /** Called before each request; where it rejects with an `ApiCallError` that may pass, again. */
    readonly connect: () => Promise<Sdk>;
    readonly regionId: string;
    readonly retry: Omit<RetryOptions, "place">;
    /**
     * Called before each request that changes something, its repetitions included; if it rejects, none is made.
     * Default: nothing.
     */
    readonly beforeChange?: () => Promise<void>;
}

interface Answer<Body> {
    readonly body?: Body;
    readonly headers?: Readonly<Record<string, string>>;
}

/** The ECS API through the official SDK. */
export function createEcsApi({ connect, regionId, retry, beforeChange }: EcsApiOptions): EcsApi {
    let answeredAt: number | undefined;

    /** One request, repeated as the retry policy says; the body of the answer. */
    async function send<Body>(
        operation: string,
        request: (sdk: Sdk) => Promise<Answer<Body>>,
    ): Promise<Body | undefined> {
        let place: string | undefined;
        const attempt = async (): Promise<Answer<Body>> => {
            const sdk = await connected(connect);
            place = `endpoint ${sdk.host}, region ${regionId}`;
            return request(sdk);
        };
        const { body, headers } = await withRetry(operation, attempt, { ...retry, place: () => place });
        answeredAt = timeIn(headers) ?? answeredAt;
        return body;
    }

    /** As `send`, for requests that change something. */
    async function change<Body>(
        operation: string,
        request: (sdk: Sdk) => Promise<Answer<Body>>,
    ): Promise<Body | undefined> {
        return send(operation, async (sdk) => {
            await beforeChange?.();
            return request(sdk);
        });
    }

    /** The same operation for each piece of a list, one piece after the other. */
    async function inChunks<T, Result>(
        values: readonly T[],
        size: number,
        request: (piece: T[]) => Promise<readonly Result[]>,
    ): Promise<Result[]> {
        const results: Result[] = [];
        for (const piece of chunks(values, size)) {
            results.push(...(await request(piece)));
        }
        return results;
    }

    return {
        describeInstances: (filter) =>
            "tagKey" in filter
                ? taggedInstances(filter.tagKey)
                : inChunks(filter, limits.describeInstances, async (piece) => {
                      const body = await send("DescribeInstances", ({ client, models }) =>
                          client.describeInstances(
                              new models.DescribeInstancesRequest({
                                  regionId,
                                  instanceIds: JSON.stringify(piece),
                                  // The default page would hide all but ten.
                                  maxResults: Math.max(10, piece.length),
                              }),
                          ),
                      );
                      return body === undefined ? [] : responses.toInstances(body);
                  }),

        describeImageIds: async (snapshotId) => {
            const body = await send("DescribeImages", ({ client, models }) =>
                client.describeImages(
                    new models.DescribeImagesRequest({
                        regionId,
                        snapshotId,
                        // One that is being made holds the snapshot as well.
                        status: "ALL",
                        pageSize: limits.describeImagesPage,
                    }),
                ),
            );
            return (body?.images?.image ?? []).map((image) => image.imageId ?? "");
        },

        describeDisks: (filter) =>
            allPages("DescribeDisks", async (nextToken) => {
                const body = await send("DescribeDisks", ({ client, models }) =>
                    client.describeDisks(
                        new models.DescribeDisksRequest({
                            regionId,
                            ...filter,
                            maxResults: limits.describeDisksPage,
                            ...token(nextToken),
                        }),
                    ),
                );
                return page(body, responses.toDisks);
            }),

        describeCloudAssistantStatus: (instanceIds) =>
            inChunks(instanceIds, limits.describeCloudAssistantStatus, async (piece) => {
                const body = await send("DescribeCloudAssistantStatus", ({ client, models }) =>
                    client.describeCloudAssistantStatus(
                        new models.DescribeCloudAssistantStatusRequest({ regionId, instanceId: piece }),
                    ),
                );
                return body === undefined ? [] : responses.toCloudAssistantStatuses(body);
            }),

        describeInstanceRamRole: async (instanceIds) =>
            new Map(
                await inChunks(instanceIds, limits.describeInstanceRamRole, async (piece) => {
                    const body = await send("DescribeInstanceRamRole", ({ client, models }) =>
                        client.describeInstanceRamRole(
                            new models.DescribeInstanceRamRoleRequest({
                                regionId,
                                instanceIds: JSON.stringify(piece),
                                pageSize: limits.describeInstanceRamRole,
                            }),
                        ),
                    );
                    return body === undefined ? [] : responses.toRamRoles(body);
                }),
            ),

        attachInstanceRamRole: (instanceIds, ramRoleName) =>
            inChunks(instanceIds, limits.changeInstanceRamRole, async (piece) => {
                const body = await change("AttachInstanceRamRole", ({ client, models }) =>
                    client.attachInstanceRamRole(
                        new models.AttachInstanceRamRoleRequest({
                            regionId,
                            ramRoleName,
                            instanceIds: JSON.stringify(piece),
                        }),
                    ),
                );
                return responses.toItemResults(
                    body?.attachInstanceRamRoleResults?.attachInstanceRamRoleResult,
                );
            }),

        detachInstanceRamRole: (instanceIds, ramRoleName) =>
            inChunks(instanceIds, limits.changeInstanceRamRole, async (piece) => {
                const body = await change("DetachInstanceRamRole", ({ client, models }) =>
                    client.detachInstanceRamRole(
                        new models.DetachInstanceRamRoleRequest({
                            regionId,
                            ramRoleName,
                            instanceIds: JSON.stringify(piece),
                        }),
                    ),
                );
                return responses.toItemResults(
                    body?.detachInstanceRamRoleResults?.detachInstanceRamRoleResult,
                );
            }),

        runCommand: async (request) => {
            const body = await change("RunCommand", ({ client, models }) =>
                client.runCommand(
                    new models.RunCommandRequest({
                        regionId,
                        name: request.name,
                        type: request.type,
                        commandContent: Buffer.from(request.commandContent, "utf8").toString("base64"),
                        contentEncoding: "Base64",
                        instanceId: [...request.instanceIds],
                        timeout: request.timeoutSeconds,
                        // Never ProcessTree: it would kill the process that has to thaw the file systems.
                        terminationMode: "Process",
                        repeatMode: "Once",
                        enableParameter: false,
                        keepCommand: false,
                        clientToken: request.clientToken,
                        tag: request.tags.map((tag) => new models.RunCommandRequestTag({ ...tag })),
                    }),
                ),
            );
            return { commandId: body?.commandId ?? "", invokeId: body?.invokeId ?? "" };
        },

        sendFile: async (request) => {
            const body = await change("SendFile", ({ client, models }) =>
                client.sendFile(
                    new models.SendFileRequest({
                        regionId,
                        name: request.name,
                        targetDir: request.targetDirectory,
                        content: Buffer.from(request.content, "utf8").toString("base64"),
                        contentType: "Base64",
                        instanceId: [...request.instanceIds],
                        fileMode: "0700",
                        fileOwner: "root",
                        fileGroup: "root",
                        overwrite: false,
                        timeout: sendFileSeconds,
                        clientToken: request.clientToken,
                        tag: request.tags.map((tag) => new models.SendFileRequestTag({ ...tag })),
                    }),
                ),
            );
            return body?.invokeId ?? "";
        },

        describeSendFileResults: (invokeId) =>
            orNothing(() =>
                allPages("DescribeSendFileResults", async (nextToken) => {
                    const body = await send("DescribeSendFileResults", ({ client, models }) =>
                        client.describeSendFileResults(
                            new models.DescribeSendFileResultsRequest({
                                regionId,
                                invokeId,
                                maxResults: limits.cloudAssistantPage,
                                ...token(nextToken),
                            }),
                        ),
                    );
                    return page(body, responses.toSendFileResults);
                }),
            ),

        describeInvocations: async (filter) => {
            if (!("runningOn" in filter)) {
                return orNothing(() => invocations(filter));
            }
            const instanceId = filter.runningOn;
            // One after the other: what is delivered between the two is in the second list at the latest.
            const pending = await invocations({ instanceId, invokeStatus: "Pending" });
            const running = await invocations({ instanceId, invokeStatus: "Running" });
            return [...new Map([...pending, ...running].map((found) => [found.invokeId, found])).values()];
        },

        describeInvocationResults: (invokeId) =>
            orNothing(() =>
                allPages("DescribeInvocationResults", async (nextToken) => {
                    const body = await send("DescribeInvocationResults", ({ client, models }) =>
                        client.describeInvocationResults(
                            new models.DescribeInvocationResultsRequest({
                                regionId,
                                invokeId,
                                contentEncoding: "Base64",
                                maxResults: limits.cloudAssistantPage,
                                ...token(nextToken),
                            }),
                        ),
                    );
                    return {
                        items: body === undefined ? [] : responses.toInvocationResults(body),
                        nextToken: body?.invocation?.nextToken,
                    };
                }),
            ),

        answeredAt: () => answeredAt,

        describeSnapshotGroups: async (filter) => {
            if ("snapshotGroupIds" in filter) {
                return inChunks(filter.snapshotGroupIds, limits.describeSnapshotGroups, (piece) =>
                    snapshotGroups({ snapshotGroupIds: piece }),
                );
            }
            return snapshotGroups(filter);
        },

        modifySnapshotGroup,

        groupExistence: async (snapshotGroupId) => {
            try {
                await modifySnapshotGroup(snapshotGroupId, {});
                return "exists";
            } catch (thrown) {
                const existence = existenceBy(codeOf(thrown) ?? "");
                if (existence === undefined) {
                    throw thrown;
                }
                return existence;
            }
        },

        deleteSnapshotGroup: async (snapshotGroupId) => {
            const body = await change("DeleteSnapshotGroup", ({ client, models }) =>
                client.deleteSnapshotGroup(
                    new models.DeleteSnapshotGroupRequest({ regionId, snapshotGroupId }),
                ),
            );
            return body === undefined ? [] : responses.toDeletionProgress(body);
        },

        tagResources: async (resourceType, resourceIds, tags) => {
            for (const piece of chunks(resourceIds, limits.tagResources)) {
                await change("TagResources", ({ client, models }) =>
                    client.tagResources(
                        new models.TagResourcesRequest({
                            regionId,
                            resourceType,
                            resourceId: piece,
                            tag: tags.map((tag) => new models.TagResourcesRequestTag({ ...tag })),
                        }),
                    ),
                );
            }
        },

        untagResources: async (resourceType, resourceIds, keys) => {
            for (const piece of chunks(resourceIds, limits.tagResources)) {
                await change("UntagResources", ({ client, models }) =>
                    client.untagResources(
                        new models.UntagResourcesRequest({
                            regionId,
                            resourceType,
                            resourceId: piece,
                            tagKey: [...keys],
                        }),
                    ),
                );
            }
        },

        describeSnapshotIds: (filter) =>
            "tags" in filter
                ? allPages("DescribeSnapshots", async (nextToken) => {
                      const body = await send("DescribeSnapshots", ({ client, models }) =>
                          client.describeSnapshots(
                              new models.DescribeSnapshotsRequest({
                                  regionId,
                                  tag: filter.tags.map(
                                      (tag) => new models.DescribeSnapshotsRequestTag({ ...tag }),
                                  ),
                                  maxResults: limits.describeSnapshots,
                                  ...token(nextToken),
                              }),
                          ),
                      );
                      return page(body, responses.toSnapshotIds);
                  })
                : inChunks(filter, limits.describeSnapshots, (piece) => snapshotIds(piece)),

        mayDescribeSnapshots: async (ids) => {
            for (const piece of ids.length === 0 ? [[]] : chunks(ids, limits.describeSnapshots)) {
                if (!(await passesDryRun("DescribeSnapshots", () => snapshotIds(piece, true)))) {
                    return false;
                }
            }
            return true;
        },

        deleteSnapshot: async (snapshotId) => {
            await change("DeleteSnapshot", ({ client, models }) =>
                client.deleteSnapshot(new models.DeleteSnapshotRequest({ snapshotId })),
            );
        },
    };

    function taggedInstances(tagKey: string): ReturnType<EcsApi["describeInstances"]> {
        return allPages("DescribeInstances", async (nextToken) => {
            const body = await send("DescribeInstances", ({ client, models }) =>
                client.describeInstances(
                    new models.DescribeInstancesRequest({
                        regionId,
                        tag: [new models.DescribeInstancesRequestTag({ key: tagKey })],
                        maxResults: limits.describeInstances,
                        ...token(nextToken),
                    }),
                ),
            );
            return page(body, responses.toInstances);
        });
    }

    function invocations(
        filter:
            | { readonly invokeId: string }
            | { readonly tags: readonly Tag[] }
            | { readonly instanceId: string; readonly invokeStatus: "Pending" | "Running" },
    ): ReturnType<EcsApi["describeInvocations"]> {
        return allPages("DescribeInvocations", async (nextToken) => {
            const body = await send("DescribeInvocations", ({ client, models }) =>
                client.describeInvocations(
                    new models.DescribeInvocationsRequest({
                        regionId,
                        maxResults: limits.cloudAssistantPage,
                        ...("tags" in filter
                            ? {
                                  tag: filter.tags.map(
                                      (tag) => new models.DescribeInvocationsRequestTag({ ...tag }),
                                  ),
                              }
                            : filter),
                        ...token(nextToken),
                    }),
                ),
            );
            return page(body, responses.toInvocations);
        });
    }

    async function modifySnapshotGroup(
        ...[snapshotGroupId, values]: Parameters<EcsApi["modifySnapshotGroup"]>
    ): Promise<void> {
        await change("ModifySnapshotGroup", ({ client, models }) =>
            client.modifySnapshotGroup(
                new models.ModifySnapshotGroupRequest({ regionId, snapshotGroupId, ...values }),
            ),
        );
    }

    /** @param dryRun whether only to ask if the caller may; that is answered by an error. */
    async function snapshotIds(ids: readonly string[], dryRun = false): Promise<string[]> {
        const body = await send("DescribeSnapshots", ({ client, models }) =>
            client.describeSnapshots(
                new models.DescribeSnapshotsRequest({
                    regionId,
                    ...(ids.length === 0 ? {} : { snapshotIds: JSON.stringify(ids) }),
                    maxResults: Math.max(10, ids.length),
                    ...(dryRun ? { dryRun } : {}),
                }),
            ),
        );
        return body === undefined ? [] : responses.toSnapshotIds(body);
    }

    function snapshotGroups(filter: SnapshotGroupFilter): ReturnType<EcsApi["describeSnapshotGroups"]> {
        return allPages("DescribeSnapshotGroups", async (nextToken) => {
            const body = await send("DescribeSnapshotGroups", ({ client, models }) =>
                client.describeSnapshotGroups(
                    new models.DescribeSnapshotGroupsRequest({
                        regionId,
                        maxResults: limits.snapshotGroupsPage,
                        ...("snapshotGroupIds" in filter
                            ? { snapshotGroupId: [...filter.snapshotGroupIds] }
                            : filter),
                        ...token(nextToken),
                    }),
                ),
            );
            return page(body, responses.toSnapshotGroups);
        });
    }
}

/** An SDK that does not even load would be taken for a network that fails, and tried again for minutes. */
async function connected(connect: EcsApiOptions["connect"]): Promise<Sdk> {
    try {
        return await connect();
    } catch (thrown) {
        if (thrown instanceof ApiCallError || thrown instanceof AppSnapshotError) {
            throw thrown;
        }
        throw new AppSnapshotError(ownErrors.UnexpectedError, {
            detail: thrown instanceof Error ? thrown.message : String(thrown),
            cause: thrown,
        });
    }
}

/** The API's code, where that is what was thrown. */
function codeOf(thrown: unknown): string | undefined {
    return thrown instanceof ApiCallError ? thrown.code : undefined;
}

/**
 * What Cloud Assistant knows of an invocation or a delivery. It keeps 30 days or 10,000 records; after that, it may
 * say that there is no such id as well as answer with an empty list.
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

/** What the answer to a change of nothing says of the group; undefined where it says nothing. */
function existenceBy(code: string): GroupExistence | undefined {
    if (noSuchGroup.has(code)) {
        return "absent";
    }
    if (isRefusal(code)) {
        return "forbidden";
    }
    return /^(?:Missing|Invalid)Param/.test(code) ? "untold" : undefined;
}

/** Whether the caller may do what is asked for as a dry run; either is told by an error. */
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

function timeIn(headers: Answer<unknown>["headers"]): number | undefined {
    const time = Date.parse(headers?.["date"] ?? "");
    return Number.isNaN(time) ? undefined : time;
}

function token(nextToken: string | undefined): { nextToken?: string } {
    return nextToken === undefined ? {} : { nextToken };
}

function page<Body extends { nextToken?: string }, T>(
    body: Body | undefined,
    items: (body: Body) => T[],
): Page<T> {
    return body === undefined
        ? { items: [], nextToken: undefined }
        : { items: items(body), nextToken: body.nextToken };
}
