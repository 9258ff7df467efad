import { expect } from "chai";

import * as responses from "../../../../provider/src/cloud/ecs/responses";

/* Bodies as the SDK types them; fields that a test does not need are left out, as the API may do. */

function translated<Value>(translate: (body: never) => Value[], body: object): Value[] {
    return translate(body as never);
}

describe("the API's answers", () => {
    it("may lack every list: that is an empty one", () => {
        for (const translate of [
            responses.toInstances,
            responses.toDisks,
            responses.toCloudAssistantStatuses,
            responses.toRamRoles,
            responses.toInvocations,
            responses.toInvocationResults,
            responses.toSendFileResults,
            responses.toSnapshotGroups,
            responses.toDeletionProgress,
        ] as ((body: object) => unknown[])[]) {
            expect(translate({}), translate.name).to.deep.equal([]);
        }
        expect(responses.toItemResults(undefined)).to.deep.equal([]);
    });

    it("have the operating system in lower case, and its English name if there is one", () => {
        const [instance] = translated(responses.toInstances, {
            instances: {
                instance: [
                    { instanceId: "i-1", OSType: "Windows", OSName: "中文", OSNameEn: "Windows Server" },
                ],
            },
        });
        expect(instance).to.include({ osType: "windows", osName: "Windows Server" });
        expect(instance?.lockReasons).to.deep.equal([]);
    });

    it("tell the access to the metadata service, if the API does", () => {
        const found = translated(responses.toInstances, {
            instances: {
                instance: [
                    {},
                    { metadataOptions: { httpEndpoint: "enabled", httpTokens: "optional" } },
                    { metadataOptions: { httpEndpoint: "Enabled", httpTokens: "Required" } },
                    { metadataOptions: { httpEndpoint: "disabled", httpTokens: "optional" } },
                    { metadataOptions: { httpEndpoint: "enabled", httpTokens: "sometimes" } },
                ],
            },
        });
        expect(found.map(({ metadataService }) => metadataService)).to.deep.equal([
            "",
            "open",
            "tokens required",
            "disabled",
            "",
        ]);
    });

    it("show a shared disk in several forms", () => {
        const disks = translated(responses.toDisks, {
            disks: {
                disk: [
                    {},
                    { multiAttach: "Disabled" },
                    { multiAttach: "Enabled" },
                    { multiAttach: "LegacyShared" },
                ],
            },
        });
        expect(disks.map((disk) => disk.multiAttach)).to.deep.equal([false, false, true, true]);
    });

    it("may have the times of an instance's creation and last start", () => {
        const [started, pending] = translated(responses.toInstances, {
            instances: {
                instance: [
                    { creationTime: "2024-06-01T08:00Z", startTime: "2024-12-01T08:01Z" },
                    { startTime: "" },
                ],
            },
        });
        expect(started).to.include({ creationTime: "2024-06-01T08:00Z", startTime: "2024-12-01T08:01Z" });
        expect(pending).to.include({ creationTime: "", startTime: "" });
    });

    it("have the online state of an agent as text", () => {
        const statuses = translated(responses.toCloudAssistantStatuses, {
            instanceCloudAssistantStatusSet: {
                instanceCloudAssistantStatus: [
                    { cloudAssistantStatus: "true" },
                    { cloudAssistantStatus: "True" },
                    { cloudAssistantStatus: "false" },
                    {},
                ],
            },
        });
        expect(statuses.map((status) => status.online)).to.deep.equal([true, true, false, false]);
    });

    it("may have the number of commands that an agent runs", () => {
        const statuses = translated(responses.toCloudAssistantStatuses, {
            instanceCloudAssistantStatusSet: {
                instanceCloudAssistantStatus: [{ activeTaskCount: 2 }, { activeTaskCount: 0 }, {}],
            },
        });
        expect(statuses.map((status) => status.activeTasks)).to.deep.equal([2, 0, undefined]);
    });

    it("show each instance's failure: an item succeeds by its field, or else by its code", () => {
        const items = responses.toItemResults([
            { instanceId: "i-1", success: true, code: "200" },
            { instanceId: "i-2", success: false, code: "200" },
            { instanceId: "i-3", code: "200" },
            { instanceId: "i-4", code: "Forbidden", message: "no" },
            { instanceId: "i-5" },
        ]);
        expect(items.map((item) => item.success)).to.deep.equal([true, false, true, false, false]);
    });

    it("show an instance without a role with an empty name", () => {
        const roles = translated(responses.toRamRoles, {
            instanceRamRoleSets: {
                instanceRamRoleSet: [
                    { instanceId: "i-1", ramRoleName: "Role" },
                    { instanceId: "i-2", ramRoleName: "" },
                ],
            },
        });
        expect(roles).to.deep.equal([["i-1", "Role"]]);
    });

    it("have a command's output encoded", () => {
        const output = Buffer.from("état ✓\n", "utf8").toString("base64");
        const [result] = translated(responses.toInvocationResults, {
            invocation: { invocationResults: { invocationResult: [{ output, exitCode: 0 }] } },
        });
        expect(result).to.include({ output: "état ✓\n", exitCode: 0, errorCode: "" });
    });

    it("may have the output of a Windows instance in its own code page", () => {
        const output = Buffer.from("cafdbeddbfe2bfecd5d5cdeab3c9", "hex").toString("base64");
        const [result] = translated(responses.toInvocationResults, {
            invocation: { invocationResults: { invocationResult: [{ output }] } },
        });
        expect(result?.output).to.equal("数据库快照完成");
    });

    it("have the result of each delivery of a file on each instance", () => {
        const results = translated(responses.toSendFileResults, {
            invocations: {
                invocation: [
                    {
                        invokeId: "f-1",
                        // The status of the delivery as a whole.
                        invocationStatus: "PartialFailed",
                        // Nobody needs it any more, and it may contain a secret.
                        content: "hunter2",
                        invokeInstances: {
                            invokeInstance: [
                                {
                                    instanceId: "i-1",
                                    invocationStatus: "Failed",
                                    errorCode: "FileAlreadyExists",
                                    errorInfo: "it is there",
                                },
                                { instanceId: "i-2", invocationStatus: "Success" },
                                {},
                            ],
                        },
                    },
                    { invokeId: "f-2" },
                    {},
                ],
            },
        });
        expect(results).to.deep.equal([
            {
                invokeId: "f-1",
                instanceId: "i-1",
                invocationStatus: "Failed",
                errorCode: "FileAlreadyExists",
                errorInfo: "it is there",
            },
            {
                invokeId: "f-1",
                instanceId: "i-2",
                invocationStatus: "Success",
                errorCode: "",
                errorInfo: "",
            },
            { invokeId: "f-1", instanceId: "", invocationStatus: "", errorCode: "", errorInfo: "" },
        ]);
    });

    it("have the command of an invocation encoded", () => {
        const commandContent = Buffer.from("echo ✓", "utf8").toString("base64");
        const [invocation, without] = translated(responses.toInvocations, {
            invocations: { invocation: [{ commandContent }, {}] },
        });
        expect(invocation?.commandContent).to.equal("echo ✓");
        expect(without?.commandContent).to.equal("");
    });

    it("have each instance's end on an invocation", () => {
        const invokeInstance = [
            {
                instanceId: "i-1",
                invocationStatus: "Failed",
                exitCode: 17,
                finishTime: "2025-01-02T03:04:07Z",
            },
            {},
        ];
        const [invocation] = translated(responses.toInvocations, {
            invocations: { invocation: [{ invokeInstances: { invokeInstance } }] },
        });
        expect(invocation?.instances).to.deep.equal([
            invokeInstance[0],
            { instanceId: "", invocationStatus: "", exitCode: undefined, finishTime: "" },
        ]);
    });

    it("have tags of invocations and instances and of snapshots under different names", () => {
        const [instance] = translated(responses.toInstances, {
            instances: { instance: [{ tags: { tag: [{ tagKey: "k", tagValue: "v" }] } }] },
        });
        expect(instance?.tags).to.deep.equal([{ key: "k", value: "v" }]);
        const [invocation] = translated(responses.toInvocations, {
            invocations: { invocation: [{ tags: { tag: [{ tagKey: "k", tagValue: "v" }] } }] },
        });
        expect(invocation?.tags).to.deep.equal([{ key: "k", value: "v" }]);
        const [group] = translated(responses.toSnapshotGroups, {
            snapshotGroups: {
                snapshotGroup: [
                    {
                        status: "Accomplished",
                        snapshots: { snapshot: [{ tags: { tag: [{ key: "k", value: "v" }] } }] },
                    },
                ],
            },
        });
        expect(group?.status).to.equal("accomplished");
        expect(group?.snapshots[0]).not.to.have.property("uploadedPercent");
        expect(group?.snapshots[0]).to.deep.include({ tags: [{ key: "k", value: "v" }], available: false });
    });

    it("have the upload progress of a snapshot if it can be read", () => {
        for (const [progress, expected] of [
            ["0%", 0],
            ["99.9%", 99],
            ["100%", 100],
            ["", undefined],
            ["soon", undefined],
        ] as const) {
            const [group] = translated(responses.toSnapshotGroups, {
                snapshotGroups: { snapshotGroup: [{ snapshots: { snapshot: [{ progress }] } }] },
            });
            expect(group?.snapshots[0]?.uploadedPercent, progress).to.equal(expected);
        }
    });

    it("have the result for each snapshot of a deleted group as a code or a status", () => {
        const progress = translated(responses.toDeletionProgress, {
            operationProgressSet: {
                operationProgress: [
                    {
                        operationStatus: "Success",
                        errorCode: "",
                        relatedItemSet: {
                            relatedItem: [
                                { name: "SnapshotId", value: "s-1" },
                                { name: "DiskId", value: "d-1" },
                            ],
                        },
                    },
                    { operationStatus: "Success", errorCode: "SnapshotCreatedImage", errorMsg: "held" },
                    { operationStatus: "Failed" },
                    {},
                ],
            },
        });
        expect(progress.map((item) => item.success)).to.deep.equal([true, false, false, true]);
        expect(progress[0]?.snapshotIds).to.deep.equal(["s-1"]);
        expect(progress[1]).to.include({ errorCode: "SnapshotCreatedImage", errorMessage: "held" });
        expect(progress[2]?.errorCode).to.equal("Failed");
    });
});
