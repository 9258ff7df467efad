import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { CredentialsError } from "../../../../provider/src/cloud/ecs/credentials-error";
import { createEcsApi } from "../../../../provider/src/cloud/ecs/sdk-api";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { ownErrors } from "../../../../provider/src/errors/own-errors";
import { Shared } from "../../../../provider/src/runtime/shared";
import { FakeClock } from "../../support/fake-clock";
import { type Answer, type Request, sdkOf } from "../../support/fake-sdk";
import { longerSleeps } from "../../support/longer-sleeps";
import { RecordingLogger } from "../../support/recording-logger";
import { rejectionOf } from "../../support/rejection";

function coded(code: string): Error {
    return Object.assign(new Error(code), { code, statusCode: 400 });
}

interface Scene {
    readonly api: EcsApi;
    readonly requests: Request[];
    /** The number of requests at each question to the guard. */
    readonly guarded: number[];
    readonly clock: FakeClock;
}

function scene(answer: Answer = () => ({}), guard: () => Promise<void> = () => Promise.resolve()): Scene {
    const requests: Request[] = [];
    const guarded: number[] = [];
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const api = createEcsApi({
        connect: () => Promise.resolve(sdkOf(requests, answer)),
        regionId: "cn-hangzhou",
        shared: new Shared(),
        retry: { clock, random: () => 0.5, signal, log: new RecordingLogger() },
        beforeChange: () => {
            guarded.push(requests.length);
            return guard();
        },
    });
    return { api, requests, guarded, clock };
}

const command = {
    instanceIds: ["i-1"],
    type: "RunShellScript",
    commandContent: "x",
    name: "n",
    timeoutSeconds: 60,
    tags: [],
    clientToken: "token",
} as const;

const file = {
    instanceIds: ["i-1"],
    targetDirectory: "/directory",
    name: "name",
    content: "#!/bin/sh\necho 数据\n",
    tags: [{ key: "k", value: "v" }],
    clientToken: "token",
} as const;

/** All calls that change something, and all calls that only read. */
const changes: readonly (readonly [operation: string, change: (api: EcsApi) => Promise<unknown>])[] = [
    ["attachInstanceRamRole", (api) => api.attachInstanceRamRole(["i-1"], "Role")],
    ["detachInstanceRamRole", (api) => api.detachInstanceRamRole(["i-1"], "Role")],
    ["runCommand", (api) => api.runCommand(command)],
    ["sendFile", (api) => api.sendFile(file)],
    ["modifySnapshotGroup", (api) => api.modifySnapshotGroup("ssg-1", { name: "n" })],
    ["modifySnapshotGroup", (api) => api.groupExistence("ssg-1")],
    ["deleteSnapshotGroup", (api) => api.deleteSnapshotGroup("ssg-1")],
    ["deleteSnapshot", (api) => api.deleteSnapshot("s-1")],
    ["tagResources", (api) => api.tagResources("invocation", ["t-1"], [])],
    ["untagResources", (api) => api.untagResources("instance", ["i-1"], ["key"])],
];
const looks: Readonly<Record<string, (api: EcsApi) => Promise<unknown>>> = {
    describeInstances: (api) => api.describeInstances(["i-1"]),
    describeDisks: (api) => api.describeDisks({ instanceId: "i-1" }),
    describeImages: (api) => api.describeImageIds("s-1"),
    describeCloudAssistantStatus: (api) => api.describeCloudAssistantStatus(["i-1"]),
    describeInstanceRamRole: (api) => api.describeInstanceRamRole(["i-1"]),
    describeInvocations: (api) => api.describeInvocations({ invokeId: "t-1" }),
    describeInvocationResults: (api) => api.describeInvocationResults("t-1"),
    describeSendFileResults: (api) => api.describeSendFileResults("f-1"),
    describeSnapshotGroups: (api) => api.describeSnapshotGroups({ name: "n" }),
    describeSnapshots: (api) => api.describeSnapshotIds(["s-1"]),
};

describe("the connection of a request", () => {
    function connecting(...failures: Error[]): Scene & { readonly connections: () => number } {
        const requests: Request[] = [];
        const clock = new FakeClock();
        const { signal } = new AbortController();
        let connections = 0;
        const api = createEcsApi({
            connect: () => {
                connections += 1;
                const failure = failures.shift();
                return failure === undefined
                    ? Promise.resolve(sdkOf(requests, () => ({})))
                    : Promise.reject(failure);
            },
            regionId: "cn-hangzhou",
            shared: new Shared(),
            retry: { clock, random: () => 0.5, signal, log: new RecordingLogger() },
        });
        return { api, requests, guarded: [], clock, connections: () => connections };
    }

    it("is retried when it fails in a passing way", async () => {
        const passing = new CredentialsError(ownErrors.RoleNotAssumed, "why", "again");
        const { api, requests, connections } = connecting(passing, passing);
        await api.describeInstances(["i-1"]);
        expect(connections()).to.equal(3);
        expect(requests).to.have.length(1);
    });

    it("is not retried when it fails for good, or when the SDK can't be loaded", async () => {
        const final = new AppSnapshotError(ownErrors.MissingCredentials);
        const lost = Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
        for (const [failure, code] of [
            [final, "MissingCredentials"],
            [lost, "UnexpectedError"],
        ] as const) {
            const { api, requests, clock } = connecting(failure);
            const error = await rejectionOf(AppSnapshotError, api.describeInstances(["i-1"]));
            expect(error.code).to.equal(code);
            expect(longerSleeps(clock)).to.deep.equal([]);
            expect(requests).to.deep.equal([]);
        }
    });
});

describe("a request that changes something", () => {
    it("is made only after a check that the engine can record it, also before each retry", async () => {
        for (const [operation, change] of changes) {
            let failures = 2;
            const { api, requests, guarded } = scene(() => {
                failures -= 1;
                if (failures >= 0) {
                    throw Object.assign(new Error("busy"), { code: "ServiceUnavailable", statusCode: 503 });
                }
                return {};
            });
            await change(api);
            expect(
                requests.map((request) => request.operation),
                operation,
            ).to.deep.equal([operation, operation, operation]);
            expect(guarded, operation).to.deep.equal([0, 1, 2]);
        }
    });

    it("is not made when the engine is gone, not even later, and says why", async () => {
        const gone = new AppSnapshotError(ownErrors.Interrupted);
        for (const [operation, change] of changes) {
            const { api, requests, guarded, clock } = scene(undefined, () => Promise.reject(gone));
            expect(await rejectionOf(AppSnapshotError, change(api)), operation).to.equal(gone);
            expect(requests, operation).to.deep.equal([]);
            expect(guarded, operation).to.have.length(1);
            expect(longerSleeps(clock), operation).to.deep.equal([]);
        }
    });

    it("is not made for the rest of a long list once the engine is gone", async () => {
        let asked = 0;
        const { api, requests } = scene(undefined, () => {
            asked += 1;
            return asked === 1
                ? Promise.resolve()
                : Promise.reject(new AppSnapshotError(ownErrors.Interrupted));
        });
        const ids = Array.from({ length: 120 }, (_, index) => `t-${index}`);
        await rejectionOf(AppSnapshotError, api.tagResources("invocation", ids, []));
        expect(requests.map(({ fields }) => (fields["resourceId"] as string[]).length)).to.deep.equal([50]);
    });
});

describe("a file", () => {
    it("is sent for root alone, and never replaces another one", async () => {
        const { api, requests } = scene(() => ({ invokeId: "f-1" }));
        expect(await api.sendFile(file)).to.equal("f-1");
        const [request] = requests;
        expect(request?.fields).to.deep.equal({
            regionId: "cn-hangzhou",
            name: "name",
            targetDir: "/directory",
            content: Buffer.from(file.content, "utf8").toString("base64"),
            contentType: "Base64",
            instanceId: ["i-1"],
            fileMode: "0700",
            fileOwner: "root",
            fileGroup: "root",
            overwrite: false,
            timeout: 60,
            clientToken: "token",
            tag: [{ key: "k", value: "v" }],
        });
    });

    it("is the same request when it is retried, so that it is not sent twice", async () => {
        let failures = 1;
        const { api, requests } = scene(() => {
            failures -= 1;
            if (failures >= 0) {
                throw Object.assign(new Error("busy"), { code: "ServiceUnavailable", statusCode: 503 });
            }
            return { invokeId: "f-1" };
        });
        await api.sendFile(file);
        expect(requests).to.have.length(2);
        expect(requests[0]).to.deep.equal(requests[1]);
    });

    it("is looked up by its delivery's id, page by page", async () => {
        const { api, requests } = scene(({ fields }) => ({
            invocations: {
                invocation: [
                    {
                        invokeId: "f-1",
                        invokeInstances: {
                            invokeInstance: [{ instanceId: fields["nextToken"] === "2" ? "i-2" : "i-1" }],
                        },
                    },
                ],
            },
            ...(fields["nextToken"] === "2" ? {} : { nextToken: "2" }),
        }));
        const results = await api.describeSendFileResults("f-1");
        expect(results.map(({ instanceId }) => instanceId)).to.deep.equal(["i-1", "i-2"]);
        expect(requests.map(({ fields }) => fields)).to.deep.equal([
            { regionId: "cn-hangzhou", invokeId: "f-1", maxResults: 50 },
            { regionId: "cn-hangzhou", invokeId: "f-1", maxResults: 50, nextToken: "2" },
        ]);
    });
});

describe("a request that only reads", () => {
    it("is made even without the engine", async () => {
        for (const [operation, look] of Object.entries(looks)) {
            const { api, requests, guarded } = scene();
            await look(api);
            expect(
                requests.map((request) => request.operation),
                operation,
            ).to.deep.equal([operation]);
            expect(guarded, operation).to.deep.equal([]);
        }
    });

    it("asks for invocations with one filter at a time", async () => {
        const { api, requests } = scene();
        await api.describeInvocations({ invokeId: "t-1" });
        await api.describeInvocations({ tags: [{ key: "k", value: "v" }] });
        const filters = requests.map(({ fields }) =>
            ["invokeId", "instanceId", "invokeStatus", "tag"].filter((name) => name in fields),
        );
        expect(filters).to.deep.equal([["invokeId"], ["tag"]]);
        expect(requests[1]?.fields["tag"]).to.deep.equal([{ key: "k", value: "v" }]);
    });

    it("asks for the running and the pending invocations of an instance, and misses or repeats none", async () => {
        /** The content of each list; the second invocation is delivered between the two requests. */
        const lists: Readonly<Record<string, readonly string[]>> = {
            Pending: ["t-1", "t-2"],
            Running: ["t-2", "t-3"],
        };
        const { api, requests } = scene(({ fields }) => ({
            invocations: {
                invocation: lists[String(fields["invokeStatus"])]?.map((invokeId) => ({ invokeId })),
            },
        }));
        const found = await api.describeInvocations({ runningOn: "i-1" });
        expect(found.map(({ invokeId }) => invokeId)).to.deep.equal(["t-1", "t-2", "t-3"]);
        expect(requests.map(({ fields }) => fields)).to.deep.equal(
            ["Pending", "Running"].map((invokeStatus) => ({
                regionId: "cn-hangzhou",
                maxResults: 50,
                instanceId: "i-1",
                invokeStatus,
            })),
        );
    });

    it("finds nothing for an invocation or a delivery that the cloud has forgotten, however it says so", async () => {
        const forgotten = scene(() => {
            throw coded("InvalidInvokeId.NotFound");
        });
        const refused = scene(() => {
            throw coded("InvalidRegionId.NotFound");
        });
        for (const look of [
            (api: EcsApi) => api.describeInvocations({ invokeId: "t-1" }),
            (api: EcsApi) => api.describeInvocationResults("t-1"),
            (api: EcsApi) => api.describeSendFileResults("f-1"),
        ]) {
            expect(await look(forgotten.api)).to.deep.equal([]);
            expect(await rejectionOf(ApiCallError, look(refused.api))).to.include({
                code: "InvalidRegionId.NotFound",
            });
        }
    });

    it("fails on an endless list, with the name of its operation", async () => {
        const { api } = scene(() => ({
            nextToken: "again",
            invocation: { nextToken: "again" },
        }));
        for (const [operation, look] of Object.entries({
            DescribeInstances: () => api.describeInstances({ tagKey: "key" }),
            DescribeDisks: () => api.describeDisks({ instanceId: "i-1" }),
            DescribeInvocations: () => api.describeInvocations({ runningOn: "i-1" }),
            DescribeInvocationResults: () => api.describeInvocationResults("t-1"),
            DescribeSendFileResults: () => api.describeSendFileResults("f-1"),
            DescribeSnapshotGroups: () => api.describeSnapshotGroups({ name: "n" }),
            DescribeSnapshots: () => api.describeSnapshotIds({ tags: [] }),
        })) {
            expect(await rejectionOf(ApiCallError, look())).to.include({ operation });
        }
    });

    it("asks for disks by their instance or by the snapshot that they were made from", async () => {
        const { api, requests } = scene();
        await api.describeDisks({ instanceId: "i-1" });
        await api.describeDisks({ snapshotId: "s-1" });
        expect(requests[0]?.fields).to.include({ instanceId: "i-1" }).and.not.to.have.property("snapshotId");
        expect(requests[1]?.fields).to.include({ snapshotId: "s-1" }).and.not.to.have.property("instanceId");
    });

    it("asks for instances by their ids, a hundred at a time, or by the key of a tag, page by page", async () => {
        const byIds = scene();
        await byIds.api.describeInstances(Array.from({ length: 101 }, (_, index) => `i-${index}`));
        expect(
            byIds.requests.map(({ fields }) => (JSON.parse(String(fields["instanceIds"])) as []).length),
        ).to.deep.equal([100, 1]);

        const byTag = scene(({ fields }) => ({
            instances: { instance: [{ instanceId: fields["nextToken"] === "2" ? "i-2" : "i-1" }] },
            ...(fields["nextToken"] === "2" ? {} : { nextToken: "2" }),
        }));
        const instances = await byTag.api.describeInstances({ tagKey: "key" });
        expect(instances.map(({ instanceId }) => instanceId)).to.deep.equal(["i-1", "i-2"]);
        for (const { fields } of byTag.requests) {
            expect(fields["tag"]).to.deep.equal([{ key: "key" }]);
            expect(fields).not.to.have.property("instanceIds");
        }
    });

    it("asks for snapshots by their ids, or by all of their tags, page by page", async () => {
        const { api, requests } = scene(({ fields }) => ({
            snapshots: { snapshot: [{ snapshotId: fields["nextToken"] === "2" ? "s-2" : "s-1" }] },
            ...(fields["nextToken"] === "2" || "snapshotIds" in fields ? {} : { nextToken: "2" }),
        }));
        const tags = [
            { key: "k", value: "v" },
            { key: "l", value: "w" },
        ];
        expect(await api.describeSnapshotIds({ tags })).to.deep.equal(["s-1", "s-2"]);
        expect(await api.describeSnapshotIds(["s-1"])).to.deep.equal(["s-1"]);
        const regionId = "cn-hangzhou";
        expect(requests.map(({ fields }) => fields)).to.deep.equal([
            { regionId, tag: tags, maxResults: 100 },
            { regionId, tag: tags, maxResults: 100, nextToken: "2" },
            { regionId, snapshotIds: '["s-1"]', maxResults: 10 },
        ]);
    });

    it("tells which snapshots exist, and which images were made from one", async () => {
        const { api } = scene(({ operation }) =>
            operation === "describeSnapshots"
                ? { snapshots: { snapshot: [{ snapshotId: "s-1" }] } }
                : { images: { image: [{ imageId: "m-1" }, { imageId: "m-2" }] } },
        );
        expect(await api.describeSnapshotIds(["s-1", "s-2"])).to.deep.equal(["s-1"]);
        expect(await api.describeImageIds("s-1")).to.deep.equal(["m-1", "m-2"]);
    });
});

describe("the permission to list snapshots", () => {
    const answered = (code: string): Scene =>
        scene(() => {
            throw coded(code);
        });

    it("is shown by the error of a dry run", async () => {
        const allowed = answered("DryRunOperation");
        expect(await allowed.api.mayDescribeSnapshots(["s-1", "s-2"])).to.equal(true);
        expect(allowed.requests.map(({ operation, fields }) => ({ operation, fields }))).to.deep.equal([
            {
                operation: "describeSnapshots",
                fields: {
                    regionId: "cn-hangzhou",
                    snapshotIds: '["s-1","s-2"]',
                    maxResults: 10,
                    dryRun: true,
                },
            },
        ]);
        for (const code of ["Forbidden", "Forbidden.RAM", "NoPermission", "Operation.Forbidden"]) {
            expect(await answered(code).api.mayDescribeSnapshots(["s-1"]), code).to.equal(false);
        }
    });

    it("is not shown by any other error, nor by an answer", async () => {
        for (const code of ["InvalidSnapshotIds.Malformed", "InvalidRegionId.NotFound", "Throttling"]) {
            const error = await rejectionOf(ApiCallError, answered(code).api.mayDescribeSnapshots(["s-1"]));
            expect(error.code).to.equal(code);
        }
        const { api } = scene(() => ({ snapshots: { snapshot: [] } }));
        await rejectionOf(ApiCallError, api.mayDescribeSnapshots(["s-1"]));
    });

    it("is checked for a hundred snapshots at a time, and exists only if it does for all", async () => {
        const ids = Array.from({ length: 101 }, (_, index) => `s-${index}`);
        const lengths: number[] = [];
        const { api } = scene(({ fields }) => {
            lengths.push((JSON.parse(String(fields["snapshotIds"])) as []).length);
            throw coded(lengths.length === 1 ? "DryRunOperation" : "Forbidden.RAM");
        });
        expect(await api.mayDescribeSnapshots(ids)).to.equal(false);
        expect(lengths).to.deep.equal([100, 1]);
    });
});

describe("the existence of a snapshot group", () => {
    const answered = (error?: Error): Scene =>
        scene(() => {
            if (error !== undefined) {
                throw error;
            }
            return {};
        });

    it("is shown by the answer to an empty change", async () => {
        const { api, requests } = answered();
        expect(await api.groupExistence("ssg-1")).to.equal("exists");
        const regionId = "cn-hangzhou";
        expect(requests).to.deep.equal([
            { operation: "modifySnapshotGroup", fields: { regionId, snapshotGroupId: "ssg-1" } },
        ]);
    });

    it("is denied by one error of the API alone", async () => {
        for (const [code, existence] of [
            ["InvalidSnapshotGroup.NotFound", "absent"],
            ["InvalidSnapshotGroupId.NotFound", "absent"],
            ["Forbidden.RAM", "forbidden"],
            ["NoPermission", "forbidden"],
            ["MissingParameter", "unknown"],
            ["MissingParam.Name", "unknown"],
            ["InvalidParameter.Name", "unknown"],
        ] as const) {
            expect(await answered(coded(code)).api.groupExistence("ssg-1"), code).to.equal(existence);
        }
        for (const code of ["InvalidRegionId.NotFound", "Throttling.User", "InternalError"]) {
            const error = await rejectionOf(ApiCallError, answered(coded(code)).api.groupExistence("ssg-1"));
            expect(error.code).to.equal(code);
        }
    });

    it("stays unknown without an answer", async () => {
        const silent = answered(Object.assign(new Error("timeout"), { name: "RequestTimeoutError" }));
        const error = await rejectionOf(ApiCallError, silent.api.groupExistence("ssg-1"));
        expect(error).to.include({ operation: "ModifySnapshotGroup", code: undefined });
    });
});
