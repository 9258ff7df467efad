import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";

import { expect } from "chai";

import { resolveSettings } from "../../provider/src/cloud/configuration/settings";
import type { EcsApi } from "../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../provider/src/cloud/ecs/api-error";
import { createEcsApi } from "../../provider/src/cloud/ecs/sdk-api";
import { createSdk, type Sdk } from "../../provider/src/cloud/ecs/sdk-client";
import { Shared } from "../../provider/src/runtime/shared";
import { startTestProxy, type TestProxy, type TestProxyOptions } from "../support/proxy/test-proxy";
import { type ApiServer, startApiServer } from "../unit/support/api-server";
import { FakeClock } from "../unit/support/fake-clock";
import { RecordingLogger } from "../unit/support/recording-logger";
import { rejectionOf } from "../unit/support/rejection";

type Values = Readonly<Record<string, string>>;

const regionId = "cn-hangzhou";
const endpoints = { tunnel: "https://ecs.example.com", forwarded: "http://ecs.example.com" } as const;
const user = ["builder", "hunter2@"] as const;

/** The requests that a call makes at least while it is retried. */
const manyRequests = 5;

describe("a proxy", () => {
    let ecs: ApiServer;
    let proxy: TestProxy;
    let clock: FakeClock;
    let log: RecordingLogger;

    beforeEach(async () => {
        ecs = await startApiServer();
        [clock, log] = [new FakeClock(), new RecordingLogger()];
        proxy = await startTestProxy();
    });
    afterEach(async () => {
        await proxy.close();
        await ecs.close();
    });

    const startProxy = async (options: TestProxyOptions): Promise<TestProxy> => {
        await proxy.close();
        proxy = await startTestProxy(options);
        proxy.map("ecs.example.com:80", Number(new URL(ecs.url).port));
        return proxy;
    };

    /** Returns the API as in a process with certain variables. */
    const apiOf = (variables: Values, timeoutMs = 30_000): EcsApi => {
        const environment = {
            ALIBABA_CLOUD_ACCESS_KEY_ID: "id",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret",
            ...variables,
        };
        const settings = resolveSettings(() => undefined, environment);
        const timeouts = { connectMs: timeoutMs, readMs: timeoutMs };
        let sdk: Promise<Sdk> | undefined;
        return createEcsApi({
            connect: () => {
                sdk ??= createSdk(settings, regionId, timeouts);
                sdk.catch(() => (sdk = undefined));
                return sdk;
            },
            regionId,
            shared: new Shared(),
            retry: { clock, random: () => 0.5, signal: new AbortController().signal, log },
        });
    };
    const through = (endpoint: keyof typeof endpoints, url = proxy.url): Values => ({
        ALIBABA_CLOUD_ECS_ENDPOINT: endpoints[endpoint],
        HTTPS_PROXY: url,
        HTTP_PROXY: url,
    });
    /** The endpoint by an address for which a proxy is asked, unlike for that of the loopback interface. */
    const otherUrl = (): string => ecs.url.replace("127.0.0.1", "0.0.0.0");
    const variableOf = { tunnel: "HTTPS_PROXY", forwarded: "HTTP_PROXY" } as const;

    const expectNoSecret = (error: ApiCallError): void => {
        const reported = error.toAppSnapshotError("i-1");
        const texts = [error.message, error.stack, reported.message, reported.stack];
        const everything = [...texts, inspect(error, { depth: 10 }), inspect(reported, { depth: 10 })];
        expect(everything.join("\n")).not.to.match(/hunter2|Signature/);
        expect(inspect(log, { depth: 10 })).not.to.include("hunter2");
    };

    for (const endpoint of ["tunnel", "forwarded"] as const) {
        it(`that requires a password is an error at once (${endpoint})`, async () => {
            await startProxy({ user: ["builder", "other"] });
            const url = `http://${user.map(encodeURIComponent).join(":")}@${proxy.host}`;
            const failing = apiOf(through(endpoint, url)).describeInstances(["i-1"]);
            const error = await rejectionOf(ApiCallError, failing);
            expect(error.toAppSnapshotError().message)
                .to.include("ProxyFailed")
                .and.to.include(
                    `the proxy ${proxy.host} of ${variableOf[endpoint]} answered with status 407, it refuses the user or the password; endpoint ecs.example.com, region cn-hangzhou`,
                );
            expect(proxy.requests).to.have.length(1);
            expect(ecs.operations).to.be.empty;
            expectNoSecret(error);
        });

        it(`that can't be reached is named, after the usual retries (${endpoint})`, async () => {
            await startProxy({ user });
            await proxy.close();
            const error = await rejectionOf(
                ApiCallError,
                apiOf(through(endpoint)).describeInstances(["i-1"]),
            );
            expect(error.toAppSnapshotError().code).to.equal("ProxyFailed");
            expect(error.description).to.include(
                `the proxy ${proxy.host} of ${variableOf[endpoint]} can't be reached, or closed the connection (ECONNREFUSED)`,
            );
            expect(clock.sleeps.length).to.be.above(manyRequests);
            expectNoSecret(error);
        });
    }

    for (const [refusal, reason] of [
        [502, "answered with status 502"],
        [503, "answered with status 503"],
        ["closes", "can't be reached, or closed the connection (ECONNRESET)"],
    ] as const) {
        it(`that fails to connect is asked again (${refusal})`, async () => {
            await startProxy({ user, refusal });
            const error = await rejectionOf(
                ApiCallError,
                apiOf(through("tunnel")).describeInstances(["i-1"]),
            );
            expect(error.toAppSnapshotError().code).to.equal("ProxyFailed");
            expect(error.description).to.include(reason);
            expect(proxy.requests.length).to.be.above(manyRequests);
            expectNoSecret(error);
        });
    }

    it("that refuses the endpoint is an error at once", async () => {
        await startProxy({ user, refusal: 403 });
        const error = await rejectionOf(ApiCallError, apiOf(through("tunnel")).describeInstances(["i-1"]));
        expect(error.description).to.include("answered with status 403");
        expect(proxy.requests).to.have.length(1);
        expectNoSecret(error);
    });

    it("that never answers is given up like an endpoint that does not", async () => {
        await startProxy({ user, refusal: "is silent" });
        const tunnel = apiOf(through("tunnel"), 20).describeInstances(["i-1"]);
        const error = await rejectionOf(ApiCallError, tunnel);
        expect(error.toAppSnapshotError().code).to.equal("ProxyFailed");
        expect(error.description).to.include("(no answer in time)");
        const forwarded = apiOf(through("forwarded"), 20).describeInstances(["i-1"]);
        const other = await rejectionOf(ApiCallError, forwarded);
        expect(other.description).to.equal(
            `the request timed out; endpoint ecs.example.com, region cn-hangzhou, through the proxy ${proxy.host} of HTTP_PROXY`,
        );
        [error, other].forEach(expectNoSecret);
    });

    it("whose answer to a forwarded call is not the API's is named with the endpoint", async () => {
        await startProxy({ user, refusal: 502 });
        const error = await rejectionOf(ApiCallError, apiOf(through("forwarded")).describeInstances(["i-1"]));
        expect(error.toAppSnapshotError().code).to.equal("ApiUnreachable");
        expect(error.description).to.equal(
            `the answer was not JSON; endpoint ecs.example.com, region cn-hangzhou, through the proxy ${proxy.host} of HTTP_PROXY`,
        );
    });

    it("that fails for a while only delays a call", async () => {
        await startProxy({});
        proxy.loseAnswer(() => ecs.operations.length > 0);
        await apiOf(through("forwarded")).describeInstances(["i-1"]);
        expect(ecs.operations).to.deep.equal(["DescribeInstances", "DescribeInstances"]);
        expect(proxy.requests).to.have.length(2);
    });

    it("is not asked for this machine and the hosts of NO_PROXY, even if its URL is wrong", async () => {
        const wrong = { HTTP_PROXY: "socks5://proxy.example" };
        for (const variables of [
            { ALIBABA_CLOUD_ECS_ENDPOINT: ecs.url },
            { ALIBABA_CLOUD_ECS_ENDPOINT: otherUrl(), NO_PROXY: "example.com, 0.0.0.0" },
        ]) {
            await apiOf({ ...wrong, ...variables }).describeInstances(["i-1"]);
        }
        expect(ecs.operations).to.have.length(2);
        expect(() => apiOf({ ...wrong, ALIBABA_CLOUD_ECS_ENDPOINT: otherUrl() })).to.throw("InvalidSetting");
    });

    it("passes on the request to a credentials URI, and what it issues is used", async () => {
        await startProxy({ user });
        const session = { AccessKeyId: "STS.1", AccessKeySecret: "secret", SecurityToken: "token" };
        const service = createServer((_request, response) => {
            response.end(JSON.stringify({ Code: "Success", ...session, Expiration: "2099-01-01T00:00:00Z" }));
        });
        await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
        proxy.map("credentials.example.com:80", (service.address() as AddressInfo).port);
        try {
            await apiOf({
                ...through("forwarded"),
                ALIBABA_CLOUD_ACCESS_KEY_ID: "",
                ALIBABA_CLOUD_ACCESS_KEY_SECRET: "",
                ALICLOUD_CREDENTIALS_URI: "http://credentials.example.com/session",
            }).describeInstances(["i-1"]);
        } finally {
            service.closeAllConnections();
            service.close();
        }
        expect(proxy.requests.map(({ destination }) => destination)).to.deep.equal([
            "credentials.example.com:80",
            "ecs.example.com:80",
        ]);
        expect(ecs.requests[0]?.headers).to.include({ "x-acs-accesskey-id": "STS.1" });
        expect(ecs.requests[0]?.headers).not.to.have.any.keys("proxy-authorization");
    });

    it("changes nothing for other users of the SDK in the process", async () => {
        await startProxy({});
        const variables = { ...through("forwarded"), ALIBABA_CLOUD_ECS_ENDPOINT: otherUrl() };
        proxy.map(new URL(otherUrl()).host, Number(new URL(ecs.url).port));
        await apiOf(variables).describeInstances(["i-1"]);
        expect(proxy.requests).to.have.length(1);
        const settings = resolveSettings(() => undefined, {
            ALIBABA_CLOUD_ACCESS_KEY_ID: "id",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret",
            ALIBABA_CLOUD_ECS_ENDPOINT: otherUrl(),
        });
        const { client, models } = await createSdk(settings, regionId);
        await client.describeInstances(new models.DescribeInstancesRequest({ regionId }));
        expect(ecs.operations).to.have.length(2);
        expect(proxy.requests).to.have.length(1);
    });
});
