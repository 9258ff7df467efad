import type Client from "@alicloud/ecs20140526";
import {
    DescribeInvocationResultsRequest,
    DescribeInvocationsRequest,
    StopInvocationRequest,
    TagResourcesRequest,
    TagResourcesRequestTag,
} from "@alicloud/ecs20140526";
import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, linux1, newGate, refusal, region, run, sdk, send, start, until } from "./support";

async function invocations(client: Client, filter: Partial<DescribeInvocationsRequest>) {
    return (
        (await client.describeInvocations(new DescribeInvocationsRequest({ regionId: region, ...filter })))
            .body?.invocations?.invocation ?? []
    );
}

async function results(client: Client, filter: Partial<DescribeInvocationResultsRequest>) {
    return (
        (
            await client.describeInvocationResults(
                new DescribeInvocationResultsRequest({ regionId: region, ...filter }),
            )
        ).body?.invocation?.invocationResults?.invocationResult ?? []
    );
}

describe("emulator: an invocation that is forgotten", () => {
    let emulator: Emulator;
    let client: Client;

    beforeEach(async () => {
        emulator = await start({ timing: { visibilityMs: 0 } });
        client = sdk(emulator);
    });
    afterEach(closeAll);

    const finished = async () => (await run(client, linux1, "echo done")).invokeId ?? "";

    it("is gone with its results, for every operation", async () => {
        const invokeId = await finished();
        emulator.controls.forgetInvocation(invokeId, "all");
        expect(emulator.state.invocations).to.deep.equal([]);
        for (const filter of [{}, { invokeId }]) {
            expect(await invocations(client, filter)).to.deep.equal([]);
            expect(await results(client, filter)).to.deep.equal([]);
        }
        const tag = new TagResourcesRequest({
            regionId: region,
            resourceType: "invocation",
            resourceId: [invokeId],
            tag: [new TagResourcesRequestTag({ key: "a", value: "1" })],
        });
        expect(await refusal(client.tagResources(tag))).to.include({
            code: "InvalidResourceId.NotFound",
            statusCode: 404,
        });
        const stop = new StopInvocationRequest({ regionId: region, invokeId });
        expect((await refusal(client.stopInvocation(stop))).code).to.equal("InvalidInvokeId.NotFound");
    });

    it("may be told as not found by both of the operations that describe it", async () => {
        const known = await finished();
        const invokeId = await finished();
        emulator.controls.behaviour({ unknownInvocation: "not-found" });
        emulator.controls.forgetInvocation(invokeId, "all");
        for (const id of [invokeId, "t-never-was"]) {
            for (const describe of [invocations, results]) {
                expect(await refusal(describe(client, { invokeId: id })), describe.name).to.include({
                    code: "InvalidInvokeId.NotFound",
                    statusCode: 404,
                });
                expect(await describe(client, {})).to.have.length(1);
                expect(await describe(client, { invokeId: known })).to.have.length(1);
            }
        }
    });

    it("that is not shown yet is an empty list for both, not unknown", async () => {
        emulator.controls.behaviour({ unknownInvocation: "not-found" });
        emulator.controls.timing({ visibilityMs: 60_000 });
        const invokeId = await send(client, linux1, "true");
        expect(await invocations(client, { invokeId })).to.deep.equal([]);
        expect(await results(client, { invokeId })).to.deep.equal([]);
    });

    it("may leave its entry behind, with its state and without its results", async () => {
        const other = await finished();
        const invokeId = await finished();
        for (const unknownInvocation of ["empty", "not-found"] as const) {
            emulator.controls.behaviour({ unknownInvocation });
            emulator.controls.forgetInvocation(invokeId, "results");
            const [entry] = await invocations(client, { invokeId });
            expect(entry?.invocationStatus).to.equal("Success");
            expect(entry?.invokeInstances?.invokeInstance?.[0]).to.include({
                instanceId: linux1,
                invocationStatus: "Success",
            });
            expect(await results(client, { invokeId })).to.deep.equal([]);
            expect((await results(client, {})).map((row) => row.invokeId)).to.deep.equal([other]);
        }
    });

    it("goes on if it runs", async () => {
        const gate = newGate();
        const invokeId = await send(client, linux1, `${gate.wait}; echo over`);
        await until(() => emulator.state.invocations[0]?.status === "Running");
        emulator.controls.forgetInvocation(invokeId, "results");
        gate.open();
        await until(() => emulator.state.invocations[0]?.status === "Success");
        expect(emulator.state.invocations[0]?.results[0]?.output).to.equal("over\n");
        expect(await results(client, { invokeId })).to.deep.equal([]);
    });

    it("must be there", () => {
        expect(() => {
            emulator.controls.forgetInvocation("t-none", "all");
        }).to.throw("there is no invocation t-none");
    });
});
