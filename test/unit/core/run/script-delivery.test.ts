import { expect } from "chai";

import type { RunCommandRequest, SendFileRequest } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { asAppSnapshotError } from "../../../../provider/src/cloud/ecs/as-app-snapshot-error";
import { directoryCommand } from "../../../../provider/src/core/plugin/scripts/directory";
import { type ScriptFiles, scriptFiles } from "../../../../provider/src/core/plugin/scripts/script-file";
import { deliverScripts } from "../../../../provider/src/core/run/script-delivery";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { only } from "../../../../provider/src/errors/outcome";
import { ownErrors } from "../../../../provider/src/errors/own-errors";
import { sampleRunId } from "../../support/commands";
import { type Arrival, FakeCloud, type Run } from "../../support/fake-cloud";
import { rejection } from "../../support/rejection";
import { canary, deliveredScripts, instanceId } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

const content = {
    pre: { content: deliveredScripts.preScript },
    post: { content: deliveredScripts.postScript },
};
const path = { path: "/root/script.sh" };

function filesOf(scripts: Parameters<typeof scriptFiles>[0]["scripts"] = content): ScriptFiles {
    const files = scriptFiles({ scripts, keepScripts: false }, sampleRunId);
    if (files === undefined) {
        throw new Error("There are no files.");
    }
    return files;
}

const tags = [{ key: "app-snapshot:run", value: sampleRunId }];

async function deliver(cloud: FakeCloud, files = filesOf()): Promise<void> {
    const options = { instanceIds: [instanceId], runId: sampleRunId, tags };
    only(await deliverScripts(cloud.context, files, options), instanceId);
}

/** The error that a create reports: of the instance, or of a request that the API refused. */
async function failure(cloud: FakeCloud): Promise<AppSnapshotError> {
    const thrown = await rejection(deliver(cloud));
    expect(thrown).to.satisfy(
        (error: unknown) => error instanceof AppSnapshotError || error instanceof ApiCallError,
    );
    return asAppSnapshotError(thrown, instanceId);
}

function cloudWith({
    preparation = {},
    arrivals = [{}],
    answers = {},
    signal,
}: {
    readonly preparation?: Run;
    readonly arrivals?: readonly Arrival[];
    readonly answers?: ConstructorParameters<typeof FakeCloud>[1];
    readonly signal?: AbortSignal;
} = {}): FakeCloud {
    const cloud = new FakeCloud([{}], answers, signal === undefined ? {} : { signal });
    cloud.preparation = preparation;
    cloud.arrivals = arrivals;
    return cloud;
}

function noAnswer(operation: string): ApiCallError {
    return new ApiCallError(operation, undefined, "the request timed out", "again");
}

describe("delivering scripts", () => {
    it("prepares the directory first, and then sends both files at once", async () => {
        const cloud = cloudWith({ preparation: { looks: 2 }, arrivals: [{ looks: 1 }] });
        await deliver(cloud);
        expect(cloud.api.operations()).to.deep.equal([
            "runCommand",
            "describeInvocationResults",
            "describeInvocationResults",
            "describeInvocationResults",
            "sendFile",
            "sendFile",
            "describeSendFileResults",
            "describeSendFileResults",
        ]);
        const [directory] = cloud.api.argumentsOf("runCommand")[0] as [RunCommandRequest];
        const common = directory.tags.filter(({ key }) => key === "app-snapshot:delivered-by");
        expect(common).to.have.length(1);
        expect(cloud.api.argumentsOf("describeSendFileResults")).to.deep.equal([
            [{ tags: common }],
            [{ tags: common }],
        ]);
        expect(directory).to.deep.equal({
            instanceIds: [instanceId],
            type: "RunShellScript",
            commandContent: directoryCommand(),
            name: "app-snapshot-scripts",
            timeoutSeconds: 60,
            tags: [...tags, ...common],
            clientToken: `${sampleRunId}-directory`,
        });
        const files = filesOf();
        expect(cloud.api.argumentsOf("sendFile")).to.deep.equal(
            [files.pre, files.post].map(({ delivery }) => [
                {
                    instanceIds: [instanceId],
                    targetDirectory: "/var/lib/app-snapshot",
                    name: delivery?.name,
                    content: delivery?.content,
                    tags: [...tags, ...common],
                    clientToken: `${sampleRunId}-${delivery?.what ?? ""}`,
                },
            ]),
        );
        expect(Object.fromEntries(cloud.files)).to.deep.equal({
            [files.pre.path]: deliveredScripts.preScript,
            [files.post.path]: deliveredScripts.postScript,
        });
    });

    it("uses a unique token for each request, within the API's limit", async () => {
        const tokens = new Set<string>();
        for (const runId of [sampleRunId, sampleRunId.replace("0a", "0b")]) {
            const cloud = cloudWith();
            await deliverScripts(cloud.context, filesOf(), { instanceIds: [instanceId], runId, tags });
            for (const operation of ["runCommand", "sendFile"] as const) {
                for (const [request] of cloud.api.argumentsOf(operation)) {
                    const { clientToken } = request as RunCommandRequest | SendFileRequest;
                    expect(clientToken).to.match(/^[\x21-\x7e]{1,64}$/);
                    tokens.add(clientToken);
                }
            }
            // The token of the command that runs the plugin is the run's id.
            tokens.add(runId);
        }
        expect(tokens.size).to.equal(8);
    });

    it("sends one file if the other is already on the instance", async () => {
        for (const scripts of [
            { pre: content.pre, post: path },
            { pre: path, post: content.post },
        ]) {
            const cloud = cloudWith();
            await deliver(cloud, filesOf(scripts));
            expect(cloud.operationsWithoutPolling()).to.deep.equal(["runCommand", "sendFile"]);
            const sent = cloud.deliveries.map(({ request }) => request.content);
            expect(sent).to.deep.equal(
                "content" in scripts.pre ? [scripts.pre.content] : [content.post.content],
            );
        }
    });

    it("makes no call and logs nothing if both are already on the instance", async () => {
        const cloud = cloudWith();
        await deliver(cloud, filesOf({ pre: path, post: { path: "/other" } }));
        expect(cloud.api.calls).to.deep.equal([]);
        expect(cloud.context.log.lines).to.deep.equal([]);
    });

    it("logs its progress without the scripts' texts", async () => {
        const cloud = cloudWith({ preparation: { looks: 1 } });
        await deliver(cloud);
        expect(cloud.context.log.of("status")).to.deep.equal([
            "delivering the scripts",
            "running 0s: the command that prepares the directory for the scripts",
        ]);
        expect(JSON.stringify(cloud.context.log.lines)).not.to.include(canary);
    });
});

/** Returns the error of a failed delivery, without the scripts' texts. */
function expectNotDelivered(error: AppSnapshotError, ...details: readonly string[]): void {
    expect(error).to.include({ code: "ScriptsNotDelivered", instanceId });
    for (const detail of details) {
        expect(error.details.detail).to.include(detail);
    }
    expect(error.details.detail).not.to.match(/[\r\n]|undefined/);
    expect(error.message).not.to.include(canary);
    expect(error.message).to.include("Nothing was frozen and no snapshot was taken");
}

describe("a directory for the scripts that can't be prepared", () => {
    it("is reported with the command's output, and nothing is sent", async () => {
        for (const exitCode of [64, 1, 9, 127]) {
            const output = (): string => "it is not a directory:\r\n1000 41ed\n\nfind: no\n";
            const cloud = cloudWith({ preparation: { exitCode, output } });
            const error = await failure(cloud);
            expectNotDelivered(error);
            expect(error.details.detail).to.equal("it is not a directory: 1000 41ed find: no");
            expect(cloud.deliveries).to.deep.equal([]);
        }
    });

    it("is reported with Cloud Assistant's error if the command did not start", async () => {
        for (const [preparation, ...details] of [
            [
                { invocationStatus: "Aborted", errorCode: "ClientNotRunning" },
                "agent is not running",
                "Aborted",
            ],
            [{ invocationStatus: "Timeout" }, "did not end within its time limit", "Timeout"],
            [{ invocationStatus: "Terminated" }, "somebody stopped", "Terminated"],
        ] as const) {
            const cloud = cloudWith({ preparation });
            expectNotDelivered(await failure(cloud), ...details);
            expect(cloud.deliveries).to.deep.equal([]);
        }
    });

    it("fails after three minutes, with the last seen state", async () => {
        const cloud = cloudWith({ preparation: { looks: Infinity } });
        const start = cloud.context.clock.now();
        expectNotDelivered(await failure(cloud), "/var/lib/app-snapshot: Running (");
        expect(cloud.context.clock.now() - start).to.equal(180_000);
        expect(cloud.deliveries).to.deep.equal([]);
    });
});

describe("a script that does not arrive", () => {
    const nameOf = (index: number): string => {
        const { pre, post } = filesOf();
        return [pre, post][index]?.delivery?.name ?? "";
    };

    it("is named with Cloud Assistant's error, for either script", async () => {
        for (const arrival of [
            { invocationStatus: "Failed", errorCode: "FileCreateFail", errorInfo: "" },
            { invocationStatus: "Aborted", errorCode: "DeliveryTimeout", errorInfo: "too late" },
            { invocationStatus: "Timeout", errorCode: "", errorInfo: "" },
            { invocationStatus: "Error", errorCode: "", errorInfo: "agent" },
            { invocationStatus: "Invalid", errorCode: "FilePathInvalid", errorInfo: "path" },
            { invocationStatus: "PartialFailed", errorCode: "", errorInfo: "" },
            { invocationStatus: "SomethingNew", errorCode: "SomethingNew", errorInfo: "new" },
        ]) {
            const parts = Object.values(arrival).filter((part) => part !== "");
            for (const [index, arrivals] of [
                [arrival, {}],
                [{}, arrival],
                [{ looks: 3 }, arrival],
            ].entries()) {
                const error = await failure(cloudWith({ arrivals }));
                expectNotDelivered(error);
                expect(error.details.detail).to.equal(`${nameOf(Math.min(index, 1))}: ${parts.join(", ")}`);
            }
        }
    });

    it("is not one that already exists, because its name shows that an earlier request delivered it", async () => {
        const arrival = {
            invocationStatus: "Failed",
            errorCode: "FileAlreadyExists",
            errorInfo: "it is there",
        };
        for (const arrivals of [[arrival, {}], [{}, arrival], [{ looks: 3, ...arrival }]]) {
            await deliver(cloudWith({ arrivals }));
        }
    });

    it("fails the delivery even if the other one arrives", async () => {
        const arrival = { invocationStatus: "Failed", errorCode: "FileCreateFail" };
        const cloud = cloudWith({ arrivals: [{}, arrival] });
        await failure(cloud);
        expect([...cloud.files.values()]).to.deep.equal([deliveredScripts.preScript]);
    });

    it("is awaited while it is being sent", async () => {
        let looks = 0;
        const cloud = cloudWith({
            answers: {
                describeSendFileResults: (filter) => {
                    if (typeof filter !== "string") {
                        return Promise.resolve([]);
                    }
                    looks += 1;
                    const statuses = ["none", "", "Pending", "Running", "Success"];
                    const invocationStatus = statuses[Math.floor((looks - 1) / 2)] ?? "Success";
                    const result = { instanceId, invocationStatus, errorCode: "", errorInfo: "" };
                    return Promise.resolve(
                        invocationStatus === "none" ? [] : [{ ...result, invokeId: filter }],
                    );
                },
            },
        });
        await deliver(cloud);
        expect(looks).to.equal(10);
    });

    it("is not mistaken for one that arrived on another instance", async () => {
        const result = { invokeId: "f-1", invocationStatus: "Success", errorCode: "", errorInfo: "" };
        const cloud = cloudWith({
            answers: {
                describeSendFileResults: () => Promise.resolve([{ ...result, instanceId: "i-other" }]),
            },
        });
        expectNotDelivered(await failure(cloud), "did not arrive in time", "Pending (");
    });

    it("fails three minutes after the start of the delivery, with the last seen state", async () => {
        for (const [preparation, arrivals] of [
            [{}, [{ looks: Infinity }]],
            [{}, [{}, { looks: Infinity }]],
            [{ looks: 10 }, [{ looks: Infinity }, {}]],
        ] as const) {
            const cloud = cloudWith({ preparation, arrivals });
            const start = cloud.context.clock.now();
            const error = await failure(cloud);
            expectNotDelivered(error, "did not arrive in time; last seen: Running (");
            // With two files, both waits advance the virtual time.
            expect(cloud.context.clock.now() - start).to.be.within(180_000, 200_000);
        }
    });
});

describe("a delivery that the API refuses", () => {
    const operations = [
        "runCommand",
        "describeInvocationResults",
        "sendFile",
        "describeSendFileResults",
    ] as const;

    it("fails with the API's error, which names a missing permission", async () => {
        for (const operation of operations) {
            for (const code of ["Forbidden.RAM", "FileSize.ExceedLimit", "InvalidInstance.NotFound"]) {
                const answers = { [operation]: () => Promise.reject(apiError(code, operation)) };
                const error = await failure(cloudWith({ answers }));
                expect(error, operation).to.include({ code, instanceId });
                expect(error.message).to.include(operation).and.not.to.include(canary);
                expect(error.resources.requestId).to.equal("REQUEST-1");
            }
        }
        const answers = { sendFile: () => Promise.reject(apiError("Forbidden.RAM", "SendFile")) };
        expect((await failure(cloudWith({ answers }))).message).to.include("the caller lacks a permission");
    });

    it("is not a start of unknown outcome, even without a response, because nothing was frozen", async () => {
        for (const operation of operations) {
            const answers = { [operation]: () => Promise.reject(noAnswer(operation)) };
            expectNotDelivered(await failure(cloudWith({ answers })), operation, "no answer");
        }
    });

    it("sends nothing if the command for the directory does not start", async () => {
        const answers = { runCommand: () => Promise.reject(apiError("Forbidden.RAM")) };
        const cloud = cloudWith({ answers });
        await failure(cloud);
        expect(cloud.api.operations()).to.deep.equal(["runCommand"]);
    });

    it("throws unknown errors unchanged", async () => {
        const unknown = new TypeError("a mistake");
        const answers = { sendFile: () => Promise.reject(unknown) };
        expect(await rejection(deliver(cloudWith({ answers })))).to.equal(unknown);
    });
});

describe("a delivery that is interrupted", () => {
    const interrupted = new AppSnapshotError(ownErrors.Interrupted);

    it("fails with the interruption, at any step", async () => {
        for (const operation of ["describeInvocationResults", "describeSendFileResults"] as const) {
            const controller = new AbortController();
            const cloud: FakeCloud = cloudWith({
                signal: controller.signal,
                answers: {
                    [operation]: () => {
                        controller.abort(interrupted);
                        return Promise.resolve([]);
                    },
                },
            });
            expect(await rejection(deliver(cloud)), operation).to.equal(interrupted);
            const beforeFirstLooks = operation === "describeInvocationResults" ? [400] : [400, 300];
            expect(cloud.context.clock.sleeps).to.deep.equal(beforeFirstLooks);
        }
    });

    it("fails with it if the engine has ended before a request", async () => {
        for (const operation of ["runCommand", "sendFile"] as const) {
            const answers = { [operation]: () => Promise.reject(interrupted) };
            expect(await rejection(deliver(cloudWith({ answers }))), operation).to.equal(interrupted);
        }
    });
});
