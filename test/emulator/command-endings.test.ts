import { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import {
    closeAll,
    eventually,
    linux1,
    refusal,
    region,
    result,
    run,
    sdk,
    send,
    start,
    stopped,
} from "./support";

/** Whether a process still does something; one that only waits to be reaped does not. */
function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
    } catch {
        return false;
    }
    try {
        return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch (error) {
        // Gone in between, or a system without /proc.
        return !existsSync("/proc/self") && (error as NodeJS.ErrnoException).code === "ENOENT";
    }
}

describe("emulator: commands that are repeated, refused or ended", function () {
    // Real processes; a busy machine takes its time.
    this.timeout(20_000);
    afterEach(closeAll);

    for (const [terminationMode, survives] of [
        ["Process", true],
        ["ProcessTree", false],
    ] as const) {
        it(`ends a command at its timeout; with ${terminationMode} its children ${survives ? "go on" : "too"}`, async () => {
            const emulator = await start({ timing: { secondMs: 30 } });
            const client = sdk(emulator);
            const row = await run(client, linux1, "sleep 5 & echo $$ $!; wait", {
                timeout: 10,
                terminationMode,
            });
            expect(row).to.include({
                invocationStatus: "Timeout",
                invokeRecordStatus: "Failed",
                errorCode: "ExecutionTimeout",
                exitCode: 1,
            });
            const [shell, child] = row.text.trim().split(" ").map(Number);
            expect(isAlive(shell ?? 0)).to.equal(false);
            // The kill reaches the child a moment later.
            await eventually(() => (isAlive(child ?? 0) === survives ? true : undefined));
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
        const emulator = await start();
        const client = sdk(emulator);
        emulator.faults.add({ action: "RunCommand", kind: "delay", delayMs: 300 });
        const first = send(client, linux1, "echo once", { clientToken: "token-2" });
        await eventually(() => (emulator.ledger.length > 0 ? true : undefined));
        const error = await refusal(send(client, linux1, "echo once", { clientToken: "token-2" }));
        expect(error).to.include({ code: "IdempotentProcessing", statusCode: 403 });
        expect(
            await send(client, linux1, "echo once", { clientToken: "token-2" }).catch(() => first),
        ).to.equal(await first);
    });

    it("does not remember the token of a call that was refused", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.edit.setInstanceStatus(linux1, "Stopped");
        await refusal(send(client, linux1, "true", { clientToken: "token-3" }));
        emulator.edit.setInstanceStatus(linux1, "Running");
        expect(await send(client, linux1, "true", { clientToken: "token-3" })).to.match(/^t-/);
    });

    it("refuses the whole call when one instance is not running, or aborts it there", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const error = await refusal(send(client, [linux1, stopped], "true"));
        expect(error.code).to.equal("IncorrectInstanceStatus");
        expect(emulator.state.invocations).to.deep.equal([]);
        emulator.edit.behaviour({ stoppedInstance: "aborted" });
        const row = await run(client, stopped, "true");
        expect(row).to.include({ invocationStatus: "Aborted", errorCode: "InstanceNotRunning" });
    });

    it("aborts a command whose agent is offline, or refuses the call", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.edit.setAgent(linux1, { online: false });
        const row = await run(client, linux1, "true");
        expect(row).to.include({ invocationStatus: "Aborted", errorCode: "ClientNotRunning", exitCode: 0 });
        emulator.edit.behaviour({ offlineAgent: "refused" });
        expect((await refusal(send(client, linux1, "true"))).code).to.equal("Operation.Forbidden");
    });

    it("marks commands for accounts or directories that do not exist as invalid", async () => {
        const client = sdk(await start());
        expect(await run(client, linux1, "true", { workingDir: "/nowhere" })).to.include({
            invocationStatus: "Invalid",
            errorCode: "DirectoryNotExists",
        });
        expect(await run(client, linux1, "true", { username: "bob" })).to.include({
            invocationStatus: "Invalid",
            errorCode: "AccountNotExists",
        });
        expect(
            (await run(client, linux1, "true", { workingDir: "/root", username: "root" })).exitCode,
        ).to.equal(0);
    });

    it("cancels what has not started, and leaves alone or kills what has", async () => {
        const emulator = await start({ timing: { deliveryMs: 300 } });
        const client = sdk(emulator);
        const stop = (invokeId: string) =>
            client.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
        const pending = await send(client, linux1, "true");
        await stop(pending);
        expect((await result(client, pending)).invocationStatus).to.equal("Cancelled");

        emulator.edit.timing({ deliveryMs: 1 });
        const status = (id: string) =>
            emulator.state.invocations.find((each) => each.invokeId === id)?.status;
        const left = await send(client, linux1, "sleep 0.3");
        await eventually(() => (status(left) === "Running" ? true : undefined));
        await stop(left);
        expect((await result(client, left)).invocationStatus).to.equal("Success");

        emulator.edit.behaviour({ stopRunning: "kills" });
        const killed = await send(client, linux1, "sleep 30");
        await eventually(() => (status(killed) === "Running" ? true : undefined));
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
        const invokeId = await send(client, linux1, "echo $$; exec sleep 60");
        const pid = await eventually(() => {
            const output = emulator.state.invocations.find((each) => each.invokeId === invokeId)?.results[0]
                ?.output;
            return output === undefined || output === "" ? undefined : Number(output);
        });
        expect(isAlive(pid)).to.equal(true);
        await emulator.close();
        expect(isAlive(pid)).to.equal(false);
    });
});
