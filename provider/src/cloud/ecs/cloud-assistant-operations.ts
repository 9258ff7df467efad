import type { RunCommandRequest, SendFileRequest, Tag } from "./api";
import { bulk, type ByIds, list, modelOf, single } from "./operation";
import { toCloudAssistantStatuses, toInvocationResults, toInvocations, toSendFileResults } from "./responses";

type InvocationFilter = { readonly invokeId: string } | { readonly tags: readonly Tag[] };

/** Invocations on an instance, or in the whole region. */
export interface UnfinishedFilter {
    readonly instanceId?: string;
    readonly invokeStatus: "Pending" | "Running";
}

type CommandTarget = Pick<RunCommandRequest, "type" | "instanceIds">;

/** The time that a file may take to reach its instance, in seconds; the API's own default. */
const sendFileSeconds = 60;

/** The agents, their commands and their files. */
export const cloudAssistantOperations = {
    describeCloudAssistantStatus: bulk({
        name: "DescribeCloudAssistantStatus",
        changes: false,
        idsPerRequest: 50,
        send: ({ client, models }, { ids }: ByIds, common) =>
            client.describeCloudAssistantStatus(
                modelOf(models.DescribeCloudAssistantStatusRequest, { ...common, instanceId: [...ids] }),
            ),
        items: toCloudAssistantStatuses,
        idOf: ({ instanceId }) => instanceId,
    }),

    runCommand: single({
        name: "RunCommand",
        changes: true,
        send: ({ client, models }, request: RunCommandRequest, common) =>
            client.runCommand(
                modelOf(models.RunCommandRequest, {
                    ...common,
                    name: request.name,
                    type: request.type,
                    commandContent: base64(request.commandContent),
                    contentEncoding: "Base64",
                    instanceId: [...request.instanceIds],
                    timeout: request.timeoutSeconds,
                    // Never ProcessTree: it would kill the process that has to thaw the file systems.
                    terminationMode: "Process",
                    repeatMode: "Once",
                    enableParameter: false,
                    keepCommand: false,
                    clientToken: request.clientToken,
                    tag: request.tags.map((tag) => modelOf(models.RunCommandRequestTag, tag)),
                }),
            ),
        read: (body) => ({ commandId: body?.commandId ?? "", invokeId: body?.invokeId ?? "" }),
    }),

    dryRunCommand: single({
        name: "RunCommand",
        changes: false,
        send: ({ client, models }, { type, instanceIds }: CommandTarget, common) =>
            client.runCommand(
                modelOf(models.RunCommandRequest, {
                    ...common,
                    type,
                    // Harmless, whatever is made of the request.
                    commandContent: base64("exit 0"),
                    contentEncoding: "Base64",
                    instanceId: [...instanceIds],
                    repeatMode: "DryRun",
                    keepCommand: false,
                }),
            ),
        read: () => undefined,
    }),

    describeInvocations: list({
        name: "DescribeInvocations",
        changes: false,
        pages: { size: 50, nextToken: (body) => body.nextToken },
        send: ({ client, models }, filter: InvocationFilter, common) =>
            client.describeInvocations(
                modelOf(models.DescribeInvocationsRequest, {
                    ...common,
                    ...fieldsOf(filter, (tag) => modelOf(models.DescribeInvocationsRequestTag, tag)),
                }),
            ),
        items: toInvocations,
    }),

    describeUnfinishedInvocations: list({
        name: "DescribeInvocations",
        changes: false,
        pages: { size: 50, nextToken: (body) => body.nextToken },
        send: ({ client, models }, filter: UnfinishedFilter, common) =>
            client.describeInvocations(modelOf(models.DescribeInvocationsRequest, { ...common, ...filter })),
        items: toInvocations,
    }),

    describeInvocationResults: list({
        name: "DescribeInvocationResults",
        changes: false,
        pages: { size: 50, nextToken: (body) => body.invocation?.nextToken },
        send: ({ client, models }, filter: InvocationFilter, common) =>
            client.describeInvocationResults(
                modelOf(models.DescribeInvocationResultsRequest, {
                    ...common,
                    ...fieldsOf(filter, (tag) => modelOf(models.DescribeInvocationResultsRequestTag, tag)),
                    contentEncoding: "Base64",
                }),
            ),
        items: toInvocationResults,
    }),

    sendFile: single({
        name: "SendFile",
        changes: true,
        send: ({ client, models }, request: SendFileRequest, common) =>
            client.sendFile(
                modelOf(models.SendFileRequest, {
                    ...common,
                    name: request.name,
                    targetDir: request.targetDirectory,
                    content: base64(request.content),
                    contentType: "Base64",
                    instanceId: [...request.instanceIds],
                    fileMode: "0700",
                    fileOwner: "root",
                    fileGroup: "root",
                    overwrite: false,
                    timeout: sendFileSeconds,
                    clientToken: request.clientToken,
                    tag: request.tags.map((tag) => modelOf(models.SendFileRequestTag, tag)),
                }),
            ),
        read: (body) => body?.invokeId ?? "",
    }),

    describeSendFileResults: list({
        name: "DescribeSendFileResults",
        changes: false,
        pages: { size: 50, nextToken: (body) => body.nextToken },
        send: ({ client, models }, filter: InvocationFilter, common) =>
            client.describeSendFileResults(
                modelOf(models.DescribeSendFileResultsRequest, {
                    ...common,
                    ...fieldsOf(filter, (tag) => modelOf(models.DescribeSendFileResultsRequestTag, tag)),
                }),
            ),
        items: toSendFileResults,
    }),
};

/** Returns the fields of a request that filters invocations. */
function fieldsOf<Model>(
    filter: InvocationFilter,
    modelOfTag: (tag: Tag) => Model,
): { readonly invokeId: string } | { readonly tag: Model[] } {
    return "tags" in filter ? { tag: filter.tags.map(modelOfTag) } : filter;
}

function base64(text: string): string {
    return Buffer.from(text, "utf8").toString("base64");
}
