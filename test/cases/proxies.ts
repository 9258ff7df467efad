import { join } from "node:path";

import { expect } from "chai";
import { defaultFixture } from "pulumi-alicloud-app-snapshot-emulator";

import { behindProxy, endpointHost } from "../support/proxy/proxied-stack";
import type { ProxiedRequest, TestProxy } from "../support/proxy/test-proxy";
import { killAtPlugin, startPlugin } from "../support/stack/interruption";
import {
    calls,
    expectFailure,
    expectSuccess,
    groupIds,
    instances,
    linuxSnapshot,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import { session, withAssumedRole } from "../support/sts/assumed-role";
import { certificateFile } from "../support/tls/tls-identity";
import { until } from "../support/until";

const resources = [linuxSnapshot("a", instances.withRole)];
const update = { resources, instanceId: instances.withRole };

/** All characters of it that have a meaning in a URL are percent-encoded there. */
const password = "canary@Proxy:7/Pass%Word";
const user = ["builder@corp", password] as const;
const shownPassword = /canary|Proxy:7|Pass%/i;

const withTls = { ALIBABA_CLOUD_ECS_ENDPOINT: `https://${endpointHost}` };
const withoutTls = { ALIBABA_CLOUD_ECS_ENDPOINT: `http://${endpointHost}` };
const trusting = { ...withTls, NODE_EXTRA_CA_CERTS: certificateFile };

/** Returns the requests, without those of the engine, which looks for its own programs and plugins. */
function requestsOf(proxy: TestProxy): ProxiedRequest[] {
    return proxy.requests.filter(({ destination }) => !/(?:github|pulumi)\.com:443$/.test(destination));
}

export function proxies(how: string, scenario: Scenario): void {
    describe(`behind a proxy, ${how}`, () => {
        it("all calls pass it, also those of destroy and orphans; its password appears nowhere", () =>
            behindProxy({ user }, ({ proxy, open }, environment) =>
                scenario(
                    async ({ emulator, stack }) => {
                        const front = await open(emulator);
                        const up = expectSuccess(await stack.up(resources, "--debug"));
                        expect(up.output).not.to.match(shownPassword);
                        expect(await stack.writtenState()).not.to.match(shownPassword);
                        expect(calls(emulator, "RunCommand")).to.have.length(1);
                        const afterUp = emulator.ledger.length;

                        const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");
                        const args = [cli, "orphans", "--stack", stack.name];
                        const search = await stack.runProgram(process.execPath, args);
                        expect(search).to.deep.include({ code: 0, stderr: "" });
                        expect(emulator.ledger.length).to.be.above(afterUp);

                        const destroy = expectSuccess(await stack.destroy("--debug"));
                        expect(destroy.output).not.to.match(shownPassword);
                        expect(emulator.state.snapshotGroups).to.be.empty;

                        const connected = requestsOf(proxy).map(({ destination }) => destination);
                        expect(new Set(connected)).to.deep.equal(new Set([`${endpointHost}:443`]));
                        expect(front.connections, "connections").to.equal(connected.length);
                        // Connections are used again.
                        expect(connected.length).to.be.below(emulator.ledger.length / 2);
                    },
                    { stack: { environment: { ...environment, ...trusting } } },
                ),
            ));

        it("with TLS of its own, calls pass it too, with and without TLS of the endpoint", () =>
            behindProxy({ user, tls: true }, ({ proxy, open }, environment) =>
                scenario(
                    async ({ emulator, stack }) => {
                        await open(emulator);
                        expectSuccess(await stack.up(resources));
                        expect(requestsOf(proxy).every(({ method }) => method === "CONNECT")).to.equal(true);
                        const tunnels = requestsOf(proxy).length;
                        const other = await stack.another({
                            environment: { ...environment, ...trusting, ...withoutTls },
                            stackName: "other",
                        });
                        expectSuccess(await other.up(resources));
                        expect(
                            requestsOf(proxy)
                                .slice(tunnels)
                                .every(({ method }) => method === "POST"),
                        ).to.equal(true);
                        expect(calls(emulator, "RunCommand")).to.have.length(2);
                        await other.remove();
                    },
                    { stack: { environment: { ...environment, ...trusting } } },
                ),
            ));

        it("a role is assumed through it, and its calls pass it", () =>
            behindProxy({ user }, ({ proxy, open }, environment) =>
                withAssumedRole({}, ({ environment: noKeys, config }, sts) =>
                    scenario(
                        async ({ emulator, stack }) => {
                            await open(emulator);
                            proxy.map("sts.example.com:443", Number(sts.host.split(":")[1]));
                            expectSuccess(await stack.up(resources));
                            expect(sts.requests).not.to.be.empty;
                            const destinations = new Set(
                                requestsOf(proxy).map(({ destination }) => destination),
                            );
                            expect(destinations).to.have.all.keys(
                                "sts.example.com:443",
                                `${endpointHost}:443`,
                            );
                        },
                        {
                            emulator: { fixture: { ...defaultFixture(), credentials: [session] } },
                            stack: {
                                environment: { ...environment, ...noKeys, ...trusting },
                                config: {
                                    ...config,
                                    "alicloud:endpoints": JSON.stringify([{ sts: "sts.example.com" }]),
                                },
                            },
                        },
                    ),
                ),
            ));

        it("calls of an endpoint without TLS are forwarded by it", () =>
            behindProxy({ user }, ({ proxy, open }, environment) =>
                scenario(
                    async ({ emulator, stack }) => {
                        await open(emulator);
                        expectSuccess(await stack.up(resources));
                        const operations = requestsOf(proxy).map(({ operation }) => operation);
                        expect(operations).to.deep.equal(emulator.ledger.map(({ action }) => action));
                        expect(operations).to.include("RunCommand");
                    },
                    { stack: { environment: { ...environment, ...withoutTls } } },
                ),
            ));

        for (const [what, endpoint] of Object.entries({ tunnel: trusting, "forwarded call": withoutTls })) {
            it(`a command is started once, even if the proxy loses the answer of a ${what}`, () =>
                behindProxy({}, ({ proxy, open }, environment) =>
                    scenario(
                        async ({ emulator, stack }) => {
                            await open(emulator);
                            proxy.loseAnswer(() => calls(emulator, "RunCommand").length > 0);
                            expectSuccess(await stack.up(resources));
                            const started = calls(emulator, "RunCommand");
                            expect(started, "requests").to.have.length(2);
                            const tokens = started.map(({ params }) => params["ClientToken"]);
                            expect(new Set(tokens), "client tokens").to.have.length(1);
                            expect(emulator.state.invocations).to.have.length(1);
                            expect(emulator.state.snapshotGroups).to.have.length(1);
                        },
                        { stack: { environment: { ...environment, ...endpoint } } },
                    ),
                ));
        }

        it("an update is finished after a single Ctrl-C", () =>
            behindProxy({}, ({ open }, environment) =>
                scenario(
                    async ({ emulator, stack }) => {
                        await open(emulator);
                        const running = await startPlugin(emulator, stack, update);
                        running.interrupt();
                        emulator.controls.releasePlugin(update.instanceId);
                        await running.ended;
                        const [snapshot] = await stack.snapshots();
                        expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
                    },
                    { stack: { environment: { ...environment, ...trusting } } },
                ),
            ));

        it("the provider's process of a killed update ends, and the next update adopts the snapshot", () =>
            behindProxy({}, ({ open }, environment) =>
                scenario(
                    async ({ emulator, stack }) => {
                        await open(emulator);
                        await killAtPlugin(emulator, stack, update);
                        await until(async () => (await stack.providerProcesses()).length === 0);
                        emulator.controls.releasePlugin(update.instanceId);
                        expectSuccess(await stack.up(resources));
                        expect(calls(emulator, "RunCommand")).to.have.length(1);
                        expect(groupIds(emulator)).to.have.length(1);
                    },
                    { stack: { environment: { ...environment, ...trusting } } },
                ),
            ));

        it("that requires a password, the error names the proxy and its variable, before any call", () =>
            behindProxy({ user }, ({ proxy, open }) =>
                scenario(
                    async ({ emulator, stack }) => {
                        await open(emulator);
                        const up = expectFailure(await stack.up(resources, "--debug"));
                        expect(up.output).to.include("ProxyFailed");
                        expect(up.output).to.include(
                            `the proxy ${proxy.host} of HTTPS_PROXY answered with status 407`,
                        );
                        expect(up.output).not.to.include("canary");
                        expect(emulator.ledger).to.be.empty;
                        expect(await stack.snapshots()).to.be.empty;
                        expect(requestsOf(proxy)).to.have.length.within(1, 9);
                    },
                    {
                        stack: {
                            environment: { ...trusting, HTTPS_PROXY: `http://builder:canary@${proxy.host}` },
                        },
                    },
                ),
            ));

        it("whose certificate is not trusted, the error names NODE_EXTRA_CA_CERTS, and nothing is sent", () =>
            behindProxy({}, ({ open }, environment) =>
                scenario(
                    async ({ emulator, stack }) => {
                        await open(emulator);
                        const up = expectFailure(await stack.up(resources));
                        expect(up.output).to.match(/CertificateNotTrusted: .*DEPTH_ZERO_SELF_SIGNED_CERT/s);
                        expect(up.output).to.include("set NODE_EXTRA_CA_CERTS to the path");
                        expect(emulator.ledger).to.be.empty;
                        expect(await stack.snapshots()).to.be.empty;
                    },
                    { stack: { environment: { ...environment, ...withTls } } },
                ),
            ));

        it("whose URL is wrong, the preview names its variable, and the form that it must have", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const up = expectFailure(await stack.preview(resources));
                    expect(up.output).to.match(/InvalidSetting: .*HTTPS_PROXY begins with socks5:\/\//s);
                    expect(up.output).to.include("http://proxy.example.com:3128");
                    expect(up.output).not.to.include("canary");
                    expect(emulator.ledger).to.be.empty;
                },
                {
                    stack: {
                        environment: { ...withTls, HTTPS_PROXY: "socks5://builder:canary@127.0.0.1:1080" },
                    },
                },
            ));

        it("hosts of NO_PROXY and this machine's own are asked without it", () =>
            behindProxy({ refusal: 403 }, ({ proxy }, environment) =>
                scenario(
                    async ({ emulator, stack }) => {
                        expectSuccess(await stack.up(resources));
                        expect(calls(emulator, "RunCommand")).to.have.length(1);
                        expect(requestsOf(proxy)).to.be.empty;
                    },
                    { stack: { environment } },
                ),
            ));
    });
}
