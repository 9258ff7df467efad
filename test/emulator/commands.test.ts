import {
    DescribeInvocationResultsRequest,
    DescribeInvocationsRequest,
    RunCommandRequestTag,
} from "@alicloud/ecs20140526";
import { expect } from "chai";

import {
    closeAll,
    linux1,
    linux2,
    newGate,
    plain,
    refusal,
    region,
    result,
    run,
    sdk,
    send,
    start,
    startStill,
    until,
    windows1,
} from "./support";

describe("emulator: commands", () => {
    afterEach(closeAll);

    it("runs a Linux command for real and reports its output and exit code", async () => {
        const client = sdk(await start());
        const row = await run(client, linux1, 'printf "a\\nb"; echo err >&2; exit 7');
        expect(row).to.include({
            invocationStatus: "Failed",
            invokeRecordStatus: "Failed",
            errorCode: "ExitCodeNonzero",
            exitCode: 7,
            dropped: 0,
        });
        expect(row.text).to.equal("a\nberr\n");
        expect(row.startTime).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(row.finishedTime).to.match(/Z$/);
    });

    it("decodes base64 content, and takes any other encoding for plain text", async () => {
        const client = sdk(await start());
        const content = Buffer.from("echo dürch").toString("base64");
        expect((await run(client, linux1, content, { contentEncoding: "base64" })).text).to.equal("dürch\n");
        expect((await run(client, linux1, "echo plain", { contentEncoding: "Base65" })).text).to.equal(
            "plain\n",
        );
    });

    it("keeps the beginning and the end of an output that is longer than 24 KB", async () => {
        const client = sdk(await start());
        const row = await run(client, linux1, "echo first; head -c 100000 /dev/zero | tr '\\0' x; echo last");
        expect(row.text.length).to.equal(24 * 1024);
        expect(row.text).to.match(/^first\nx+last\n$/);
        expect(row.dropped).to.equal(100_000 + 11 - 24 * 1024);
    });

    it("shows a new invocation only after a moment, then Pending, Running and the end", async () => {
        const { emulator, clock } = await startStill({ timing: { visibilityMs: 60, deliveryMs: 120 } });
        const client = sdk(emulator);
        const gate = newGate();
        const invokeId = await send(client, linux1, gate.wait);
        const status = async () => {
            const answer = await client.describeInvocationResults(
                new DescribeInvocationResultsRequest({ regionId: region, invokeId }),
            );
            return answer.body?.invocation?.invocationResults?.invocationResult?.[0]?.invocationStatus;
        };
        const seen: (string | undefined)[] = [];
        for (const milliseconds of [59, 1, 59, 1]) {
            clock.advance(milliseconds);
            seen.push(await status());
        }
        expect(seen).to.deep.equal([undefined, "Pending", "Pending", "Running"]);
        gate.open();
        await until(async () => (await status()) !== "Running");
        expect(await status()).to.equal("Success");
    });

    it("shows nothing for an unknown invocation, or refuses it", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const request = new DescribeInvocationResultsRequest({ regionId: region, invokeId: "t-unknown" });
        const answer = await client.describeInvocationResults(request);
        expect(answer.body?.invocation?.invocationResults?.invocationResult).to.deep.equal([]);
        emulator.controls.behaviour({ unknownInvocation: "not-found" });
        expect((await refusal(client.describeInvocationResults(request))).code).to.equal(
            "InvalidInvokeId.NotFound",
        );
    });

    it("finds an invocation by its tags and returns its command", async () => {
        const client = sdk(await start());
        const tag = [new RunCommandRequestTag({ key: "marker", value: "one" })];
        const invokeId = await send(client, linux1, "echo tagged", { tag, name: "mine", timeout: 77 });
        await send(client, linux1, "true");
        await result(client, invokeId);
        const answer = await client.describeInvocations(
            new DescribeInvocationsRequest({ regionId: region, tag, invokeId }),
        );
        const found = answer.body?.invocations?.invocation ?? [];
        expect(found).to.have.length(1);
        expect(found[0]).to.include({
            invokeId,
            commandName: "mine",
            timeout: 77,
            invocationStatus: "Success",
        });
        expect(Buffer.from(found[0]?.commandContent ?? "", "base64").toString()).to.equal("echo tagged");
        expect(plain(found[0]?.tags?.tag)).to.deep.equal([{ tagKey: "marker", tagValue: "one" }]);
        const instance = found[0]?.invokeInstances?.invokeInstance?.[0];
        expect(instance).to.include({ instanceId: linux1, exitCode: 0, invocationStatus: "Success" });
    });

    it("runs on many instances with a result for each", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const invokeId = await send(client, [linux1, linux2], "echo {{ACS::InstanceId}}");
        await until(() => emulator.state.invocations[0]?.status === "Success");
        const results = emulator.state.invocations.find((each) => each.invokeId === invokeId)?.results ?? [];
        expect(results.map(({ instanceId, output }) => [instanceId, output])).to.deep.equal([
            [linux1, "{{ACS::InstanceId}}\n"],
            [linux2, "{{ACS::InstanceId}}\n"],
        ]);
    });

    it("runs batch commands on Windows", async () => {
        const client = sdk(await start());
        const batch = await run(client, windows1, "nosuch\r\nexit /b 5", { type: "RunBatScript" });
        expect(batch.exitCode).to.equal(5);
        expect(batch.text).to.contain("'nosuch' is not recognized");
    });
});
