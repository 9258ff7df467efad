import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { commandContext } from "../../../../provider/src/cli/command/command-context";
import type { CredentialSource } from "../../../../provider/src/cloud/configuration/credentials";
import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { createCredential } from "../../../../provider/src/cloud/ecs/credential";
import { CredentialsError } from "../../../../provider/src/cloud/ecs/credentials-error";
import { createEcsApi } from "../../../../provider/src/cloud/ecs/sdk-api";
import { createSdk } from "../../../../provider/src/cloud/ecs/sdk-client";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { Shared } from "../../../../provider/src/runtime/shared";
import { type ApiServer, startApiServer } from "../../support/api-server";
import { FakeClock } from "../../support/fake-clock";
import { longerSleeps } from "../../support/longer-sleeps";
import { RecordingLogger } from "../../support/recording-logger";
import { rejectionOf } from "../../support/rejection";

const hourMs = 3_600_000;

/** A service that issues temporary credentials, valid for an hour. */
class CredentialService {
    /** The statuses of the first answers, before it issues credentials. */
    readonly refusals: number[] = [];
    handed = 0;
    private readonly server: Server = createServer((_request, response) => {
        const status = this.refusals.shift() ?? 200;
        response.statusCode = status;
        this.handed += status === 200 ? 1 : 0;
        const expiration = new Date(Date.now() + hourMs).toISOString().replace(/\.\d+/, "");
        const session = {
            Code: "Success",
            AccessKeyId: `STS.${this.handed}`,
            AccessKeySecret: "hunter2",
            SecurityToken: "hunter2",
            Expiration: expiration,
        };
        response.end(JSON.stringify(status === 200 ? session : { message: "hunter2" }));
    });

    async start(): Promise<void> {
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    }

    get source(): CredentialSource {
        const { port } = this.server.address() as AddressInfo;
        return { kind: "uri", uri: `http://127.0.0.1:${port}/hunter2` };
    }

    async close(): Promise<void> {
        await new Promise<void>((resolve) => {
            this.server.close(() => {
                resolve();
            });
            this.server.closeAllConnections();
        });
    }
}

/** The clock that the library reads, advanced by a test. */
class LaterClock {
    private readonly real = Date.now;

    pass(durationMs: number): void {
        const before = Date.now;
        Date.now = () => before() + durationMs;
    }

    restore(): void {
        Date.now = this.real;
    }
}

const options = { regionId: "cn-hangzhou", timeouts: { connectMs: 30_000, readMs: 30_000 } };

describe("credentials from a service", () => {
    const clock = new LaterClock();
    let service: CredentialService;
    let ecs: ApiServer;
    let retryClock: FakeClock;
    let log: RecordingLogger;
    let api: EcsApi;

    beforeEach(async () => {
        service = new CredentialService();
        await service.start();
        ecs = await startApiServer();
        retryClock = new FakeClock();
        log = new RecordingLogger();
        let sdk: ReturnType<typeof createSdk> | undefined;
        api = createEcsApi({
            connect: () => {
                sdk ??= createSdk(settings(), "cn-hangzhou");
                sdk.catch(() => (sdk = undefined));
                return sdk;
            },
            regionId: "cn-hangzhou",
            shared: new Shared(),
            retry: { clock: retryClock, random: () => 0.5, signal: new AbortController().signal, log },
        });
    });
    afterEach(async () => {
        clock.restore();
        await service.close();
        await ecs.close();
    });

    const settings = (): Parameters<typeof createSdk>[0] => ({
        regionId: undefined,
        endpoint: { protocol: "http", host: new URL(ecs.url).host },
        namespace: undefined,
        defaultTags: {},
        credentials: { source: service.source },
    });

    it("are requested again, like a call, when the service fails in a passing way", async () => {
        service.refusals.push(503, 500);
        await api.describeInstances(["i-1"]);
        expect(ecs.operations).to.deep.equal(["DescribeInstances"]);
        expect(longerSleeps(retryClock)).to.have.length(2);
    });

    it("are also requested again by the command that lists orphans", async () => {
        service.refusals.push(503);
        const context = commandContext(settings(), "cn-hangzhou", { clock: retryClock, log });
        await context.api.describeInstances(["i-1"]);
        expect(ecs.operations).to.deep.equal(["DescribeInstances"]);
    });

    it("are missing at once when the service has none", async () => {
        service.refusals.push(404);
        const error = await rejectionOf(AppSnapshotError, api.describeInstances(["i-1"]));
        expect(error.code).to.equal("MissingCredentials");
        expect(error.message).to.include("the credentials URI returned none: the answer had the status 404");
        expect(error.message).not.to.include("hunter2");
        expect(longerSleeps(retryClock)).to.deep.equal([]);
    });

    it("are missing when the service never answers, and its address is not shown", async () => {
        const source = service.source;
        await service.close();
        const created = createCredential({ source }, options);
        const error = await rejectionOf(CredentialsError, created);
        expect(error.retryClass).to.equal("again");
        const reported = error.toAppSnapshotError("i-1");
        expect(reported.code).to.equal("MissingCredentials");
        expect(reported.message).to.include("the connection failed (ECONNREFUSED)");
        expect(reported.message + (reported.stack ?? "")).not.to.include("hunter2");
    });

    it("are renewed before they expire", async () => {
        await api.describeInstances(["i-1"]);
        clock.pass(hourMs - 600_000);
        await api.describeInstances(["i-1"]);
        expect(service.handed).to.equal(2);
    });

    it("are used while they are valid, even if their renewal fails", async () => {
        await api.describeInstances(["i-1"]);
        clock.pass(hourMs - 600_000);
        service.refusals.push(503);
        await api.describeInstances(["i-1"]);
        expect(longerSleeps(retryClock)).to.deep.equal([]);
    });

    it("that have expired are not used; a call waits until they can be renewed", async () => {
        await api.describeInstances(["i-1"]);
        clock.pass(2 * hourMs);
        service.refusals.push(503);
        await api.describeInstances(["i-1"]);
        expect(longerSleeps(retryClock)).to.have.length(1);
        expect(ecs.requests.at(-1)?.headers["x-acs-accesskey-id"]).to.equal("STS.2");
        expect(log.of("debug").join("\n")).to.include("could not be renewed").and.not.to.include("hunter2");
    });

    it("that can't be renewed at all are reported without a secret", async () => {
        await api.describeInstances(["i-1"]);
        clock.pass(2 * hourMs);
        await service.close();
        const error = await rejectionOf(CredentialsError, api.describeInstances(["i-1"]));
        expect(error.retryClass).to.equal("again");
        const reported = error.toAppSnapshotError();
        expect(reported.code).to.equal("CredentialsNotRenewed");
        expect(reported.message).to.include("could not be renewed");
        expect(reported.message).not.to.match(/hunter2|the ECS API/);
        expect(ecs.operations).to.have.length(1);
    });
});

describe("existing credentials", () => {
    it("are those of the settings, never completed from the environment", async () => {
        const before = process.env["ALIBABA_CLOUD_SECURITY_TOKEN"];
        process.env["ALIBABA_CLOUD_SECURITY_TOKEN"] = "other";
        try {
            const source = { kind: "static", accessKeyId: "id", accessKeySecret: "secret" } as const;
            const plain = await (await createCredential({ source }, options)).getCredential();
            expect(plain).to.deep.include({ accessKeyId: "id", accessKeySecret: "secret" });
            expect(plain.securityToken ?? "").to.equal("");
            const temporary = await createCredential(
                { source: { ...source, securityToken: "token" } },
                options,
            );
            expect((await temporary.getCredential()).securityToken).to.equal("token");
        } finally {
            if (before === undefined) {
                delete process.env["ALIBABA_CLOUD_SECURITY_TOKEN"];
            } else {
                process.env["ALIBABA_CLOUD_SECURITY_TOKEN"] = before;
            }
        }
    });
});
