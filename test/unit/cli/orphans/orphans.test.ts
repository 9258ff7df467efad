import { join } from "node:path";

import { expect } from "chai";

import type { PulumiResult } from "../../../../provider/src/cli/command/pulumi";
import type { Services } from "../../../../provider/src/cli/command/services";
import { runCommandLine } from "../../../../provider/src/cli/command-line";
import type { Settings } from "../../../../provider/src/cloud/configuration/settings";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { FakeCloud, neverEnds } from "../../support/fake-cloud";
import { urn } from "../../support/samples";
import { apiError } from "../../support/scripted-api";
import { handAndForget, takeAndForget } from "./support";

const type = "pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot";
const region = "cn-hangzhou";

/** A folder in a project called "program". */
const projectFolder = join(__dirname, "..", "..", "..", "e2e", "program", "folder");

function exported(...snapshots: SnapshotOutputs[]): string {
    const resources = snapshots.map((outputs) => ({ urn, type, id: outputs.snapshotGroupId, outputs }));
    return JSON.stringify({ version: 3, deployment: { resources } });
}

/** A shell in an empty folder outside any project, with a cloud of one region. */
class Shell {
    out = "";
    err = "";
    readonly questions: string[] = [];
    readonly pulumiCalls: string[] = [];
    readonly connected: { readonly settings: Settings; readonly regionId: string }[] = [];
    /** The outputs of `pulumi stack export` in turn; the last one is repeated. */
    states: string[] = [exported()];
    /** The output of `pulumi stack --show-name --fully-qualify-stack-names`. */
    fullName: PulumiResult = { code: 0, stdout: "dev\n", stderr: "" };
    configuration: PulumiResult = { code: 0, stdout: "{}", stderr: "" };
    environment: Record<string, string> = { ALIBABA_CLOUD_REGION: region };
    answer: boolean | undefined = undefined;
    folder = "/";

    constructor(readonly cloud = new FakeCloud()) {}

    async run(line: string): Promise<number> {
        [this.out, this.err] = ["", ""];
        return runCommandLine(line.split(" "), this.services());
    }

    /** The printed JSON. */
    get json(): Record<string, unknown> & { readonly orphans: readonly Record<string, unknown>[] } {
        return JSON.parse(this.out) as Shell["json"];
    }

    private services(): Services {
        const { answer } = this;
        return {
            environment: this.environment,
            folder: this.folder,
            runPulumi: (args) => Promise.resolve(this.pulumi(args)),
            connect: (settings, regionId) => {
                this.connected.push({ settings, regionId });
                return { ...this.cloud.context, regionId };
            },
            print: (text) => (this.out += text),
            note: (text) => (this.err += text),
            terminal: { colours: false },
            readInput: () => Promise.reject(new Error("The search reads nothing.")),
            interruption: () => new AbortController().signal,
            confirm:
                answer === undefined
                    ? undefined
                    : (question) => {
                          this.questions.push(question);
                          return Promise.resolve(answer);
                      },
        };
    }

    private pulumi(args: readonly string[]): PulumiResult {
        this.pulumiCalls.push(args.join(" "));
        if (args[0] === "config") {
            return this.configuration;
        }
        if (args.includes("--show-name")) {
            return this.fullName;
        }
        const [stdout = ""] = this.states.length > 1 ? this.states.splice(0, 1) : this.states;
        return { code: 0, stdout, stderr: "" };
    }
}

const list = "orphans --stack dev --project shop";
const remove = `${list} --delete --yes`;

describe("app-snapshot orphans", () => {
    it("says that there are none, and where it looked", async () => {
        const shell = new Shell();
        expect(await shell.run(list)).to.equal(0);
        expect(shell.out).to.equal("No orphans of the stack dev of the project shop in cn-hangzhou.\n");
        expect(shell.pulumiCalls).to.deep.equal([
            "stack export --stack dev",
            "stack --show-name --fully-qualify-stack-names --stack dev",
        ]);
    });

    it("lists unrecorded runs, with the remedy, and changes nothing", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        expect(await shell.run(list)).to.equal(3);
        expect(shell.out).to.match(
            /^left +snapshot group +cn-hangzhou +ssg-1 +i-bp1sample +2025-.* by t-1$/m,
        );
        expect(shell.out).to.match(/^left: No state recorded it.*--delete/m);
        expect(shell.cloud.groups.size).to.equal(1);
        expect(shell.cloud.stateOf("t-1")).to.equal("open");
    });

    it("does not list snapshots in the state", async () => {
        const shell = new Shell();
        shell.states = [exported(await takeAndForget(shell.cloud))];
        expect(await shell.run("orphans --stack dev")).to.equal(0);
    });

    it("shows handed runs, with the remedy, and fails", async () => {
        const shell = new Shell();
        await handAndForget(shell.cloud);
        expect(await shell.run(list)).to.equal(3);
        expect(shell.out).to.match(/^handed +snapshot group +cn-hangzhou +ssg-1 /m);
        expect(shell.out).to.match(/^handed: An update .* handed it to Pulumi.*--include-handed/m);
        expect(await shell.run(`${list} --json`)).to.equal(3);
        expect(shell.json.orphans[0]).to.include({ id: "ssg-1", status: "handed" });
    });

    it("shows retained groups separately, and succeeds", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        shell.cloud.commit("t-1");
        expect(await shell.run(list)).to.equal(0);
        expect(shell.out)
            .to.match(/^No orphans/)
            .and.match(/Retained: 1[^]*ssg-1/);
    });

    it("prints JSON and nothing else on standard output", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        expect(await shell.run(`${list} --json`)).to.equal(3);
        const { orphans, ...rest } = shell.json;
        expect(rest).to.deep.equal({ stack: "dev", project: "shop", regions: [region], retained: [] });
        expect(orphans).to.have.length(1);
        expect(orphans[0]).to.deep.include({
            kind: "snapshot-group",
            id: "ssg-1",
            regionId: region,
            instanceId: "i-bp1sample",
            creationTime: "2025-01-02T03:04:06Z",
            status: "left",
            invokeId: "t-1",
        });
    });

    it("searches the regions of the state, of the settings and of the command line, each once", async () => {
        const shell = new Shell();
        const outputs = await takeAndForget(shell.cloud, { regionId: "cn-beijing" });
        shell.states = [exported({ ...outputs, regionId: "cn-beijing" })];
        await shell.run(`${list} --region cn-shanghai --region cn-beijing`);
        expect(shell.connected.map(({ regionId }) => regionId)).to.deep.equal([
            "cn-beijing",
            region,
            "cn-shanghai",
        ]);
    });

    it("names the region in which a search failed", async () => {
        const shell = new Shell(
            new FakeCloud([{}], { describeInvocations: () => Promise.reject(apiError("Forbidden.RAM")) }),
        );
        expect(await shell.run(list)).to.equal(1);
        expect(shell.err).to.match(/^app-snapshot: cn-hangzhou: Forbidden.RAM/m);
    });
});

describe("app-snapshot orphans, its settings", () => {
    it("need a region", async () => {
        const shell = new Shell();
        shell.environment = {};
        expect(await shell.run(list)).to.equal(1);
        expect(shell.err).to.match(/No region is known.*--region/);
        expect(shell.cloud.api.calls).to.be.empty;
    });

    it("need a project", async () => {
        const shell = new Shell();
        expect(await shell.run("orphans --stack dev")).to.equal(1);
        expect(shell.err).to.match(/--project/);
    });

    it("are the environment alone outside a project, and the output says so", async () => {
        const shell = new Shell();
        await shell.run(list);
        expect(shell.err).to.match(/no Pulumi.yaml here.*the environment alone counts/);
    });

    it("are the stack's configuration in a project, before the environment, and no secret is printed", async () => {
        const shell = new Shell();
        shell.folder = projectFolder;
        const entries = {
            "alicloud:region": { value: "cn-chengdu", secret: false },
            "alicloud:accessKey": { value: "the-id", secret: true },
            "alicloud:secretKey": { value: "the-secret", secret: true },
            // The form in which `pulumi config --json --show-secrets` shows an object with a secret.
            "alicloud:assumeRole": {
                value: '{"externalId":"the-secret-id","roleArn":"acs:ram::1:role/deploy"}',
                objectValue: { externalId: "the-secret-id", roleArn: "acs:ram::1:role/deploy" },
                secret: true,
            },
        };
        shell.configuration = { code: 0, stdout: JSON.stringify(entries), stderr: "" };
        expect(await shell.run("orphans --stack dev")).to.equal(0);
        expect(shell.out).to.match(/the project program in cn-chengdu/);
        expect(shell.connected[0]).to.deep.include({ regionId: "cn-chengdu" });
        const { source, assumeRole } = shell.connected[0]?.settings.credentials ?? {};
        expect(source).to.deep.include({ accessKeySecret: "the-secret" });
        expect(assumeRole).to.deep.include({
            roleArn: "acs:ram::1:role/deploy",
            externalId: "the-secret-id",
        });
        expect(shell.out + shell.err).to.not.include("the-secret");
        shell.configuration = { code: 0, stdout: "the-secret", stderr: "" };
        expect(await shell.run("orphans --stack dev")).to.equal(1);
        expect(shell.out + shell.err).to.not.include("the-secret");
    });

    it("are refused if the project's configuration can't be read", async () => {
        const shell = new Shell();
        shell.folder = projectFolder;
        shell.configuration = { code: 255, stdout: "", stderr: "error: incorrect passphrase\n" };
        expect(await shell.run("orphans --stack dev")).to.equal(1);
        expect(shell.err).to.match(/pulumi config.*failed: error: incorrect passphrase/);
        expect(shell.connected).to.be.empty;
    });

    it("include the organization of the backend, even if --stack lacks it", async () => {
        for (const name of ["dev", "acme/dev", "acme/shop/dev"]) {
            const shell = new Shell();
            await takeAndForget(shell.cloud, { organization: "acme" });
            expect(await shell.run(`orphans --stack ${name} --project shop`), name).to.equal(0);
            shell.fullName = { code: 0, stdout: "acme/shop/dev\n", stderr: "" };
            expect(await shell.run(`orphans --stack ${name} --project shop`), name).to.equal(3);
            expect(shell.out).to.include("ssg-1");
        }
    });

    it("include the namespace, which distinguishes stacks of one name", async () => {
        const shell = new Shell(new FakeCloud([{}], {}, { namespace: "ours" }));
        await takeAndForget(shell.cloud);
        expect(await shell.run(list)).to.equal(3);
        expect(shell.out).to.include("ssg-1");
    });

    it("include no organization if the backend has none, whatever it calls that", async () => {
        for (const stdout of ["dev\n", "organization/shop/dev\n"]) {
            const shell = new Shell();
            await takeAndForget(shell.cloud);
            shell.fullName = { code: 0, stdout, stderr: "" };
            expect(await shell.run(list), stdout).to.equal(3);
        }
    });

    it("are refused if the backend does not tell the organization: everything would look like an orphan", async () => {
        const shell = new Shell();
        shell.fullName = { code: 255, stdout: "", stderr: "error: no stack named 'dev' found\n" };
        expect(await shell.run(list)).to.equal(1);
        expect(shell.err).to.match(/pulumi stack --show-name.*failed: error: no stack named/);
        expect(shell.connected).to.be.empty;
    });

    it("are described by --help, with the time that Cloud Assistant remembers runs", async () => {
        const shell = new Shell();
        expect(await shell.run("orphans --help")).to.equal(0);
        expect(shell.out)
            .to.match(/^Usage:/)
            .and.match(/30 days/)
            .and.match(/Exit code/);
        expect(shell.err).to.equal("");
    });

    it("do not matter for a wrong command line, which is refused with the usage", async () => {
        const shell = new Shell();
        expect(await shell.run("orphans --stack dev --dry-run")).to.equal(2);
        expect(shell.err)
            .to.match(/--dry-run/)
            .and.match(/Usage:/);
        expect(shell.out).to.equal("");
    });
});

describe("app-snapshot orphans --delete", () => {
    it("shows and then deletes leftover orphans, and succeeds", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        expect(await shell.run(remove)).to.equal(0);
        expect(shell.out).to.match(/^Orphans[^]*^removed snapshot group ssg-1 /m);
        expect(shell.err).to.match(/Make sure that no update is running/);
        expect(shell.cloud.groups.size).to.equal(0);
        expect(shell.cloud.stateOf("t-1")).to.equal("closed");
        expect(await shell.run(remove)).to.equal(0);
    });

    it("asks on a terminal, and follows the answer", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        shell.answer = false;
        expect(await shell.run(`${list} --delete`)).to.equal(3);
        expect(shell.questions).to.deep.equal(["Delete these 1? [y/N] "]);
        expect(shell.cloud.groups.size).to.equal(1);
        shell.answer = true;
        expect(await shell.run(`${list} --delete`)).to.equal(0);
        expect(shell.cloud.groups.size).to.equal(0);
    });

    it("is refused without a terminal and --yes, before anything is looked up", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        shell.cloud.api.calls.length = 0;
        expect(await shell.run(`${list} --delete`)).to.equal(2);
        expect(shell.err).to.match(/--yes/);
        expect(shell.cloud.api.calls).to.be.empty;
        expect(shell.pulumiCalls).to.be.empty;
    });

    it("asks nothing if there is nothing that it may delete", async () => {
        const shell = new Shell(new FakeCloud([neverEnds]));
        await takeAndForget(shell.cloud).catch(() => undefined);
        shell.answer = true;
        expect(await shell.run(`${list} --delete`)).to.equal(3);
        expect(shell.questions).to.be.empty;
        expect(shell.cloud.stateOf("t-1")).to.equal("open");
    });

    it("reads the state once more, and skips orphans that it holds by then", async () => {
        const shell = new Shell();
        const outputs = await takeAndForget(shell.cloud);
        shell.states = [exported(), exported(outputs)];
        expect(await shell.run(remove)).to.equal(3);
        expect(shell.out).to.match(/^skipped snapshot group ssg-1 .*the state holds it now/m);
        expect(shell.cloud.groups.size).to.equal(1);
    });

    it("counts retained groups that should have been deleted as skipped", async () => {
        const shell = new Shell();
        const outputs = await takeAndForget(shell.cloud);
        shell.cloud.commit("t-1");
        shell.states = [exported(), exported(outputs)];
        expect(await shell.run(`${remove} --include-committed`)).to.equal(3);
        expect(shell.cloud.groups.size).to.equal(1);
    });

    it("keeps handed runs, unless an option includes them", async () => {
        const shell = new Shell();
        await handAndForget(shell.cloud);
        for (const others of ["", " --include-recent --include-committed"]) {
            expect(await shell.run(`${remove}${others}`), others).to.equal(3);
            expect(shell.cloud.groups.size).to.equal(1);
            expect(shell.cloud.stateOf("t-1")).to.equal("handed");
        }
        expect(await shell.run(`${remove} --include-handed`)).to.equal(0);
        expect(shell.cloud.groups.size).to.equal(0);
        expect(shell.cloud.stateOf("t-1")).to.equal("closed");
    });

    it("keeps retained groups, unless an option includes them", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        shell.cloud.commit("t-1");
        expect(await shell.run(remove)).to.equal(0);
        expect(shell.cloud.groups.size).to.equal(1);
        expect(await shell.run(`${remove} --include-committed`)).to.equal(0);
        expect(shell.cloud.groups.size).to.equal(0);
        expect(shell.cloud.stateOf("t-1")).to.equal("closed");
    });

    it("continues after a failure, names it, and fails", async () => {
        const cloud: FakeCloud = new FakeCloud([{}], {
            deleteSnapshotGroup: (id) => {
                if (id === "ssg-2") {
                    return Promise.reject(apiError("Forbidden.RAM"));
                }
                cloud.groups.delete(id);
                return Promise.resolve([]);
            },
        });
        const shell = new Shell(cloud);
        await takeAndForget(cloud);
        cloud.commit("t-1");
        await takeAndForget(cloud, { triggers: [2] });
        expect(await shell.run(`${remove} --include-committed`)).to.equal(1);
        expect(shell.out).to.match(/^failed snapshot group ssg-2 .*Forbidden.RAM/m);
        expect(shell.out).to.match(/^removed snapshot group ssg-1 /m);
    });

    it("prints JSON with each result, and everything else on standard error", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        expect(await shell.run(`${remove} --json`)).to.equal(0);
        expect(shell.json.orphans[0]).to.include({ id: "ssg-1", outcome: "removed" });
        expect(shell.err).to.match(/^Orphans/m);
    });

    it("touches nothing if it does not understand the state", async () => {
        const shell = new Shell();
        await takeAndForget(shell.cloud);
        shell.states = ["no state"];
        expect(await shell.run(remove)).to.equal(1);
        expect(shell.err).to.match(/pulumi stack export/);
        expect(shell.cloud.groups.size).to.equal(1);
    });
});
