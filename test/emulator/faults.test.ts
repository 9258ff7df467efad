import { expect } from "chai";
import type { Emulator, Fault } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import {
    closeAll,
    linux1,
    linux2,
    refusal,
    region,
    role,
    sdk,
    send,
    start,
    startStill,
    until,
} from "./support";

function describeInstances(emulator: Emulator) {
    return rawCall(emulator, { action: "DescribeInstances", params: { RegionId: region } });
}

describe("emulator: faults", () => {
    afterEach(closeAll);

    it("do not occur by themselves", async () => {
        const emulator = await start();
        expect(emulator.faults.pending).to.equal(0);
        expect((await describeInstances(emulator)).status).to.equal(200);
        expect(emulator.ledger[0]).to.not.have.property("faulted");
    });

    it("hit the chosen operation the chosen number of times, after the chosen number of calls", async () => {
        const emulator = await start();
        emulator.faults.add({ action: "DescribeInstances", kind: "http-500", times: 2, after: 1 });
        const statuses: number[] = [];
        for (let call = 0; call < 4; call++) {
            await rawCall(emulator, { action: "DescribeDisks", params: { RegionId: region } });
            statuses.push((await describeInstances(emulator)).status);
        }
        expect(statuses).to.deep.equal([200, 500, 500, 200]);
        expect(emulator.ledger.map((entry) => entry.faulted)).to.deep.equal([
            undefined,
            undefined,
            undefined,
            "http-500",
            undefined,
            "http-500",
            undefined,
            undefined,
        ]);
    });

    it("hit only calls with certain parameters, or all operations", async () => {
        const emulator = await start();
        emulator.faults.add({
            action: "*",
            kind: "unavailable",
            times: Infinity,
            when: (params) => params["InstanceId.1"] === linux2,
        });
        const client = sdk(emulator);
        await send(client, linux1, "true");
        expect(await refusal(send(client, linux2, "true"))).to.include({
            code: "ServiceUnavailable",
            statusCode: 503,
            name: "ServerError",
        });
        emulator.faults.clear();
        await send(client, linux2, "true");
    });

    it("break the connection before the call takes effect", async () => {
        const emulator = await start();
        emulator.faults.add({ action: "RunCommand", kind: "reset-before" });
        const error = await refusal(send(sdk(emulator), linux1, "true"));
        expect(error.message).to.match(/socket hang up|ECONNRESET/);
        expect(emulator.state.invocations).to.deep.equal([]);
        expect(emulator.ledger[0]).to.include({ status: 0, faulted: "reset-before" });
    });

    it("break the connection after the call took effect; the ledger has the lost answer", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.faults.add({ action: "RunCommand", kind: "reset-after" });
        await refusal(send(client, linux1, "true", { clientToken: "lost" }));
        expect(emulator.state.invocations).to.have.length(1);
        expect(emulator.ledger[0]).to.include({ status: 0, faulted: "reset-after" });
        const again = await send(client, linux1, "true", { clientToken: "lost" });
        expect(emulator.ledger[0]?.body?.InvokeId).to.equal(again);
        expect(emulator.state.invocations).to.have.length(1);
    });

    const answers: [Partial<Fault> & Pick<Fault, "kind">, number, string][] = [
        [{ kind: "http-500" }, 500, "InternalError"],
        [{ kind: "unavailable" }, 503, "ServiceUnavailable"],
        [{ kind: "idempotent-processing" }, 403, "IdempotentProcessing"],
        [{ kind: "throttled" }, 429, "Throttling.User"],
        [{ kind: "throttled", code: "Rejected.Throttling", status: 400 }, 400, "Rejected.Throttling"],
        [
            { kind: "error", status: 409, code: "Operation.Conflict", message: "later" },
            409,
            "Operation.Conflict",
        ],
    ];
    for (const [fault, status, code] of answers) {
        it(`answer ${status} ${code} for ${JSON.stringify(fault)}`, async () => {
            const emulator = await start({ behaviour: { throttlingStatus: 429 } });
            emulator.faults.add({ action: "DescribeInstances", ...fault });
            const answer = await describeInstances(emulator);
            expect(answer.status).to.equal(status);
            expect(answer.body.Code).to.equal(code);
            expect(emulator.ledger[0]).to.include({ status, code });
        });
    }

    it("tell a throttled client when to come back, in milliseconds", async () => {
        const emulator = await start();
        emulator.faults.add({ action: "RunCommand", kind: "throttled", retryAfterMs: 1234 });
        const error = await refusal(send(sdk(emulator), linux1, "true"));
        expect(error).to.include({ name: "ThrottlingError", code: "Throttling.User", retryAfter: 1234 });
    });

    it("answer with an HTML page, as a load balancer does", async () => {
        const emulator = await start();
        emulator.faults.add({ action: "DescribeInstances", kind: "bad-gateway" });
        const answer = await describeInstances(emulator);
        expect(answer.status).to.equal(502);
        expect(answer.headers.get("content-type")).to.equal("text/html");
        expect(answer.text).to.contain("<html>");
    });

    it("answer with nothing, as a success or as an error, having acted or not", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.faults.add(
            { action: "RunCommand", kind: "empty" },
            { action: "RunCommand", kind: "empty", status: 500, processed: true },
        );
        await refusal(send(client, linux1, "true"));
        expect(emulator.state.invocations).to.have.length(0);
        expect(emulator.ledger[0]?.status).to.equal(200);
        await refusal(send(client, linux1, "true"));
        expect(emulator.state.invocations).to.have.length(1);
        expect(emulator.ledger[1]?.status).to.equal(500);
    });

    it("delay a call", async () => {
        const { emulator, clock } = await startStill();
        emulator.faults.add({ action: "DescribeInstances", kind: "delay", delayMs: 150 });
        let answered = false;
        const answer = describeInstances(emulator).finally(() => (answered = true));
        await until(() => emulator.faults.pending === 0);
        clock.advance(149);
        // Another call goes all the way meanwhile.
        expect(
            (await rawCall(emulator, { action: "DescribeInstances", params: { RegionId: region } })).status,
        ).to.equal(200);
        expect(answered).to.equal(false);
        clock.advance(1);
        expect((await answer).status).to.equal(200);
    });

    it("never hide a wrong signature", async () => {
        const emulator = await start();
        emulator.faults.add({ action: "DescribeInstances", kind: "http-500" });
        const answer = await rawCall(emulator, {
            action: "DescribeInstances",
            params: { RegionId: region },
            secret: "wrong",
        });
        expect(answer.body.Code).to.equal("SignatureDoesNotMatch");
        expect(emulator.faults.pending).to.equal(1);
    });
});

describe("emulator: faults of single operations", () => {
    afterEach(closeAll);

    const roleCall = (action: string, instanceId: string) => ({
        action,
        params: { RegionId: region, InstanceIds: JSON.stringify([instanceId]), RamRoleName: role },
    });

    const roleCalls: [string, string][] = [
        ["AttachInstanceRamRole", linux1],
        ["DetachInstanceRamRole", linux2],
    ];
    for (const [action, instanceId] of roleCalls) {
        it(`${action} answers 200 with a failed item, and changes nothing`, async () => {
            const emulator = await start();
            const before = emulator.state.instances;
            emulator.faults.add(
                { action, kind: "item-failure" },
                { action, kind: "item-failure", code: "Some.Code", message: "some reason" },
            );
            const answers = [
                await rawCall(emulator, roleCall(action, instanceId)),
                await rawCall(emulator, roleCall(action, instanceId)),
            ];
            const items = answers.map((answer) => {
                expect(answer.status).to.equal(200);
                expect(answer.body).to.include({ TotalCount: 1, FailCount: 1 });
                return (answer.body[`${action}Results`] as Record<string, unknown[]>)[`${action}Result`]?.[0];
            });
            expect(items[0]).to.include({ Success: false, Code: "Operation.Forbidden" });
            expect(items[1]).to.include({ Success: false, Code: "Some.Code", Message: "some reason" });
            expect(emulator.state.instances).to.deep.equal(before);
            expect(emulator.ledger[0]).to.include({ status: 200, faulted: "item-failure" });
        });
    }

    it("DeleteSnapshotGroup answers 200 with a failure of each member, and deletes nothing", async () => {
        const emulator = await start();
        const SnapshotGroupId = emulator.controls.createSnapshotGroup(linux1);
        emulator.faults.add({ action: "DeleteSnapshotGroup", kind: "item-failure" });
        const { body } = await rawCall(emulator, {
            action: "DeleteSnapshotGroup",
            params: { RegionId: region, SnapshotGroupId },
        });
        const { OperationProgress } = body.OperationProgressSet as { readonly OperationProgress: unknown[] };
        expect(OperationProgress).to.have.length(2);
        expect(OperationProgress[0]).to.include({
            OperationStatus: "Failed",
            ErrorCode: "SnapshotCreatedImage",
        });
        expect(emulator.state.snapshots).to.have.length(2);
        expect(emulator.state.snapshotGroups).to.have.length(1);
    });

    it("a failure of items does not hide a refusal of the call", async () => {
        const emulator = await start();
        emulator.faults.add({ action: "AttachInstanceRamRole", kind: "item-failure" });
        const answer = await rawCall(emulator, roleCall("AttachInstanceRamRole", "i-none"));
        expect(answer.body.Code).to.equal("InvalidInstanceId.NotFound");
    });

    it("a Describe operation finds nothing, in the usual form", async () => {
        const emulator = await start();
        emulator.faults.add({ action: "DescribeInstances", kind: "miss" });
        const call = { action: "DescribeInstances", params: { RegionId: region } };
        const { body } = await rawCall(emulator, call);
        expect(body).to.include({ TotalCount: 0, PageNumber: 1, PageSize: 10 });
        expect(body.Instances).to.deep.equal({ Instance: [] });
        expect((await rawCall(emulator, call)).body.TotalCount).to.equal(7);
        const invokeId = await send(sdk(emulator), linux1, "true");
        emulator.faults.add({ action: "DescribeInvocationResults", kind: "miss" });
        const results = await rawCall(emulator, {
            action: "DescribeInvocationResults",
            params: { RegionId: region, InvokeId: invokeId },
        });
        expect(results.body.Invocation).to.deep.include({ InvocationResults: { InvocationResult: [] } });
    });

    it("a list has the same token on each page, for ever", async () => {
        const emulator = await start({ timing: { visibilityMs: 0 } });
        for (let group = 0; group < 12; group++) {
            emulator.controls.createSnapshotGroup(linux1);
        }
        emulator.faults.add({ action: "DescribeSnapshotGroups", kind: "repeated-token", times: Infinity });
        const page = async (token?: string) => {
            const { body } = await rawCall(emulator, {
                action: "DescribeSnapshotGroups",
                params: { RegionId: region, ...(token === undefined ? {} : { NextToken: token }) },
            });
            const { SnapshotGroup } = body.SnapshotGroups as { readonly SnapshotGroup: unknown[] };
            return { length: SnapshotGroup.length, token: body.NextToken as string };
        };
        const { length, token } = await page();
        expect(length).to.equal(10);
        expect(token).to.not.equal("");
        for (let call = 0; call < 3; call++) {
            expect(await page(token)).to.deep.equal({ length: 2, token });
        }
        emulator.faults.clear();
        expect(await page(token)).to.deep.equal({ length: 2, token: "" });
    });

    it("a list of one page has no end either, wherever its token is", async () => {
        const emulator = await start({ timing: { visibilityMs: 0 } });
        const InvokeId = await send(sdk(emulator), linux1, "true");
        const action = "DescribeInvocationResults";
        emulator.faults.add({ action, kind: "repeated-token", times: Infinity });
        const page = async (NextToken: string) => {
            const answer = await rawCall(emulator, {
                action,
                params: { RegionId: region, InvokeId, NextToken },
            });
            const { NextToken: token, InvocationResults } = answer.body.Invocation as {
                readonly NextToken: string;
                readonly InvocationResults: { readonly InvocationResult: unknown[] };
            };
            return { length: InvocationResults.InvocationResult.length, token };
        };
        const { length, token } = await page("");
        expect(length).to.equal(1);
        expect(await page(token)).to.deep.equal({ length: 1, token });
        expect(emulator.ledger.at(-1)).to.include({ status: 200, faulted: "repeated-token" });
    });

    const refused: [Fault, RegExp][] = [
        [{ action: "RunCommand", kind: "item-failure" }, /RunCommand.*AttachInstanceRamRole/],
        [{ action: "*", kind: "item-failure" }, /"\*".*DeleteSnapshotGroup/],
        [{ action: "RunCommand", kind: "miss" }, /RunCommand.*Describe/],
        [{ action: "*", kind: "miss" }, /"\*".*Describe/],
        [{ action: "DescribeImages", kind: "repeated-token" }, /DescribeImages.*NextToken/],
        [{ action: "*", kind: "repeated-token" }, /"\*".*NextToken/],
        [{ action: "RunComand", kind: "http-500" }, /RunComand.*does not serve/],
    ];
    for (const [fault, message] of refused) {
        it(`${fault.kind} is refused for ${fault.action}`, async () => {
            const emulator = await start();
            expect(() => {
                emulator.faults.add({ action: "RunCommand", kind: "empty" }, fault);
            }).to.throw(message);
            expect(emulator.faults.pending).to.equal(0);
        });
    }

    for (const processed of [false, true]) {
        it(`the client waits in vain, the call ${processed ? "having taken" : "without"} effect`, async () => {
            const emulator = await start();
            emulator.faults.add({ action: "RunCommand", kind: "no-answer", processed, times: Infinity });
            const impatient = sdk(emulator, { readTimeout: "50" });
            // On a busy machine it may give up before its call has got there.
            while (emulator.ledger.length === 0) {
                const error = await refusal(send(impatient, linux1, "true", { clientToken: "one" }));
                expect(error.name).to.equal("RequestTimeoutError");
            }
            await until(() => emulator.ledger.every(({ faulted }) => faulted === "no-answer"));
            await until(() => emulator.state.invocations.length === (processed ? 1 : 0));
            expect(emulator.ledger[0]).to.include({ status: 0 });
            expect(emulator.ledger[0]?.body === undefined).to.equal(!processed);
        });
    }

    it("a client still waiting when the emulator ends is cut off, and does not keep it from ending", async () => {
        const emulator = await start();
        emulator.faults.add({ action: "DescribeInstances", kind: "no-answer" });
        const waiting = describeInstances(emulator).then(
            () => "answered",
            () => "cut off",
        );
        await until(() => emulator.faults.pending === 0);
        await emulator.close();
        expect(await waiting).to.equal("cut off");
    });
});
