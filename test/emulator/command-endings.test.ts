import { existsSync } from "node:fs";
import { dirname } from "node:path";

import { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import {
    closeAll,
    eventually,
    isAlive,
    linux1,
    refusal,
    region,
    result,
    run,
    sdk,
    send,
    start,
    startStill,
    stopped,
    until,
} from "./support";

describe("emulator: commands that are repeated, refused or ended", () => {
    afterEach(closeAll);

    const stateOf = ({ state }: Emulator, invokeId: string) =>
        state.invocations.find((each) => each.invokeId === invokeId);
    /** Waits for the first line that a command prints. */
    const printed = (emulator: Emulator, invokeId: string): Promise<string> =>
        eventually(() => {
            const output = stateOf(emulator, invokeId)?.results[0]?.output ?? "";
            return output.endsWith("\n") ? output : undefined;
        });

    for (const [terminationMode, survives] of [
        ["Process", true],
        ["ProcessTree", false],
    ] as const) {
        it(`ends a command at its timeout; with ${terminationMode} its children ${survives ? "go on" : "too"}`, async () => {
            const { emulator, clock } = await startStill();
            const client = sdk(emulator);
            const settings = { timeout: 10, terminationMode };
            const invokeId = await send(client, linux1, "sleep 300 & echo $$ $!; wait", settings);
            const [shell, child] = (await printed(emulator, invokeId)).trim().split(" ").map(Number);
            clock.advance(9_999);
            expect(isAlive(shell ?? 0)).to.equal(true);
            clock.advance(1);
            const row = await result(client, invokeId);
            expect(row).to.include({
                invocationStatus: "Timeout",
                invokeRecordStatus: "Failed",
                errorCode: "ExecutionTimeout",
                exitCode: 1,
            });
            expect(isAlive(shell ?? 0)).to.equal(false);
            // The kill reaches the child a moment later.
            await until(() => isAlive(child ?? 0) === survives);
        });
    }

    it("gives the same ids for the same ClientToken, and refuses it with other parameters", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const first = await send(client, linux1, "echo once", { clientToken: "token-1" });
        expect(await send(client, linux1, "echo once", { clientToken: "token-1" })).to.equal(first);
        const error = await refusal(send(client, linux1, "echo twice", { clientToken: "token-1" }));
        expect(error).to.include({ code: "IdempotentParameterMismatch", statusCode: 403 });
        expect(emulator.state.invocations).to.have.length(1);
    });

    it("answers a repetition with IdempotentProcessing while the first call is in progress", async () => {
        const { emulator, clock } = await startStill();
        const client = sdk(emulator);
        emulator.faults.add({ action: "RunCommand", kind: "delay", delayMs: 300 });
        const again = () => send(client, linux1, "echo once", { clientToken: "token-2" });
        const first = again();
        await until(() => emulator.faults.pending === 0);
        const error = await refusal(again());
        expect(error).to.include({ code: "IdempotentProcessing", statusCode: 403 });
        clock.advance(300);
        const invokeId = await first;
        expect(await again()).to.equal(invokeId);
        expect(emulator.state.invocations).to.have.length(1);
    });

    it("does not remember the token of a call that was refused", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.controls.setAgent(linux1, { online: false });
        emulator.controls.behaviour({ offlineAgent: "refused" });
        await refusal(send(client, linux1, "true", { clientToken: "token-3" }));
        emulator.controls.setAgent(linux1, { online: true });
        expect(await send(client, linux1, "true", { clientToken: "token-3" })).to.match(/^t-/);
    });

    it("aborts a command where an instance is not running, or refuses the whole call", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const row = await run(client, stopped, "true");
        expect(row).to.include({
            invocationStatus: "Aborted",
            errorCode: "InstanceNotRunning",
            errorInfo: "the instance is not running when create task",
        });
        emulator.controls.behaviour({ stoppedInstance: "refused" });
        const error = await refusal(send(client, [linux1, stopped], "true"));
        expect(error).to.include({ code: "InvalidInstance.NotMatch", statusCode: 400 });
        expect(emulator.state.invocations).to.have.length(1);
    });

    it("aborts a command whose agent is offline, or refuses the call", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.controls.setAgent(linux1, { online: false });
        const row = await run(client, linux1, "true");
        expect(row).to.include({
            invocationStatus: "Aborted",
            errorCode: "ClientNotRunning",
            errorInfo: "the aliyun service is not running on the instance",
            exitCode: 0,
        });
        emulator.controls.behaviour({ offlineAgent: "refused" });
        expect((await refusal(send(client, linux1, "true"))).code).to.equal("Operation.Forbidden");
    });

    it("cancels what has not started, and kills what has", async () => {
        const { emulator, clock } = await startStill({ timing: { deliveryMs: 300 } });
        const client = sdk(emulator);
        const stop = (invokeId: string) =>
            client.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
        const pending = await send(client, linux1, "true");
        clock.advance(299);
        await stop(pending);
        clock.advance(1);
        expect((await result(client, pending)).invocationStatus).to.equal("Cancelled");

        emulator.controls.timing({ deliveryMs: 0 });
        const killed = await send(client, linux1, "exec sleep 300");
        await until(() => stateOf(emulator, killed)?.status === "Running");
        await stop(killed);
        expect(await result(client, killed)).to.include({
            invocationStatus: "Terminated",
            errorCode: "ExecutionInterrupted",
        });
    });

    it("powers an instance off for exit code 193 and reboots it for 194", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const state = () => emulator.state.instances.find((each) => each.instanceId === linux1);
        await run(client, linux1, "exit 194");
        expect(state()).to.include({ reboots: 1, status: "Running" });
        await run(client, linux1, "exit 193");
        expect(state()?.status).to.equal("Stopped");
    });

    it("puts its plugin manager first on the path, and removes it when it is closed", async () => {
        const emulator = await start();
        const row = await run(sdk(emulator), linux1, "command -v acs-plugin-manager; echo $PATH");
        const [manager = "", path = ""] = row.text.split("\n");
        expect(path.startsWith(`${dirname(manager)}:`)).to.equal(true);
        expect(existsSync(manager)).to.equal(true);
        await emulator.close();
        expect(existsSync(dirname(dirname(manager)))).to.equal(false);
    });

    it("ends what is still running when it is closed", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const invokeId = await send(client, linux1, "echo $$; exec sleep 300");
        const pid = Number(await printed(emulator, invokeId));
        expect(isAlive(pid)).to.equal(true);
        await emulator.close();
        expect(isAlive(pid)).to.equal(false);
    });
});
