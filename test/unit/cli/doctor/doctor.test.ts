import { expect } from "chai";

import type { Services } from "../../../../provider/src/cli/command/services";
import { runCommandLine } from "../../../../provider/src/cli/command-line";
import type { Check } from "../../../../provider/src/cli/doctor/check";
import type { Context } from "../../../../provider/src/cloud/context";
import type { EcsApi, InvocationResult } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { codeSpans, document, section, tableRows } from "../../../docs/support/markdown";
import { testContext } from "../../support/context";
import { agentOf, diskOf, instanceOf, invocationOf, resultOf } from "../../support/samples";
import { apiError, type ScriptedApi, scriptedApi } from "../../support/scripted-api";

interface Printed {
    readonly connection: readonly Check[];
    readonly instances: readonly { readonly instanceId: string; readonly checks: readonly Check[] }[];
    readonly permissions: readonly Check[];
}

/** A region with running Linux instances, except for those whose id begins with i-w, which run Windows. */
function cloud(answers: Partial<EcsApi> = {}): ScriptedApi {
    const all = (ids: readonly string[]) =>
        ids.map((instanceId) =>
            instanceId.startsWith("i-w")
                ? instanceOf({ instanceId, osType: "windows", osName: "Windows Server  2022" })
                : instanceOf({ instanceId }),
        );
    return scriptedApi({
        describeInstances: (filter) => Promise.resolve("tagKey" in filter ? [] : all(filter)),
        describeCloudAssistantStatus: (ids) =>
            Promise.resolve(ids.map((instanceId) => agentOf({ instanceId }))),
        describeInstanceRamRole: (ids) =>
            Promise.resolve(new Map(ids.map((id) => [id, "AppSnapshotRoleName"]))),
        describeDisks: () => Promise.resolve([diskOf("d-system", { type: "system" })]),
        describeInvocations: () => Promise.resolve([]),
        describeInvocationResults: () => Promise.resolve([]),
        describeSendFileResults: () => Promise.resolve([]),
        describeSnapshotGroups: () => Promise.resolve([]),
        mayDescribeSnapshots: () => Promise.resolve(true),
        dryRunCommand: () => Promise.resolve(),
        answeredAt: () => undefined,
        ...answers,
    });
}

/** A shell whose commands are connected to a region. */
class Shell {
    out = "";
    err = "";
    environment: Record<string, string> = { ALIBABA_CLOUD_REGION: "cn-hangzhou" };
    readonly interruption = new AbortController();
    readonly pulumiCalls: string[] = [];
    readonly regions: string[] = [];
    /** The status of a call that the API makes wait. Default: none does. */
    status: string | undefined;

    constructor(readonly api = cloud()) {}

    async run(line: string): Promise<number> {
        [this.out, this.err] = ["", ""];
        return runCommandLine(["doctor", ...line.split(" ")], this.services());
    }

    /** Runs it with --json; resolves to the exit code and what it printed. */
    async json(line: string): Promise<Printed & { readonly code: number }> {
        const code = await this.run(`${line} --json`);
        return { ...(JSON.parse(this.out) as Printed), code };
    }

    private services(): Services {
        return {
            environment: this.environment,
            folder: "/",
            runPulumi: (args) => {
                this.pulumiCalls.push(args.join(" "));
                const values = { "alicloud:region": { value: "cn-chengdu", secret: false } };
                return Promise.resolve({ code: 0, stdout: JSON.stringify(values), stderr: "" });
            },
            connect: (_settings, regionId, { signal, onStatus } = {}): Context => {
                this.regions.push(regionId);
                if (this.status !== undefined) {
                    onStatus?.(this.status);
                }
                return testContext(this.api, { regionId, ...(signal === undefined ? {} : { signal }) });
            },
            terminal: { colours: false },
            readInput: () => Promise.reject(new Error("doctor reads nothing.")),
            interruption: () => this.interruption.signal,
            print: (text) => (this.out += text),
            note: (text) => (this.err += text),
            confirm: undefined,
        };
    }
}

/** The lines that are neither ok nor the usual unchecked ones. */
function complaintsOf(checks: readonly Check[]): string[] {
    return checks
        .filter(({ status }) => status === "problem" || status === "warning")
        .map(({ status, check, code }) => `${status} ${check}${code === undefined ? "" : `: ${code}`}`);
}

function refused(): Promise<never> {
    return Promise.reject(apiError("Forbidden.RAM"));
}

describe("app-snapshot doctor", () => {
    it("succeeds if nothing is wrong, and makes no change", async () => {
        const shell = new Shell();
        expect(await shell.run("--instance-id i-1")).to.equal(0);
        expect(shell.out).to.match(/^Result: no problems, no warnings, \d+ not checked\.$/m);
        expect(shell.err).to.equal("");
        expect(new Set(shell.api.operations())).to.deep.equal(
            new Set([
                "describeInstances",
                "describeCloudAssistantStatus",
                "describeInstanceRamRole",
                "describeDisks",
                "describeInvocations",
                "describeInvocationResults",
                "describeSendFileResults",
                "describeSnapshotGroups",
                "mayDescribeSnapshots",
                "dryRunCommand",
            ]),
        );
    });

    it("does not succeed if a later call got no answer, whatever else is in order", async () => {
        const fault = new ApiCallError("Operation", "ServiceUnavailable", "ServiceUnavailable", "again");
        const unreachable = () => Promise.reject(fault);
        for (const call of ["describeInvocations", "describeSendFileResults", "dryRunCommand"] as const) {
            const shell = new Shell(cloud({ [call]: unreachable }));
            expect(await shell.run("--instance-id i-1"), call).to.equal(1);
            expect(shell.err).to.equal("app-snapshot: some calls got no answer, see what was not checked\n");
            expect(shell.out).to.match(/ServiceUnavailable/);
        }
        // An answer that tells nothing of permissions is one.
        const answered = new Shell(
            cloud({ dryRunCommand: () => Promise.reject(apiError("InvalidParameter")) }),
        );
        expect(await answered.run("--instance-id i-1")).to.equal(0);
    });

    it("takes the region from the environment, from the stack's configuration, or from --region", async () => {
        const shell = new Shell();
        await shell.run("--instance-id i-1");
        await shell.run("--instance-id i-1 --stack acme/shop/dev");
        await shell.run("--instance-id i-1 --stack acme/shop/dev --region cn-beijing");
        expect(shell.regions).to.deep.equal(["cn-hangzhou", "cn-chengdu", "cn-beijing"]);
        expect(shell.pulumiCalls[0]).to.equal("config --json --show-secrets --stack acme/shop/dev");
        expect(shell.pulumiCalls).to.have.length(2);
    });

    it("could not check anything without a region, or with a setting that can't be used", async () => {
        for (const [environment, check, code] of [
            [{}, "region", "MissingRegion"],
            [{ ALIBABA_CLOUD_ACCESS_KEY_ID: "id-only" }, "settings", "InvalidSetting"],
        ] as const) {
            const shell = new Shell();
            shell.environment = { ...environment };
            const printed = await shell.json("--instance-id i-1");
            expect(printed.code).to.equal(1);
            expect(complaintsOf(printed.connection)).to.deep.equal([`problem ${check}: ${code}`]);
            expect(shell.api.calls).to.be.empty;
        }
    });

    it("could not check anything with wrong credentials, says so in both forms, and prints no secret", async () => {
        const wrong = () => Promise.reject(apiError("InvalidAccessKeyId.NotFound"));
        const shell = new Shell(cloud({ describeInstances: wrong }));
        Object.assign(shell.environment, {
            ALIBABA_CLOUD_ACCESS_KEY_ID: "the-id",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "the-secret",
        });
        const printed = await shell.json("--instance-id i-1");
        expect(printed.code).to.equal(1);
        expect(complaintsOf(printed.connection)).to.deep.equal(["problem API: InvalidAccessKeyId.NotFound"]);
        expect(printed.instances).to.deep.equal([]);
        expect(await shell.run("--instance-id i-1")).to.equal(1);
        expect(shell.out).to.include("What to do: Correct the credentials").and.not.to.include("the-secret");
        expect(shell.out).to.include("from ALIBABA_CLOUD_ACCESS_KEY_ID and");
    });

    it("says why it waits, whatever is in the message of the API", async () => {
        const shell = new Shell();
        shell.status = "retrying after 5s: Busy: \u001b[2Jtry\nlater";
        await shell.run("--instance-id i-1");
        expect(shell.err).to.equal("retrying after 5s: Busy: \ufffd[2Jtry later\n");
    });

    it("finds the missing permission without which it sees no instance", async () => {
        const printed = await new Shell(cloud({ describeInstances: refused })).json("--instance-id i-1");
        expect(printed.code).to.equal(3);
        expect(complaintsOf(printed.permissions)).to.deep.equal([
            "problem ecs:DescribeInstances: Forbidden.RAM",
        ]);
        expect(printed.instances[0]?.checks.map(({ status }) => status)).to.deep.equal(["not checked"]);
    });

    for (const [operation, permission, status, code] of [
        ["describeCloudAssistantStatus", "ecs:DescribeCloudAssistantStatus", "problem", 3],
        ["describeDisks", "ecs:DescribeDisks", "problem", 3],
        ["describeInstanceRamRole", "ecs:DescribeInstanceRamRole", "problem", 3],
        ["describeInvocations", "ecs:DescribeInvocations", "problem", 3],
        ["describeSnapshotGroups", "ecs:DescribeSnapshotGroups", "problem", 3],
        ["dryRunCommand", "ecs:RunCommand", "problem", 3],
        ["describeInvocationResults", "ecs:DescribeInvocationResults", "warning", 0],
        ["describeSendFileResults", "ecs:DescribeSendFileResults", "warning", 0],
    ] as const) {
        it(`finds that ${permission} is missing, as a ${status}, and checks the rest`, async () => {
            const printed = await new Shell(cloud({ [operation]: refused })).json("--instance-id i-1");
            expect(complaintsOf(printed.permissions)).to.have.length(1);
            expect(complaintsOf(printed.permissions)[0]).to.match(new RegExp(`^${status} ${permission}`));
            expect(printed.code).to.equal(code);
            expect(printed.instances[0]?.checks.find(({ check }) => check === "state")?.status).to.equal(
                "ok",
            );
        });
    }

    it("does not take an empty list of snapshot groups for a permission", async () => {
        const empty = await new Shell().json("--instance-id i-1");
        const line = empty.permissions.find(({ check }) => check === "ecs:DescribeSnapshotGroups");
        expect(line?.status).to.equal("not checked");
    });

    it("says that the plugin is at work on an instance", async () => {
        const running = () =>
            Promise.resolve([invocationOf({ commandContent: "app-snapshot-plugin", invokeId: "t-other" })]);
        const printed = await new Shell(cloud({ describeInvocations: running })).json("--instance-id i-1");
        expect(printed.code).to.equal(0);
        expect(complaintsOf(printed.instances[0]?.checks ?? [])).to.deep.equal(["warning running snapshot"]);
    });

    it("has a list for each of several instances, of which one unfit does not hide the others", async () => {
        const api = cloud({
            describeInstances: (ids) =>
                Promise.resolve(
                    (ids as readonly string[])
                        .filter((id) => id !== "i-gone")
                        .map((instanceId) => instanceOf({ instanceId })),
                ),
        });
        const printed = await new Shell(api).json("--instance-id i-1 --instance-id i-gone --instance-id i-2");
        expect(printed.code).to.equal(3);
        expect(
            printed.instances.map(({ instanceId, checks }) => [instanceId, ...complaintsOf(checks)]),
        ).to.deep.equal([["i-1"], ["i-gone", "problem instance: InstanceNotFound"], ["i-2"]]);
    });
});

describe("app-snapshot doctor --run", () => {
    const output = `
[manager]
/usr/local/bin/acs-plugin-manager
[metadata]
200
[metadata with a token]
200
[role]
AppSnapshotRoleName
[endpoints]
400
400
[script directory]
stat: cannot statx '/var/lib/app-snapshot': No such file or directory
[scripts]
[file systems]
xfs /dev/vda1 /
[disks]
vda bp1sys
[end]
`;

    /** A region whose commands end at the given look, with the result. */
    function commandCloud(ended: (instanceId: string) => Partial<InvocationResult> | undefined): ScriptedApi {
        const targets = new Map<string, readonly string[]>();
        return cloud({
            runCommand: ({ instanceIds }) => {
                const invokeId = `t-${targets.size + 1}`;
                targets.set(invokeId, instanceIds);
                return Promise.resolve({ invokeId, commandId: "c-1" });
            },
            describeInvocationResults: (filter) =>
                Promise.resolve(
                    typeof filter === "string"
                        ? (targets.get(filter) ?? []).map((instanceId) =>
                              resultOf({
                                  invokeId: filter,
                                  instanceId,
                                  ...(ended(instanceId) ?? {
                                      invocationStatus: "Running",
                                      exitCode: undefined,
                                  }),
                              }),
                          )
                        : [],
                ),
        });
    }

    const succeeds = () => ({ invocationStatus: "Success", exitCode: 0, output });

    it("says what it runs before it does, and adds what it finds", async () => {
        const shell = new Shell(commandCloud(succeeds));
        const printed = await shell.json("--instance-id i-1 --run --pre-script-path /root/pre.sh");
        expect(shell.err).to.match(
            /^Running this command as root on i-1\. It reads, and changes and freezes nothing:/,
        );
        expect(shell.err).to.include("    stat -c '%n %u %f' -- /root/pre.sh");
        expect(printed.code).to.equal(3);
        expect(complaintsOf(printed.instances[0]?.checks ?? [])).to.deep.equal([
            "problem script: ScriptsRefused",
        ]);
        const [[request] = []] = shell.api.argumentsOf("runCommand");
        expect(request).to.deep.include({
            instanceIds: ["i-1"],
            name: "app-snapshot-doctor",
            tags: [{ key: "app-snapshot:doctor", value: "check" }],
            type: "RunShellScript",
            timeoutSeconds: 60,
        });
    });

    it("makes the checks that its page lists, and no others", async () => {
        const listed = ["## What it checks", "## Looking from the instance"]
            .flatMap((heading) => tableRows(section(document("docs/doctor.md"), heading)))
            .flatMap(([name = ""]) => codeSpans(name));
        const shell = new Shell(commandCloud(succeeds));
        const { connection, instances } = await shell.json(
            "--instance-id i-1 --run --pre-script-path /root/pre.sh",
        );
        const made = [...connection, ...instances.flatMap(({ checks }) => checks)].map(({ check }) => check);
        // The one about an instance that does not exist.
        expect(listed).to.have.members([...new Set(made), "instance"]);
    });

    it("runs one command for each hundred Linux instances, and none on Windows", async () => {
        const shell = new Shell(commandCloud(succeeds));
        const ids = Array.from({ length: 250 }, (_, index) => `--instance-id i-${index}`);
        const printed = await shell.json(`${ids.join(" ")} --instance-id i-w1 --run`);
        expect(printed.code).to.equal(0);
        const requests = shell.api.argumentsOf("runCommand") as {
            readonly instanceIds: readonly string[];
        }[][];
        expect(requests.map(([request]) => request?.instanceIds.length)).to.deep.equal([100, 100, 50]);
        const windows = printed.instances.at(-1)?.checks.at(-1);
        expect(windows).to.include({ check: "command", status: "not checked" });
        expect(windows?.remedy).to.include("vssadmin list writers");
    });

    it("runs nothing where no command would arrive", async () => {
        const shell = new Shell(
            cloud({
                describeCloudAssistantStatus: (ids) =>
                    Promise.resolve(ids.map((instanceId) => agentOf({ instanceId, online: false }))),
            }),
        );
        const printed = await shell.json("--instance-id i-1 --run");
        expect(printed.code).to.equal(3);
        expect(shell.api.operations()).not.to.include("runCommand");
        expect(printed.instances[0]?.checks.at(-1)).to.include({ check: "command", status: "not checked" });
        expect(shell.err).to.equal("");
    });

    it("stops waiting for a command that does not end, names it, and fails", async () => {
        const shell = new Shell(commandCloud((id) => (id === "i-1" ? undefined : succeeds())));
        const printed = await shell.json("--instance-id i-1 --instance-id i-2 --run");
        expect(printed.code).to.equal(1);
        expect(shell.err).to.match(/app-snapshot: the command of --run has no result on some instances\n$/);
        const [slow, fast] = printed.instances.map(({ checks }) => checks.at(-1));
        expect(slow).to.include({ check: "command", status: "not checked" });
        expect(slow?.message).to.equal(
            "it has not ended in time; invocation t-1 may still be running: it only reads, and ends by itself within 60 seconds",
        );
        expect(fast).to.include({ check: "file systems", status: "ok" });
    });

    it("says why a command could not be run", async () => {
        const failed = { invocationStatus: "Failed", exitCode: undefined, errorCode: "ClientNotResponse" };
        const printed = await new Shell(commandCloud(() => failed)).json("--instance-id i-1 --run");
        expect(printed.code).to.equal(1);
        expect(printed.instances[0]?.checks.at(-1)?.message).to.include("status Failed");
        const ended = { invocationStatus: "Failed", exitCode: 1 };
        const strange = await new Shell(commandCloud(() => ended)).json("--instance-id i-1 --run");
        expect(strange.instances[0]?.checks.at(-1)?.message).to.equal("it ended with exit code 1");
        const unsent = await new Shell(cloud({ runCommand: refused })).json("--instance-id i-1 --run");
        expect(unsent.code).to.equal(1);
        expect(unsent.instances[0]?.checks.at(-1)?.message).to.match(/^the caller lacks a permission/);
    });

    it("ends at Ctrl-C, and says that the command may still be running", async () => {
        const api: ScriptedApi = commandCloud(() => {
            shell.interruption.abort();
            return undefined;
        });
        const shell: Shell = new Shell(api);
        const printed = await shell.json("--instance-id i-1 --run");
        expect(printed.code).to.equal(1);
        expect(printed.instances[0]?.checks.at(-1)?.message).to.match(
            /^interrupted; invocation t-1 may still be running: it only reads/,
        );
    });

    for (const operation of ["describeInstances", "describeSendFileResults"] as const) {
        it(`ends at Ctrl-C before the command, in ${operation}`, async () => {
            const shell: Shell = new Shell(
                cloud({
                    [operation]: () => {
                        shell.interruption.abort();
                        return Promise.reject(new Error("aborted"));
                    },
                }),
            );
            expect(await shell.run("--instance-id i-1 --run")).to.equal(1);
            expect(shell.err).to.equal("app-snapshot: interrupted\n");
            expect(shell.api.operations()).not.to.include("runCommand");
        });
    }
});
