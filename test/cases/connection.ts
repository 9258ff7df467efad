import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { defaultFixture } from "pulumi-alicloud-app-snapshot-emulator";

import { calls, expectFailure, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import { owner, roleArn, session, withAssumedRole } from "../support/sts/assumed-role";

const resources = [linuxSnapshot("a", instances.withRole)];
const noKeys = { ALIBABA_CLOUD_ACCESS_KEY_ID: undefined, ALIBABA_CLOUD_ACCESS_KEY_SECRET: undefined };
const canary = "canary4Secret7Access2Key";

/** The packages that the runtime has loaded into a provider's process before this one. */
const inProviderAnyway = ["@grpc/grpc-js", "@pulumi/pulumi"];

/**
 * More than check and diff need. If they need more for a good reason, raise it; but what only a call of the cloud needs
 * belongs behind `cloudWork` (provider/src/pulumi/engine).
 */
const mostFiles = 85;

/** What the package loaded into a provider's process. */
interface Loads {
    readonly files: readonly string[];
    readonly packages: readonly string[];
}

function loadsIn(log: string): Loads {
    const lines = [...new Set(log.split("\n"))];
    const of = (kind: string): string[] =>
        lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
    return { files: of("file"), packages: of("package") };
}

export function connectionSettings(how: string, scenario: Scenario): void {
    describe(`the connection settings, ${how}`, () => {
        it("name all places where a missing region may be set, before any call", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const up = expectFailure(await stack.up(resources));
                    expect(up.output).to.match(/regionId is not set/);
                    expect(up.output).to.match(/pulumi config set alicloud:region <region>/);
                    expect(up.output).to.match(/ALIBABA_CLOUD_REGION/);
                    expect(emulator.ledger).to.be.empty;
                },
                { stack: { config: {} } },
            ));

        it("name all places where missing credentials may be set", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const up = expectFailure(await stack.up(resources));
                    expect(up.output).to.match(/MissingCredentials/);
                    expect(up.output).to.match(/alicloud:accessKey/);
                    expect(up.output).to.match(/ALIBABA_CLOUD_ACCESS_KEY_ID/);
                    expect(emulator.ledger).to.be.empty;
                },
                { stack: { environment: noKeys } },
            ));

        it("say that a key is wrong, without showing its secret, and leave nothing", () =>
            scenario(
                async ({ stack }) => {
                    const up = expectFailure(await stack.up(resources));
                    expect(up.output).to.match(
                        /SignatureDoesNotMatch: the secret does not belong to the access key/,
                    );
                    expect(up.output).not.to.include(canary);
                    expect(await stack.snapshots()).to.be.empty;
                },
                { stack: { environment: { ALIBABA_CLOUD_ACCESS_KEY_SECRET: canary } } },
            ));

        it("come from the stack's configuration first; nothing of them gets into the state, the output or a log", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const up = expectSuccess(await stack.up(resources, "--debug"));
                    expect(emulator.ledger.every((entry) => entry.accessKeyId === "configured")).to.equal(
                        true,
                    );
                    const withoutOwnConfig = up.output
                        .split("\n")
                        .filter((line) => !line.includes("alicloud:secretKey"));
                    expect(withoutOwnConfig.join("\n")).not.to.include(canary);
                    const [snapshot] = await stack.snapshots();
                    expect(JSON.stringify(snapshot)).not.to.include(canary);
                    expectSuccess(await stack.destroy());
                },
                {
                    emulator: {
                        fixture: withCredential({ accessKeyId: "configured", accessKeySecret: canary }),
                    },
                    stack: {
                        config: {
                            "alicloud:region": "cn-hangzhou",
                            "alicloud:accessKey": "configured",
                            "alicloud:secretKey": canary,
                        },
                    },
                },
            ));

        it("may be temporary credentials", () =>
            scenario(
                async ({ emulator, stack }) => {
                    expectSuccess(await stack.up(resources));
                    expect(emulator.ledger.every((entry) => entry.accessKeyId === "STS.session")).to.equal(
                        true,
                    );
                },
                {
                    emulator: {
                        fixture: withCredential({
                            accessKeyId: "STS.session",
                            accessKeySecret: "sessionSecret",
                            securityToken: "sessionToken",
                        }),
                    },
                    stack: {
                        environment: {
                            ALIBABA_CLOUD_ACCESS_KEY_ID: "STS.session",
                            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "sessionSecret",
                            ALIBABA_CLOUD_SECURITY_TOKEN: "sessionToken",
                        },
                    },
                },
            ));

        it("may be a profile of the aliyun CLI, and a region and an endpoint of @pulumi/alicloud's keys", () =>
            scenario(async ({ emulator, stack }) => {
                const home = join(stack.folder, "aliyun-home");
                const profile = {
                    name: "ci",
                    mode: "AK",
                    access_key_id: "emulator",
                    access_key_secret: "emulator",
                };
                await mkdir(join(home, ".aliyun"), { recursive: true });
                await writeFile(
                    join(home, ".aliyun", "config.json"),
                    JSON.stringify({
                        current: "other",
                        profiles: [{ ...profile, name: "other", access_key_id: "no" }, profile],
                    }),
                );
                const other = await stack.another({
                    environment: { ...noKeys, HOME: home, ALIBABA_CLOUD_ECS_ENDPOINT: undefined },
                    config: {
                        "alicloud:region": "cn-hangzhou",
                        "alicloud:profile": "ci",
                        "alicloud:endpoints": JSON.stringify([{ ecs: emulator.url }]),
                    },
                });
                expectSuccess(await other.up(resources));
                expect(calls(emulator, "RunCommand")).to.have.length(1);
                await other.remove();
            }));

        it("may be a role that is assumed: its temporary key makes every call, also those of destroy and orphans", () =>
            withAssumedRole({}, (settings) =>
                scenario(
                    async ({ emulator, stack }) => {
                        expectSuccess(await stack.up(resources));
                        const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");
                        const args = [cli, "orphans", "--stack", stack.name];
                        const search = await stack.runProgram(process.execPath, args);
                        expect(search).to.deep.include({ code: 0, stderr: "" });
                        const searched = emulator.ledger.length;
                        expectSuccess(await stack.destroy());
                        expect(calls(emulator, "DeleteSnapshotGroup")).to.have.length(1);
                        expect(emulator.ledger.length).to.be.above(searched);
                        expect(
                            emulator.ledger.every(({ accessKeyId }) => accessKeyId === session.accessKeyId),
                        ).to.equal(true);
                    },
                    { emulator: { fixture: withCredential(session) }, stack: settings },
                ),
            ));

        it("may name a role that can't be assumed: the error has its name and the reason, before any call", () =>
            withAssumedRole({ trusted: false }, (settings) =>
                scenario(
                    async ({ emulator, stack }) => {
                        const up = expectFailure(await stack.up(resources));
                        expect(up.output).to.match(/RoleNotAssumed/);
                        expect(up.output).to.include(roleArn);
                        expect(up.output).to.match(/STS answered NoPermission/);
                        expect(up.output).not.to.include(owner.accessKeySecret);
                        expect(emulator.ledger).to.be.empty;
                        expect(await stack.snapshots()).to.be.empty;
                    },
                    { emulator: { fixture: withCredential(session) }, stack: settings },
                ),
            ));

        it("are refused by name where @pulumi/alicloud would call in another way, before any call", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const up = expectFailure(await stack.up(resources));
                    expect(up.output).to.match(/InvalidSetting/);
                    expect(up.output).to.match(/alicloud:sourceIp can't be used/);
                    expect(up.output).not.to.include(canary);
                    expect(emulator.ledger).to.be.empty;
                },
                { stack: { config: { "alicloud:region": "cn-hangzhou", "alicloud:sourceIp": canary } } },
            ));

        it("leave a snapshot in its region when they name another one, and its row says so without a call", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up(resources));
                await stack.setConfig("alicloud:region", "cn-beijing");
                const before = emulator.ledger.length;
                const stays = /Stays in cn-hangzhou: .*cn-beijing.*Set regionId: "cn-hangzhou"/;
                expect(expectSuccess(await stack.preview(resources)).output).to.match(stays);
                const up = expectSuccess(await stack.up(resources));
                expect(up.output)
                    .to.match(stays)
                    .and.to.match(/2 unchanged/);
                expect(emulator.ledger).to.have.length(before);

                const named = [linuxSnapshot("a", instances.withRole, { regionId: "cn-hangzhou" })];
                const again = expectSuccess(await stack.up(named));
                expect(again.output)
                    .to.match(/2 unchanged/)
                    .and.not.to.include("Stays in");
                expectSuccess(await stack.destroy());
                expect(emulator.state.snapshotGroups).to.be.empty;
            }));

        it("load no cloud SDK, and few files, for a preview, nor for an update that changes nothing", async () => {
            const folder = await mkdtemp(join(tmpdir(), "app-snapshot-loads-"));
            const log = join(folder, "log");
            const hook = join(__dirname, "log-loads.js");
            const loaded = async (): Promise<Loads> => {
                const text = await readFile(log, "utf8").catch(() => "");
                await writeFile(log, "");
                return loadsIn(text);
            };
            const expectFew = ({ files, packages }: Loads, when: string): void => {
                expect(packages, when).to.have.members(inProviderAnyway);
                expect(files, when).to.include("dynamic-provider.js").and.to.have.length.below(mostFiles);
            };
            await scenario(
                async ({ stack }) => {
                    expectSuccess(await stack.preview(resources));
                    expectFew(await loaded(), "in a preview");
                    expectSuccess(await stack.up(resources));
                    const { files, packages } = await loaded();
                    expect(packages, "in a creation")
                        .to.include("@alicloud/ecs20140526")
                        .and.not.to.include("hpagent");
                    expect(files, "in a creation").to.have.length.above(mostFiles);
                    const again = expectSuccess(await stack.up(resources));
                    expect(again.output).to.match(/2 unchanged/);
                    expectFew(await loaded(), "in an unchanged update");
                },
                { stack: { environment: { NODE_OPTIONS: `--require ${hook}`, TEST_LOADS_LOG: log } } },
            ).finally(() => rm(folder, { recursive: true, force: true }));
        });
    });
}

function withCredential(credential: {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken?: string;
}): ReturnType<typeof defaultFixture> {
    return { ...defaultFixture(), credentials: [credential] };
}
