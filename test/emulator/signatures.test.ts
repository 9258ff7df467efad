import { DescribeInstancesRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import { defaultFixture } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, linux1, refusal, region, sdk, start } from "./support";

function request(): DescribeInstancesRequest {
    return new DescribeInstancesRequest({ regionId: region, instanceIds: JSON.stringify([linux1]) });
}
const call = { action: "DescribeInstances", params: { RegionId: region, "Tag.1.Key": "a b*~'()/?=+&ü" } };

describe("emulator: signatures", () => {
    afterEach(closeAll);

    it("accepts the official SDK", async () => {
        const emulator = await start();
        const answer = await sdk(emulator).describeInstances(request());
        expect(answer.body?.instances?.instance?.[0]?.instanceId).to.equal(linux1);
        expect(emulator.ledger[0]).to.include({
            sequence: 1,
            action: "DescribeInstances",
            accessKeyId: "emulator",
            status: 200,
        });
        expect(emulator.ledger[0]?.params).to.deep.equal({
            RegionId: region,
            InstanceIds: JSON.stringify([linux1]),
        });
    });

    it("accepts parameters in the query and in the form body, by GET and POST", async () => {
        const emulator = await start();
        for (const carrier of ["query", "form"] as const) {
            expect((await rawCall(emulator, { ...call, carrier })).status).to.equal(200);
        }
        expect((await rawCall(emulator, { ...call, method: "GET" })).status).to.equal(200);
    });

    it("refuses a wrong secret", async () => {
        const emulator = await start();
        const error = await refusal(sdk(emulator, { accessKeySecret: "wrong" }).describeInstances(request()));
        expect(error).to.include({ code: "SignatureDoesNotMatch", statusCode: 400 });
        expect(emulator.ledger[0]).to.include({ status: 400, code: "SignatureDoesNotMatch" });
    });

    it("refuses an unknown access key", async () => {
        const emulator = await start();
        const error = await refusal(sdk(emulator, { accessKeyId: "nobody" }).describeInstances(request()));
        expect(error).to.include({ code: "InvalidAccessKeyId.NotFound", statusCode: 404 });
    });

    it("refuses a request whose parameter was changed after signing", async () => {
        const emulator = await start();
        const answer = await rawCall(emulator, {
            ...call,
            tamper: ({ url }) => {
                url.searchParams.set("RegionId", "cn-beijing");
            },
        });
        expect(answer.body.Code).to.equal("SignatureDoesNotMatch");
    });

    it("refuses a form that was changed after signing", async () => {
        const emulator = await start();
        const answer = await rawCall(emulator, {
            ...call,
            carrier: "form",
            tamper: (sent) => {
                sent.body = sent.body.replace(region, "cn-beijing");
            },
        });
        expect(answer.status).to.equal(400);
        expect(answer.body.Code).to.be.oneOf(["SignatureDoesNotMatch", "IncompleteSignature"]);
    });

    it("refuses times more than 15 minutes off, in both directions", async () => {
        const emulator = await start();
        for (const minutes of [-16, 16]) {
            const date = new Date(Date.now() + minutes * 60_000);
            const answer = await rawCall(emulator, { ...call, date });
            expect(answer.body.Code, String(minutes)).to.equal("InvalidTimeStamp.Expired");
        }
        const late = await rawCall(emulator, { ...call, date: new Date(Date.now() - 14 * 60_000) });
        expect(late.status).to.equal(200);
    });

    it("refuses a nonce that was used, but does not count that of a forged request", async () => {
        const emulator = await start();
        await rawCall(emulator, { ...call, nonce: "once", secret: "wrong" });
        expect((await rawCall(emulator, { ...call, nonce: "once" })).status).to.equal(200);
        const again = await rawCall(emulator, { ...call, nonce: "once" });
        expect(again.body.Code).to.equal("SignatureNonceUsed");
    });

    it("takes session credentials with their token only, until they expire", async () => {
        const fixture = defaultFixture();
        const keys = { accessKeyId: "STS.a", accessKeySecret: "s" };
        fixture.credentials.push(
            { ...keys, securityToken: "the-token" },
            {
                accessKeyId: "STS.old",
                accessKeySecret: "s",
                securityToken: "old",
                expiration: "2020-01-01T00:00:00Z",
            },
        );
        const emulator = await start({ fixture });
        const session = sdk(emulator, { ...keys, securityToken: "the-token" });
        expect((await session.describeInstances(request())).statusCode).to.equal(200);
        const without = await rawCall(emulator, { ...call, accessKeyId: "STS.a", secret: "s" });
        expect(without.body.Code).to.equal("MissingSecurityToken");
        const other = await rawCall(emulator, {
            ...call,
            accessKeyId: "STS.a",
            secret: "s",
            token: "x",
        });
        expect(other.body.Code).to.equal("InvalidSecurityToken.Malformed");
        const old = await rawCall(emulator, {
            ...call,
            accessKeyId: "STS.old",
            secret: "s",
            token: "old",
        });
        expect(old.body.Code).to.equal("InvalidSecurityToken.Expired");
    });

    it("refuses unknown actions and versions", async () => {
        const emulator = await start();
        const unknown = await rawCall(emulator, { action: "MakeCoffee" });
        expect(unknown.status).to.equal(404);
        expect(unknown.body.Code).to.equal("InvalidAction.NotFound");
        const inherited = await rawCall(emulator, { action: "constructor" });
        expect(inherited.body.Code).to.equal("InvalidAction.NotFound");
        const version = await rawCall(emulator, { ...call, version: "2014-05-27" });
        expect(version.body.Code).to.equal("InvalidVersion");
    });

    it("refuses a request that leaves a header unsigned which decides what it means", async () => {
        const emulator = await start();
        const answer = await rawCall(emulator, {
            ...call,
            tamper: ({ headers }) => {
                headers.authorization = (headers.authorization ?? "").replace("x-acs-action;", "");
            },
        });
        expect(answer.body.Code).to.equal("IncompleteSignature");
    });

    it("refuses a request without any signature, with a complete error body", async () => {
        const emulator = await start();
        const answer = await fetch(`${emulator.url}/?Action=DescribeInstances&Version=2014-05-26`);
        const body = (await answer.json()) as Record<string, unknown>;
        expect(answer.status).to.equal(400);
        expect(Object.keys(body).sort()).to.deep.equal([
            "Code",
            "HostId",
            "Message",
            "Recommend",
            "RequestId",
        ]);
        expect(body.Code).to.equal("IncompleteSignature");
    });

    it("names the missing RAM action when the key's policy lacks it", async () => {
        const fixture = defaultFixture();
        fixture.credentials = [
            { accessKeyId: "emulator", accessKeySecret: "emulator", allow: ["ecs:Describe*"] },
        ];
        const emulator = await start({ fixture });
        expect((await rawCall(emulator, call)).status).to.equal(200);
        const answer = await rawCall(emulator, { action: "RunCommand" });
        expect(answer.status).to.equal(403);
        expect(answer.body.Code).to.equal("Forbidden.RAM");
        expect(answer.body.Message).to.contain("ecs:RunCommand");
    });
});
