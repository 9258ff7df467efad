import { createHash, createHmac } from "node:crypto";

import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { createEcsApi } from "../../../../provider/src/cloud/ecs/sdk-api";
import { createSdk } from "../../../../provider/src/cloud/ecs/sdk-client";
import { Shared } from "../../../../provider/src/runtime/shared";
import { type ApiServer, type SentRequest, startApiServer } from "../../support/api-server";
import { FakeClock } from "../../support/fake-clock";
import { RecordingLogger } from "../../support/recording-logger";
import { rejectionOf } from "../../support/rejection";

const accessKeySecret = "the secret";

function sha256(bytes: Buffer | string): string {
    return createHash("sha256").update(bytes).digest("hex");
}

function encoded(text: string): string {
    return encodeURIComponent(text).replace(/[!'()*]/g, (character) =>
        `%${character.charCodeAt(0).toString(16)}`.toUpperCase(),
    );
}

/** Returns the signature of a request by the rules of ACS3-HMAC-SHA256, without the SDK's code. */
function expectedSignature({ method, url, headers, body }: SentRequest): string {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const query = [...searchParams]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${encoded(key)}=${encoded(value)}`)
        .join("&");
    const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1]?.split(";") ?? [];
    const canonical = [
        method,
        pathname,
        query,
        ...names.map((name) => `${name}:${String(headers[name])}`),
        "",
        names.join(";"),
        sha256(body),
    ].join("\n");
    return createHmac("sha256", accessKeySecret)
        .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
        .digest("hex");
}

function form({ body }: SentRequest): Record<string, string> {
    return Object.fromEntries(new URLSearchParams(body.toString("utf8")));
}
function query({ url }: SentRequest): Record<string, string> {
    return Object.fromEntries(new URL(url, "http://localhost").searchParams);
}

describe("the SDK's client", () => {
    let server: ApiServer;
    let api: EcsApi;

    beforeEach(async () => {
        server = await startApiServer({ RequestId: "R-1", InvokeId: "f-1", CommandId: "c-1" });
        const { host } = new URL(server.url);
        const settings = {
            regionId: "cn-hangzhou",
            endpoint: { protocol: "http", host },
            namespace: undefined,
            defaultTags: {},
            credentials: { source: { kind: "static", accessKeyId: "id", accessKeySecret } },
        } as const;
        api = createEcsApi({
            connect: () => createSdk(settings, "cn-hangzhou"),
            regionId: "cn-hangzhou",
            shared: new Shared(),
            retry: {
                clock: new FakeClock(),
                random: () => 0.5,
                signal: new AbortController().signal,
                log: new RecordingLogger(),
            },
        });
    });
    afterEach(() => server.close());

    it("names the host and the region if no answer comes, and nothing of the request", async () => {
        await server.close();
        const error = await rejectionOf(ApiCallError, send("hunter2"));
        const { host } = new URL(server.url);
        expect(error.toAppSnapshotError().message).to.include(
            `Details: SendFile: the connection failed (ECONNREFUSED); endpoint ${host}, region cn-hangzhou\n`,
        );
    });

    it("uses a separate host for each region, also for a misspelt one", async () => {
        const credentials = { source: { kind: "static", accessKeyId: "id", accessKeySecret } } as const;
        const unset = { regionId: undefined, endpoint: undefined, namespace: undefined };
        const settings = { ...unset, defaultTags: {}, credentials };
        const { host } = await createSdk(settings, "cn-hangzou");
        expect(host).to.equal("ecs.cn-hangzou.aliyuncs.com");
    });

    const send = (content: string): Promise<string> =>
        api.sendFile({
            instanceIds: ["i-1"],
            targetDirectory: "/var/lib/app-snapshot",
            name: "name",
            content,
            tags: [{ key: "k", value: "v" }],
            clientToken: "token",
        });

    function onlyRequest(): SentRequest {
        const [request, ...others] = server.requests;
        expect(others).to.deep.equal([]);
        if (request === undefined) {
            throw new Error("There was no request.");
        }
        return request;
    }

    it("sends the content of a file in the body, and everything else in the URL", async () => {
        const content = "#!/bin/sh\necho 'hunter2' + &=% 数据\n";
        expect(await send(content)).to.equal("f-1");
        const request = onlyRequest();
        expect(server.operations).to.deep.equal(["SendFile"]);
        expect(request.method).to.equal("POST");
        expect(request.headers["content-type"]).to.match(/^application\/x-www-form-urlencoded\b/);
        expect(form(request)).to.deep.equal({ Content: Buffer.from(content).toString("base64") });
        expect(query(request)).to.deep.equal({
            RegionId: "cn-hangzhou",
            Name: "name",
            TargetDir: "/var/lib/app-snapshot",
            ContentType: "Base64",
            "InstanceId.1": "i-1",
            FileMode: "0700",
            FileOwner: "root",
            FileGroup: "root",
            Overwrite: "false",
            Timeout: "60",
            ClientToken: "token",
            "Tag.1.Key": "k",
            "Tag.1.Value": "v",
        });
    });

    it("signs both", async () => {
        for (const content of ["#!/bin/sh\n", "#!/bin/sh\n\u00fb\u00ff\u00fe\u03ff?>~ +/="]) {
            server.requests.length = 0;
            await send(content);
            const request = onlyRequest();
            expect(request.headers["x-acs-content-sha256"]).to.equal(sha256(request.body));
            const signed = /SignedHeaders=([^,]+)/.exec(request.headers.authorization ?? "")?.[1]?.split(";");
            expect(signed).to.include.members(["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date"]);
            expect(request.headers.authorization).to.include(`Signature=${expectedSignature(request)}`);
        }
    });

    it("sends the longest script, which fits into no URL", async () => {
        // Its base64 form consists of slashes, each of which takes three characters in a URL.
        const content = `#!/bin/sh\n${"?".repeat(24_566)}`;
        expect(Buffer.byteLength(content)).to.equal(24_576);
        expect(await send(content)).to.equal("f-1");
        const request = onlyRequest();
        expect(form(request)["Content"]).to.have.length(32_768);
        expect(Buffer.from(form(request)["Content"] ?? "", "base64").toString("utf8")).to.equal(content);
        expect(request.url.length).to.be.below(1_000);
        expect(request.headers.authorization).to.include(`Signature=${expectedSignature(request)}`);
    });

    it("sends everything else in the URL, as ever", async () => {
        await api.runCommand({
            instanceIds: ["i-1"],
            type: "RunShellScript",
            commandContent: "echo",
            name: "n",
            timeoutSeconds: 60,
            tags: [],
            clientToken: "token",
        });
        await api.describeSendFileResults("f-1");
        for (const request of server.requests) {
            expect(request.body.length).to.equal(0);
            expect(request.headers.authorization).to.include(`Signature=${expectedSignature(request)}`);
        }
        const [command, results] = server.requests;
        expect(query(command ?? onlyRequest())).to.include({
            CommandContent: Buffer.from("echo").toString("base64"),
            ClientToken: "token",
        });
        expect(query(results ?? onlyRequest())).to.deep.equal({
            RegionId: "cn-hangzhou",
            InvokeId: "f-1",
            MaxResults: "50",
        });
    });
});
