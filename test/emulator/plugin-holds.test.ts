import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, eventually, goodParams, linux2, pluginLine, result, sdk, send, start } from "./support";

const line = pluginLine(goodParams);

function stateOf(emulator: Emulator) {
    return emulator.state.instances.find(({ instanceId }) => instanceId === linux2);
}

function untilItWaits(emulator: Emulator): Promise<true> {
    return eventually(() => (stateOf(emulator)?.pluginWaits === true ? true : undefined));
}

describe("emulator: a run of the plugin that is held", () => {
    afterEach(closeAll);

    it("at its start has frozen nothing and made no group until it is released", async () => {
        const emulator = await start();
        emulator.controls.addOutcomes(linux2, { holdAt: "start" });
        const invokeId = await send(sdk(emulator), linux2, line);
        await untilItWaits(emulator);
        expect(stateOf(emulator)).to.include({ frozen: false });
        expect(emulator.state.snapshotGroups).to.be.empty;
        emulator.controls.releasePlugin(linux2);
        expect((await result(sdk(emulator), invokeId)).exitCode).to.equal(0);
        expect(emulator.state.snapshotGroups).to.have.length(1);
    });

    it("in the freeze has frozen and made the group, and thaws when it is released", async () => {
        const emulator = await start();
        emulator.controls.addOutcomes(linux2, { holdAt: "freeze" });
        const invokeId = await send(sdk(emulator), linux2, line);
        await untilItWaits(emulator);
        expect(stateOf(emulator)).to.include({ frozen: true });
        expect(emulator.state.snapshotGroups).to.have.length(1);
        emulator.controls.releasePlugin(linux2);
        // An agent whose file systems are frozen reports nothing, so the end shows after the thaw.
        expect((await result(sdk(emulator), invokeId)).exitCode).to.equal(0);
        expect(stateOf(emulator)).to.include({ frozen: false, pluginWaits: false });
    });

    it("is released from another process, too", async () => {
        const emulator = await start({ control: true });
        emulator.controls.addOutcomes(linux2, { holdAt: "start" });
        const invokeId = await send(sdk(emulator), linux2, line);
        await untilItWaits(emulator);
        const release = () =>
            fetch(`${emulator.url}/_emulator/release`, {
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify({ instanceId: linux2 }),
            });
        expect((await release()).status).to.equal(200);
        expect((await result(sdk(emulator), invokeId)).exitCode).to.equal(0);
        const again = await release();
        expect(again.status).to.equal(400);
        expect(await again.json()).to.deep.equal({
            problem: `no run of the plugin waits on instance ${linux2}`,
        });
    });

    it("ends with the emulator", async () => {
        const emulator = await start();
        emulator.controls.addOutcomes(linux2, { holdAt: "start" });
        await send(sdk(emulator), linux2, line);
        await untilItWaits(emulator);
        await emulator.close();
        expect(stateOf(emulator)).to.include({ pluginWaits: false });
    });
});
