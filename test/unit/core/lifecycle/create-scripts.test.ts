import { expect } from "chai";

import type { EcsApi, RunCommandRequest } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { textDigest } from "../../../../provider/src/core/inputs/script-digest";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { remove } from "../../../../provider/src/core/lifecycle/delete";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { update } from "../../../../provider/src/core/lifecycle/update";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { ownErrors } from "../../../../provider/src/errors/own-errors";
import { abandoned } from "../../support/abandoned";
import { degraded, failsWith, FakeCloud, neverEnds, type Run } from "../../support/fake-cloud";
import { rejection, rejectionOf } from "../../support/rejection";
import { canary, deliveredScripts, inputsOf, instanceId, instanceOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

const { preScript, postScript } = deliveredScripts;
const withTexts = inputsOf({ linux: deliveredScripts });
const temporary = inputsOf({ linux: deliveredScripts, roleAttachment: "temporary" });

function withoutRole(runs: readonly Run[] = [{}], answers: Partial<EcsApi> = {}): FakeCloud {
    const cloud = new FakeCloud(runs, answers);
    cloud.role = undefined;
    return cloud;
}

function commandsOf(cloud: FakeCloud): RunCommandRequest[] {
    return cloud.api.argumentsOf("runCommand").map(([request]) => request as RunCommandRequest);
}
function namesSentTo(cloud: FakeCloud): string[] {
    return cloud.deliveries.map(({ request }) => request.name);
}

/** Checks that no state, log or request except the delivery itself contains the text of a script. */
function expectNoText(cloud: FakeCloud, ...values: readonly unknown[]): void {
    expect(JSON.stringify(values)).not.to.include(canary);
    expect(JSON.stringify(cloud.context.log.lines)).not.to.include(canary);
    const others = cloud.api.calls.filter(({ operation }) => operation !== "sendFile");
    expect(JSON.stringify(others)).not.to.include(canary);
}

describe("a snapshot with delivered scripts", () => {
    it("attaches the role first, then prepares the directory, sends the files, and runs the plugin", async () => {
        const cloud = withoutRole();
        const outputs = await create(cloud.context, temporary);
        const operations = cloud.operationsWithoutPolling();
        expect(operations.slice(operations.indexOf("tagResources"))).to.deep.equal([
            "tagResources",
            "attachInstanceRamRole",
            "runCommand",
            "sendFile",
            "sendFile",
            "runCommand",
            "describeInstances",
            "detachInstanceRamRole",
            "untagResources",
            "tagResources",
        ]);
        expect(
            commandsOf(cloud).map(({ commandContent }) => commandContent.includes("acs-plugin-manager")),
        ).to.deep.equal([false, true]);
        expect(outputs).to.deep.include({ invokeId: "t-1", consistency: "application", warnings: [] });
    });

    it("waits for each file to arrive before it runs the plugin", async () => {
        const cloud = new FakeCloud();
        cloud.preparation = { looks: 2 };
        cloud.arrivals = [{ looks: 3 }, { looks: 1 }];
        await create(cloud.context, withTexts);
        const operations = cloud.api.operations();
        expect(operations.indexOf("sendFile")).to.be.above(
            operations.indexOf("describeInvocationResults") + 1,
        );
        expect(operations.lastIndexOf("runCommand")).to.be.above(
            operations.lastIndexOf("describeSendFileResults"),
        );
    });

    it("runs the plugin with the files that were sent, and then removes them", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, withTexts);
        const [pre = "", post = ""] = namesSentTo(cloud);
        const [, command] = commandsOf(cloud);
        expect(command?.commandContent)
            .to.include(
                `-PreScriptPath=/var/lib/app-snapshot/${pre},-PostScriptPath=/var/lib/app-snapshot/${post},`,
            )
            .and.to.include(`keep "$kept/pre" /var/lib/app-snapshot/${pre} &&`);
        expect(cloud.deliveries.map(({ request }) => request.content)).to.deep.equal([preScript, postScript]);
        expect([...cloud.files.keys()]).to.deep.equal([]);
    });

    it("leaves the files on the instance if they are to be kept", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, inputsOf({ linux: { ...deliveredScripts, keepScripts: true } }));
        expect([...cloud.files.values()]).to.deep.equal([preScript, postScript]);
    });

    it("names the files and the requests after its run", async () => {
        const cloud = new FakeCloud();
        await create(cloud.context, withTexts);
        const runId = cloud.tagOf("t-1", "app-snapshot:run") ?? "?";
        for (const name of namesSentTo(cloud)) {
            expect(name.slice(0, runId.length)).to.equal(runId);
        }
        const tokens = [
            ...commandsOf(cloud).map(({ clientToken }) => clientToken),
            ...cloud.deliveries.map(({ request }) => request.clientToken),
        ];
        expect(tokens).to.have.members([
            runId,
            ...["directory", "pre", "post"].map((what) => `${runId}-${what}`),
        ]);
    });

    it("tags earlier invocations only with its run and its process, so that no search for runs finds them", async () => {
        const cloud = new FakeCloud();
        const { ownerToken } = await create(cloud.context, withTexts);
        const [directory] = commandsOf(cloud);
        const { tags = [] } = directory ?? {};
        expect(tags.map(({ key }) => key)).to.deep.equal(["app-snapshot:run", "app-snapshot:delivered-by"]);
        expect(tags[0]?.value).to.equal(cloud.tagOf("t-1", "app-snapshot:run"));
        for (const { request } of cloud.deliveries) {
            expect(request.tags).to.deep.equal(tags);
        }
        expect(ownerToken).to.equal(cloud.tagOf("t-1", "app-snapshot:owner"));
        // The next update, and a deletion, find only the one run.
        const outputs = await create(cloud.context, withTexts);
        expect(outputs).to.include({ invokeId: "t-1" });
        await remove(cloud.context, "ssg-1", outputs);
        expect(cloud.groups.size).to.equal(0);
    });

    it("delivers one file if the other is already on the instance, and none if both are", async () => {
        const mixed = new FakeCloud();
        await create(mixed.context, inputsOf({ linux: { preScriptPath: "/root/pre.sh", postScript } }));
        expect(mixed.deliveries.map(({ request }) => request.content)).to.deep.equal([postScript]);
        expect(commandsOf(mixed)[1]?.commandContent).to.include("-PreScriptPath=/root/pre.sh,");

        const paths = new FakeCloud();
        await create(paths.context, inputsOf());
        expect(paths.api.operations()).not.to.include("sendFile");
        expect(commandsOf(paths)).to.have.length(1);
    });

    it("delivers nothing to a Windows instance", async () => {
        const cloud = new FakeCloud();
        cloud.instance = instanceOf({ osType: "windows", osName: "Windows Server 2022 64 bit" });
        await create(cloud.context, inputsOf({ linux: deliveredScripts, windows: {} }));
        expect(cloud.api.operations()).not.to.include("sendFile");
        expect(commandsOf(cloud)).to.have.length(1);
        expect(commandsOf(cloud)[0]?.type).to.equal("RunBatScript");
    });

    it("changes nothing if there is a problem", async () => {
        const cloud = new FakeCloud();
        cloud.instance = instanceOf({ status: "Stopped" });
        await rejectionOf(AppSnapshotError, create(cloud.context, withTexts));
        expect(commandsOf(cloud)).to.deep.equal([]);
        expect(cloud.deliveries).to.deep.equal([]);
    });
});

describe("the report of a run", () => {
    const output = (id: string): string =>
        [
            '[message="Version 1.0.0.8"]',
            '[message="Prescript cost=1.2s, Postscript cost=35ms"]',
            '[message="Prepare Freeze=10ms, Thaw cost=1ms, Snapshot Creation=900ms, Tag Resources=144ms"]',
            `[snapshotgroup="${id}"][message="Finish"]`,
        ].join("\n");
    const messages = [
        "Version 1.0.0.8",
        "Prescript cost=1.2s, Postscript cost=35ms",
        "Prepare Freeze=10ms, Thaw cost=1ms, Snapshot Creation=900ms, Tag Resources=144ms",
        "Finish",
    ];
    const report = {
        pluginMessage: "Finish",
        pluginMessages: messages,
        // In the samples, the command takes two seconds.
        durations: { command: 2, preScript: 1.2, freeze: 0.911, postScript: 0.035 },
    };

    it("is in the outputs", async () => {
        const cloud = new FakeCloud([{ output }]);
        expect(await create(cloud.context, inputsOf())).to.deep.include(report);
    });

    it("is kept while the snapshot is unfinished, when it is finished, and by an update", async () => {
        const cloud = new FakeCloud([{ output, group: { status: "progressing" } }]);
        const inputs = inputsOf({ waitFor: "accomplished", timeoutSeconds: 60 });
        const unfinished = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs));
        expect(unfinished.outputs).to.deep.include(report);
        cloud.edit("ssg-1", { status: "accomplished" });
        const outputs = await update(cloud.context, "ssg-1", unfinished.outputs, inputs);
        expect(outputs).to.deep.include(report);
        const renamed = await update(cloud.context, "ssg-1", outputs, inputsOf({ description: "new" }));
        expect(renamed).to.deep.include(report);
        expect(JSON.parse(JSON.stringify(renamed))).to.deep.equal(renamed);
    });

    it("is also that of an adopted run", async () => {
        const cloud = new FakeCloud([{ output, looks: Infinity }]);
        await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
        for (const invocation of cloud.invocations) {
            invocation.looksLeft = 0;
        }
        expect(await create(cloud.context, inputsOf())).to.deep.include(report);
    });
});

describe("scripts that are not delivered", () => {
    const failures: Readonly<
        Record<string, { readonly break: (cloud: FakeCloud) => void; readonly code: string }>
    > = {
        "because the directory is refused": {
            break: (cloud) => {
                cloud.preparation = { exitCode: 64, output: () => "/var/lib/app-snapshot is not\n1000 41ed" };
            },
            code: "ScriptsNotDelivered",
        },
        "because the agent does not run": {
            break: (cloud) => {
                cloud.preparation = { invocationStatus: "Aborted", errorCode: "ClientNotRunning" };
            },
            code: "ScriptsNotDelivered",
        },
        "because the second one fails": {
            break: (cloud) => {
                cloud.arrivals = [{}, { invocationStatus: "Failed", errorCode: "FileCreateFail" }];
            },
            code: "ScriptsNotDelivered",
        },
        "because they do not arrive": {
            break: (cloud) => {
                cloud.arrivals = [{ looks: Infinity }];
            },
            code: "ScriptsNotDelivered",
        },
    };

    for (const [reason, { break: breakIt, code }] of Object.entries(failures)) {
        it(`leave nothing behind ${reason}: no preparation, no temporary role`, async () => {
            const cloud = withoutRole();
            breakIt(cloud);
            const error = await rejectionOf(AppSnapshotError, create(cloud.context, temporary));
            expect(error).to.include({ code, instanceId });
            expect(cloud.invocations).to.deep.equal([]);
            expect(cloud.groups.size).to.equal(0);
            expect(cloud.role).to.equal(undefined);
            expect(cloud.instance?.tags).to.deep.equal([]);
            expectNoText(cloud, error.message, error.details, error.stack);

            // The next update starts again.
            cloud.preparation = {};
            cloud.arrivals = [{}];
            expect(await create(cloud.context, temporary)).to.include({
                invokeId: "t-1",
                snapshotGroupId: "ssg-1",
            });
            expect(cloud.role).to.equal(undefined);
        });
    }

    it("leave nothing behind if the API refuses them, or does not respond", async () => {
        for (const operation of ["sendFile", "describeSendFileResults"] as const) {
            for (const [thrown, code] of [
                [apiError("Forbidden.RAM", "SendFile"), "Forbidden.RAM"],
                [
                    new ApiCallError("SendFile", undefined, "the request timed out", "again"),
                    "ScriptsNotDelivered",
                ],
                [new AppSnapshotError(ownErrors.Interrupted), "Interrupted"],
            ] as const) {
                const cloud = withoutRole([{}], { [operation]: () => Promise.reject(thrown) });
                const error = await rejection(create(cloud.context, temporary));
                expect(error.message).to.include(`${code}: `);
                expect(cloud.invocations).to.deep.equal([]);
                expect(cloud.role, "whatever happened, no plugin needs it").to.equal(undefined);
            }
        }
    });

    it("are not a start of unknown outcome, even if the first command gets no response", async () => {
        const unanswered = new ApiCallError("RunCommand", undefined, "the request timed out", "again");
        const cloud = withoutRole([{}], { runCommand: () => Promise.reject(unanswered) });
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, temporary));
        expect(error.code).to.equal("ScriptsNotDelivered");
        expect(cloud.role).to.equal(undefined);
    });
});

describe("a run with delivered scripts that is repeated", () => {
    it("delivers them again under other names, and removes the earlier ones", async () => {
        for (const [cloud, runs] of [
            [withoutRole([failsWith(13), failsWith(13), {}]), 3],
            [new FakeCloud([failsWith(232), {}]), 2],
            [new FakeCloud([failsWith(16), {}]), 2],
        ] as const) {
            const outputs = await create(cloud.context, withTexts);
            expect(outputs).to.include({ invokeId: `t-${runs}` });
            expect(cloud.preparations).to.have.length(runs);
            expect(new Set(namesSentTo(cloud)).size).to.equal(2 * runs);
            expect(new Set(cloud.deliveries.map(({ request }) => request.clientToken)).size).to.equal(
                2 * runs,
            );
            expect([...cloud.files.keys()]).to.deep.equal([]);
            for (let run = 1; run < runs; run += 1) {
                expect(cloud.stateOf(`t-${run}`)).to.equal("closed");
            }
        }
    });

    it("fails with the error of a later delivery, and leaves no run open", async () => {
        const cloud = withoutRole([failsWith(13), {}]);
        cloud.arrivals = [{}, {}, { invocationStatus: "Timeout" }];
        const error = await rejectionOf(AppSnapshotError, create(cloud.context, temporary));
        expect(error.code).to.equal("ScriptsNotDelivered");
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect(cloud.invocations).to.have.length(1);
        expect(cloud.role).to.equal(undefined);
    });
});

describe("a command that refuses its scripts", () => {
    const output = (): string =>
        [
            "the scripts failed verification:",
            "stat: cannot statx '/root/pre.sh': No such file or directory",
            "/root/post.sh 1000 81ed",
            "",
        ].join("\n");

    it("fails the snapshot with what is wrong, at once and without leaving anything", async () => {
        const cloud = withoutRole([failsWith(64, { output })]);
        const error = await rejectionOf(
            AppSnapshotError,
            create(cloud.context, inputsOf({ roleAttachment: "temporary" })),
        );
        expect(error).to.include({ code: "ScriptsRefused", exitCode: 64, instanceId });
        expect(error.details.detail).to.equal(
            "/root/pre.sh: No such file or directory; " +
                "/root/post.sh belongs to the user with id 1000 and has mode 0755",
        );
        expect(cloud.invocations, "it would be refused again").to.have.length(1);
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect(cloud.role).to.equal(undefined);
        expect(cloud.api.operations()).not.to.include("deleteSnapshotGroup");
        expect(cloud.api.operations(), "no group can be left").not.to.include("describeSnapshotGroups");
    });
});

describe("the text of a delivered script", () => {
    const expectDelivered = ({ linux }: SnapshotOutputs): void => {
        expect(linux).to.deep.equal({ preScript: "delivered", postScript: "delivered" });
    };

    it("is neither in the outputs of a snapshot nor in those of its update", async () => {
        const cloud = new FakeCloud();
        const outputs = await create(cloud.context, withTexts);
        expectDelivered(outputs);
        const updated = await update(
            cloud.context,
            "ssg-1",
            outputs,
            inputsOf({ linux: { ...deliveredScripts, preScript: `${preScript}more` }, description: "new" }),
        );
        expectDelivered(updated);
        expect(updated.description).to.equal("new");
        expectNoText(cloud, outputs, updated);
        expect(cloud.deliveries, "an update delivers nothing").to.have.length(2);
    });

    it("is not in the state of a running snapshot", async () => {
        const cloud = new FakeCloud([neverEnds]);
        const unfinished = await rejectionOf(UnfinishedSnapshot, create(cloud.context, withTexts));
        expect(unfinished.outputs.pending?.phase).to.equal("running");
        expectDelivered(unfinished.outputs);
        expectNoText(cloud, unfinished.outputs, unfinished.message, unfinished.reason.details);
    });

    it("is neither in the state of a snapshot that must be finalized nor in the finalized one", async () => {
        const cloud = new FakeCloud([{ group: { status: "progressing" } }]);
        const inputs = inputsOf({ linux: deliveredScripts, waitFor: "accomplished", timeoutSeconds: 60 });
        const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs));
        expect(outputs.pending?.phase).to.equal("finalizing");
        expectDelivered(outputs);
        cloud.edit("ssg-1", { status: "accomplished" });
        const finalized = await update(cloud.context, "ssg-1", outputs, inputs);
        expectDelivered(finalized);
        expectNoText(cloud, outputs, finalized);
    });

    it("is neither in the state of a failed snapshot nor in any error", async () => {
        const cloud = new FakeCloud([failsWith(10, { makesGroup: true })]);
        const inputs = inputsOf({ linux: deliveredScripts, onDegraded: "keep" });
        const { outputs, message } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs));
        expect(outputs.pending?.phase).to.equal("failed");
        expectDelivered(outputs);
        expectNoText(cloud, outputs, message);

        for (const run of [failsWith(9), failsWith(64), degraded]) {
            const failing = new FakeCloud([run]);
            const error = await rejectionOf(AppSnapshotError, create(failing.context, withTexts));
            expectNoText(failing, error.message, error.details, error.stack);
        }
    });
});

describe("the plugin's output about delivered scripts", () => {
    const output = (): string => `[level="error"][message="${canary} of the script"]`;
    const runs: readonly Run[] = [
        failsWith(9, { output }),
        failsWith(12, { output }),
        { output, makesGroup: false },
        { ...degraded, output },
    ];
    const openly = inputsOf({ linux: deliveredScripts, openScripts: textDigest(deliveredScripts) });

    it("is in errors if the scripts are not secret", async () => {
        for (const run of runs) {
            const error = await rejectionOf(AppSnapshotError, create(new FakeCloud([run]).context, openly));
            expect(error.message).to.include(`${canary} of the script`);
        }
        const outputs = await create(new FakeCloud([{ output }]).context, openly);
        expect(outputs).to.include({ scriptOutput: "show" });
    });

    it("is otherwise in no error, which says where to find it", async () => {
        for (const run of runs) {
            const cloud = new FakeCloud([run]);
            const error = await rejectionOf(AppSnapshotError, create(cloud.context, withTexts));
            expect(error.message)
                .to.include("the plugin's messages and the scripts' output are not shown")
                .and.to.include("invocation t-1");
            expectNoText(cloud, error.message, error.details);
        }
        const outputs = await create(new FakeCloud([{ output }]).context, withTexts);
        expect(outputs).to.include({ scriptOutput: "secret", pluginMessage: `${canary} of the script` });
    });

    it("stays secret in the state of a run with secret scripts, even if the program's scripts are no longer secret", async () => {
        const cloud = new FakeCloud([{ ...degraded, output, group: { status: "progressing" } }]);
        const more = { waitFor: "accomplished", timeoutSeconds: 60 } as const;
        const { outputs } = await rejectionOf(
            UnfinishedSnapshot,
            create(cloud.context, { ...withTexts, ...more }),
        );
        expect(outputs).to.include({ scriptOutput: "secret" });
        cloud.edit("ssg-1", { status: "accomplished" });
        const failed = await rejectionOf(
            UnfinishedSnapshot,
            update(cloud.context, "ssg-1", outputs, { ...openly, ...more }),
        );
        expect(failed.outputs).to.include({ scriptOutput: "secret" });
        expect(failed.message).to.include("the plugin's messages and the scripts' output are not shown");
        expectNoText(cloud, failed.message);
    });

    it("is in no log of a run that is cleared away, because its scripts may have been secret", async () => {
        const cloud = await abandoned(failsWith(9, { output }), { inputs: withTexts });
        const others = { ...deliveredScripts, postScript: `${postScript}more\n` };
        await create(cloud.context, inputsOf({ linux: others, openScripts: textDigest(others) }));
        const log = JSON.stringify(cloud.context.log.lines);
        expect(log).to.include("cleared away, because it had failed").and.not.to.include(canary);
    });
});

describe("the next update of a snapshot with delivered scripts", () => {
    it("adopts a run with the same texts, and delivers nothing", async () => {
        const cloud = await abandoned({}, { inputs: withTexts });
        const outputs = await create(cloud.context, withTexts);
        expect(outputs).to.include({ invokeId: "t-1", snapshotGroupId: "ssg-1" });
        expect(cloud.deliveries).to.have.length(2);
        expectNoText(cloud, outputs);
    });

    it("clears away a run with another text, and takes a new snapshot", async () => {
        const cloud = await abandoned({}, { inputs: withTexts });
        const other = { ...deliveredScripts, postScript: `${postScript}more\n` };
        const outputs = await create(cloud.context, inputsOf({ linux: other }));
        expect(outputs).to.include({ invokeId: "t-2", snapshotGroupId: "ssg-2" });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2"]);
        expect(cloud.stateOf("t-1")).to.equal("closed");
        expect(cloud.deliveries).to.have.length(4);
    });

    it("leaves alone a run with another text that was handed over, and warns without that text", async () => {
        const cloud = await abandoned({}, { inputs: withTexts, state: "handed" });
        const other = { ...deliveredScripts, postScript: `${postScript}more\n` };
        const outputs = await create(cloud.context, inputsOf({ linux: other }));
        expect(outputs).to.include({ invokeId: "t-2", snapshotGroupId: "ssg-2" });
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(cloud.stateOf("t-1")).to.equal("handed");
        expect(outputs.warnings?.join("\n")).to.match(/Invocation t-1.* is left alone/);
        expectNoText(cloud, outputs);
    });
});
