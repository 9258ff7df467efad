import { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import {
    closeAll,
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
    until,
} from "./support";

const line = pluginLine(goodParams);

describe("emulator: a run of the plugin beside another one", () => {
    afterEach(closeAll);

    const untilItWaits = ({ state }: Emulator) =>
        until(() => state.instances.some((each) => each.instanceId === linux2 && each.pluginWaits));

    const readings = [
        ["exit-16", 16, "in progress"],
        ["exit-232", 232, "LOCKING_ERR"],
    ] as const;
    for (const [concurrentRun, exitCode, text] of readings) {
        it(`exits ${exitCode}, takes nothing and uses up no scripted outcome`, async () => {
            const emulator = await start({ behaviour: { concurrentRun } });
            const client = sdk(emulator);
            // Before a freeze, so that the second command is delivered.
            emulator.controls.addOutcomes(linux2, { holdAt: "start" }, { exitCode: 6 });
            const first = await send(client, linux2, line);
            await untilItWaits(emulator);
            const second = await run(client, linux2, line);
            expect(second.exitCode, second.text).to.equal(exitCode);
            expect(second.text).to.contain(text);
            emulator.controls.releasePlugin(linux2);
            expect((await result(client, first)).exitCode).to.equal(0);
            expect(emulator.state.snapshotGroups).to.have.length(1);
            expect((await run(client, linux2, line)).exitCode).to.equal(6);
        });
    }

    it("is alone again after a run that was killed", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.controls.addOutcomes(linux2, { holdAt: "start" });
        const invokeId = await send(client, linux2, line, { terminationMode: "ProcessTree" });
        await untilItWaits(emulator);
        await client.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
        expect((await result(client, invokeId)).invocationStatus).to.equal("Terminated");
        await until(() => emulator.state.instances.every(({ pluginWaits }) => !pluginWaits));
        expect(emulator.state.snapshotGroups).to.have.length(0);
        expect((await run(client, linux2, line)).exitCode).to.equal(0);
    });

    it("on another instance is no matter", async () => {
        const emulator = await start();
        emulator.controls.attachRole(linux1, role);
        const client = sdk(emulator);
        emulator.controls.addOutcomes(linux2, { holdAt: "start" });
        const first = await send(client, linux2, line);
        await untilItWaits(emulator);
        expect((await run(client, linux1, line)).exitCode).to.equal(0);
        emulator.controls.releasePlugin(linux2);
        expect((await result(client, first)).exitCode).to.equal(0);
    });
});
