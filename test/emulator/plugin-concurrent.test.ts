import { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import {
    closeAll,
    eventually,
    goodParams,
    linux1,
    linux2,
    pluginLine,
    region,
    result,
    role,
    run,
    sdk,
    send,
    start,
} from "./support";

const line = pluginLine(goodParams);

describe("emulator: a run of the plugin beside another one", function () {
    this.timeout(20_000);
    afterEach(closeAll);

    const readings = [
        ["exit-16", 16, "in progress"],
        ["exit-232", 232, "LOCKING_ERR"],
    ] as const;
    for (const [concurrentRun, exitCode, text] of readings) {
        it(`exits ${exitCode}, takes nothing and uses up no scripted outcome`, async () => {
            const emulator = await start({ behaviour: { concurrentRun } });
            const client = sdk(emulator);
            // Without a freeze, so that the second command is delivered.
            const unfrozen = pluginLine(`${goodParams},-EnableFsFreeze=false`);
            emulator.edit.addOutcomes(linux2, { durationMs: 800 }, { exitCode: 6 });
            const first = await send(client, linux2, unfrozen);
            await eventually(() => (emulator.state.instances[1]?.outcomesLeft === 1 ? true : undefined));
            const second = await run(client, linux2, unfrozen);
            expect(second.exitCode, second.text).to.equal(exitCode);
            expect(second.text).to.contain(text);
            expect((await result(client, first)).exitCode).to.equal(0);
            expect(emulator.state.snapshotGroups).to.have.length(1);
            expect((await run(client, linux2, line)).exitCode).to.equal(6);
        });
    }

    it("is alone again after a run that was killed", async () => {
        const emulator = await start({ behaviour: { stopRunning: "kills" } });
        const client = sdk(emulator);
        emulator.edit.addOutcomes(linux2, { durationMs: 60_000 });
        const invokeId = await send(client, linux2, line, { terminationMode: "ProcessTree" });
        await eventually(() => (emulator.state.instances[1]?.outcomesLeft === 0 ? true : undefined));
        await client.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
        expect((await result(client, invokeId)).invocationStatus).to.equal("Terminated");
        expect(emulator.state.snapshotGroups).to.have.length(0);
        expect((await run(client, linux2, line)).exitCode).to.equal(0);
    });

    it("on another instance is no matter", async () => {
        const emulator = await start();
        emulator.edit.attachRole(linux1, role);
        const client = sdk(emulator);
        emulator.edit.addOutcomes(linux2, { durationMs: 800 });
        const first = await send(client, linux2, line);
        await eventually(() => (emulator.state.instances[1]?.outcomesLeft === 0 ? true : undefined));
        expect((await run(client, linux1, line)).exitCode).to.equal(0);
        expect((await result(client, first)).exitCode).to.equal(0);
    });
});
