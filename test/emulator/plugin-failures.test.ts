import { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import { defaultFixture, type Emulator } from "pulumi-alicloud-app-snapshot-emulator";
import {
    closeAll,
    consistencyTags,
    eventually,
    goodParams,
    linux2,
    pluginLine,
    region,
    result,
    run,
    sdk,
    send,
    start,
} from "./support";

describe("emulator: runs of the plugin that go wrong", function () {
    // Real processes; a busy machine takes its time.
    this.timeout(20_000);
    afterEach(closeAll);

    const scripts: [string, string, string, number, number][] = [
        ["a prescript that fails", "prescript", "exit 4", 9, 0],
        ["a prescript that takes too long", "prescript", "sleep 20", 9, 0],
        ["a postscript that fails", "postscript", "exit 4", 10, 1],
        ["a postscript that takes too long", "postscript", "sleep 20", 10, 1],
    ];
    for (const [what, name, content, exitCode, groups] of scripts) {
        it(`exits ${exitCode} for ${what}`, async () => {
            const emulator = await start({ timing: { secondMs: 50 } });
            emulator.edit.setFile(linux2, {
                path: `/root/app-snapshot/${name}.sh`,
                owner: "root",
                group: "root",
                mode: "0700",
                content: `#!/bin/sh\n${content}\n`,
            });
            const row = await run(
                sdk(emulator),
                linux2,
                pluginLine(`${goodParams},-ScriptTimeoutInSeconds=4`),
                { timeout: 600 },
            );
            expect(row.exitCode, row.text).to.equal(exitCode);
            expect(emulator.state.snapshotGroups).to.have.length(groups);
            expect(emulator.state.instances.some((instance) => instance.frozen)).to.equal(false);
        });
    }

    for (const exitCode of [1, 4, 5, 6, 7, 8, 10, 12, 14, 15, 126, 127, 240, 246, 255]) {
        it(`ends with a scripted ${exitCode}, once`, async () => {
            const emulator = await start();
            emulator.edit.addOutcomes(linux2, { exitCode });
            const client = sdk(emulator);
            expect((await run(client, linux2, pluginLine(goodParams))).exitCode).to.equal(exitCode);
            const left = [5, 6, 7, 8, 10, 12].includes(exitCode) ? 1 : 0;
            expect(emulator.state.snapshotGroups).to.have.length(left);
            expect((await run(client, linux2, pluginLine(goodParams))).exitCode).to.equal(0);
        });
    }

    it("prints a scripted output as it is, and leaves a group or not as scripted", async () => {
        const emulator = await start();
        emulator.edit.addOutcomes(
            linux2,
            { exitCode: 6, leavesGroup: false, output: "odd\n" },
            { exitCode: 4, leavesGroup: true },
        );
        const client = sdk(emulator);
        expect((await run(client, linux2, pluginLine(goodParams))).text).to.equal("odd\n");
        expect(emulator.state.snapshotGroups).to.have.length(0);
        await run(client, linux2, pluginLine(goodParams));
        expect(emulator.state.snapshotGroups.map((each) => each.name)).to.deep.equal(["nightly"]);
    });

    const instance2 = (emulator: Emulator) =>
        emulator.state.instances.find((each) => each.instanceId === linux2);

    /** Stops the command in the middle of the freeze, the way `terminationMode` says. */
    async function stopInFreeze(terminationMode: string): Promise<Emulator> {
        const emulator = await start({ behaviour: { stopRunning: "kills" } });
        const client = sdk(emulator);
        emulator.edit.addOutcomes(linux2, { durationMs: 1000 });
        const invokeId = await send(client, linux2, `${pluginLine(goodParams)}\ntrue`, { terminationMode });
        await eventually(() => (instance2(emulator)?.frozen === true ? true : undefined));
        await client.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
        expect((await result(client, invokeId)).invocationStatus).to.equal("Terminated");
        expect(instance2(emulator)?.frozen).to.equal(true);
        return emulator;
    }

    it("goes on when only its shell is killed: the snapshot appears all the same, thawed", async () => {
        const emulator = await stopInFreeze("Process");
        await eventually(() =>
            consistencyTags(emulator)[0]?.includes("APPConsistent") === true ? true : undefined,
        );
        expect(instance2(emulator)?.frozen).to.equal(false);
    });

    it("leaves the file systems frozen when it is killed itself in the freeze; nothing answers then", async () => {
        const emulator = await stopInFreeze("ProcessTree");
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
        emulator.edit.timing({ secondMs: 10 });
        expect(await run(sdk(emulator), linux2, "true")).to.include({
            invocationStatus: "Aborted",
            errorCode: "ClientNotResponse",
        });
        expect(instance2(emulator)?.frozen).to.equal(true);
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
    });

    it("goes on when a timeout ends its shell", async () => {
        const emulator = await start({ timing: { secondMs: 20 } });
        emulator.edit.addOutcomes(linux2, { durationMs: 800 });
        const row = await run(sdk(emulator), linux2, `${pluginLine(goodParams)}\ntrue`, { timeout: 10 });
        expect(row).to.include({ invocationStatus: "Timeout", errorCode: "ExecutionTimeout" });
        expect(consistencyTags(emulator)).to.not.deep.include(["APPConsistent"]);
        await eventually(() =>
            consistencyTags(emulator)[0]?.includes("APPConsistent") === true ? true : undefined,
        );
    });

    it("exits 247 at the timeout of its own configuration, unless --timeout says otherwise", async () => {
        const fixture = defaultFixture();
        fixture.pluginConfigTimeoutSeconds = 5;
        const emulator = await start({ fixture, timing: { secondMs: 40 } });
        const client = sdk(emulator);
        emulator.edit.addOutcomes(linux2, { durationMs: 600 }, { durationMs: 600 }, { durationMs: 600 });
        const line = pluginLine(goodParams);
        expect((await run(client, linux2, line, { timeout: 600 })).exitCode).to.equal(247);
        expect((await run(client, linux2, `${line} --timeout 200`, { timeout: 600 })).exitCode).to.equal(0);
        // An old manager does not know the option and ignores it.
        emulator.edit.setAgent(linux2, { version: "2.2.3.498" });
        expect((await run(client, linux2, `${line} --timeout 200`, { timeout: 600 })).exitCode).to.equal(247);
    });

    it("thaws at the timeout of the freeze; the plugin finds nothing to thaw and exits 12", async () => {
        const emulator = await start({ timing: { secondMs: 100 } });
        emulator.edit.addOutcomes(linux2, { durationMs: 1500 });
        const row = await run(sdk(emulator), linux2, pluginLine(`${goodParams},-TimeoutInSeconds=2`), {
            timeout: 600,
        });
        expect(row.exitCode, row.text).to.equal(12);
        expect(row.text).to.contain("Thaw file systems failed");
        expect(instance2(emulator)?.frozen).to.equal(false);
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
    });

    it("leaves thawing to its freezer when it is killed alone", async () => {
        const emulator = await start({ behaviour: { stopRunning: "kills" }, timing: { secondMs: 100 } });
        const client = sdk(emulator);
        emulator.edit.addOutcomes(linux2, { durationMs: 5000 });
        const line = `exec ${pluginLine(`${goodParams},-TimeoutInSeconds=30`)}`;
        const invokeId = await send(client, linux2, line, { timeout: 600 });
        await eventually(() => (instance2(emulator)?.frozen === true ? true : undefined));
        await client.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
        await result(client, invokeId);
        expect(instance2(emulator)?.frozen).to.equal(true);
        await eventually(() => (instance2(emulator)?.frozen === false ? true : undefined));
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
    });

    it("freezes, and another command waits until it has thawed", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.edit.addOutcomes(linux2, { durationMs: 1000 });
        await send(client, linux2, pluginLine(goodParams));
        const state = () => emulator.state.instances.find((each) => each.instanceId === linux2);
        await eventually(() => (state()?.frozen === true ? true : undefined));
        const row = await run(client, linux2, "echo after");
        expect(row.text).to.equal("after\n");
        expect(state()?.frozen).to.equal(false);
    });
});
