import { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import { defaultFixture, type Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import {
    closeAll,
    consistencyTags,
    goodParams,
    linux2,
    pluginLine,
    region,
    result,
    run,
    sdk,
    send,
    start,
    startStill,
    until,
} from "./support";

describe("emulator: runs of the plugin that go wrong", () => {
    afterEach(closeAll);

    function setScript(emulator: Emulator, name: string, content: string): void {
        const path = `/root/app-snapshot/${name}.sh`;
        const script = { path, owner: "root", group: "root", mode: "0700" };
        emulator.controls.setFile(linux2, { ...script, content: `#!/bin/sh\n${content}\n` });
    }

    const outputOf = (emulator: Emulator) => emulator.state.invocations.at(-1)?.results[0]?.output ?? "";

    const scripts = [
        ["prescript", 9, 0],
        ["postscript", 10, 1],
    ] as const;
    for (const [name, exitCode, groups] of scripts) {
        it(`exits ${exitCode} for a ${name} that fails`, async () => {
            const emulator = await start();
            setScript(emulator, name, "exit 4");
            const row = await run(sdk(emulator), linux2, pluginLine(goodParams));
            expect(row.exitCode, row.text).to.equal(exitCode);
            expect(emulator.state.snapshotGroups).to.have.length(groups);
            expect(emulator.state.instances.some((instance) => instance.frozen)).to.equal(false);
        });

        it(`exits ${exitCode} for a ${name} that takes too long`, async () => {
            const { emulator, clock } = await startStill();
            setScript(emulator, name, "echo it has begun; exec sleep 300");
            const client = sdk(emulator);
            const line = pluginLine(`${goodParams},-ScriptTimeoutInSeconds=4`);
            const invokeId = await send(client, linux2, line);
            await until(() => outputOf(emulator).includes("it has begun"));
            clock.advance(4_000);
            const row = await result(client, invokeId);
            expect(row.exitCode, row.text).to.equal(exitCode);
            expect(emulator.state.snapshotGroups).to.have.length(groups);
            expect(emulator.state.instances.some((instance) => instance.frozen)).to.equal(false);
        });
    }

    for (const exitCode of [1, 4, 5, 6, 7, 8, 10, 12, 14, 15, 126, 127, 240, 246, 255]) {
        it(`ends with a scripted ${exitCode}, once`, async () => {
            const emulator = await start();
            emulator.controls.addOutcomes(linux2, { exitCode });
            const client = sdk(emulator);
            expect((await run(client, linux2, pluginLine(goodParams))).exitCode).to.equal(exitCode);
            const left = [5, 6, 7, 8, 10, 12].includes(exitCode) ? 1 : 0;
            expect(emulator.state.snapshotGroups).to.have.length(left);
            expect((await run(client, linux2, pluginLine(goodParams))).exitCode).to.equal(0);
        });
    }

    it("prints a scripted output as it is, and leaves a group or not as scripted", async () => {
        const emulator = await start();
        emulator.controls.addOutcomes(
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
    const untilItWaits = (emulator: Emulator) => until(() => instance2(emulator)?.pluginWaits === true);
    const untilConsistent = (emulator: Emulator) =>
        until(() => consistencyTags(emulator)[0]?.includes("APPConsistent") === true);

    /** Stops the command in the middle of the freeze, the way `terminationMode` says. */
    async function stopInFreeze(
        emulator: Emulator,
        line: string,
        terminationMode: "Process" | "ProcessTree",
    ): Promise<void> {
        const client = sdk(emulator);
        emulator.controls.addOutcomes(linux2, { holdAt: "freeze" });
        const invokeId = await send(client, linux2, line, { terminationMode });
        await untilItWaits(emulator);
        await client.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
        expect((await result(client, invokeId)).invocationStatus).to.equal("Terminated");
        expect(instance2(emulator)?.frozen).to.equal(true);
    }

    it("goes on when only its shell is killed: the snapshot appears all the same, thawed", async () => {
        const emulator = await start();
        await stopInFreeze(emulator, `${pluginLine(goodParams)}\ntrue`, "Process");
        emulator.controls.releasePlugin(linux2);
        await untilConsistent(emulator);
        expect(instance2(emulator)?.frozen).to.equal(false);
    });

    it("leaves the file systems frozen when it is killed itself in the freeze; nothing answers then", async () => {
        const { emulator, clock } = await startStill();
        await stopInFreeze(emulator, `${pluginLine(goodParams)}\ntrue`, "ProcessTree");
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
        const client = sdk(emulator);
        const invokeId = await send(client, linux2, "true");
        clock.advance(60_000);
        expect(await result(client, invokeId)).to.include({
            invocationStatus: "Aborted",
            errorCode: "ClientNotResponse",
        });
        expect(instance2(emulator)?.frozen).to.equal(true);
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
    });

    it("goes on when a timeout ends its shell", async () => {
        const { emulator, clock } = await startStill();
        emulator.controls.addOutcomes(linux2, { holdAt: "freeze" });
        const client = sdk(emulator);
        const invokeId = await send(client, linux2, `${pluginLine(goodParams)}\ntrue`, { timeout: 10 });
        await untilItWaits(emulator);
        clock.advance(10_000);
        expect(await result(client, invokeId)).to.include({
            invocationStatus: "Timeout",
            errorCode: "ExecutionTimeout",
        });
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
        emulator.controls.releasePlugin(linux2);
        await untilConsistent(emulator);
    });

    describe("at the timeout of their own configuration", () => {
        const line = pluginLine(goodParams);
        const cases = [
            ["exit 247", line, "2.2.4.910", 247],
            ["go on where --timeout says otherwise", `${line} --timeout 200`, "2.2.4.910", 0],
            ["exit 247 where an old manager ignores --timeout", `${line} --timeout 200`, "2.2.3.498", 247],
        ] as const;
        for (const [what, content, version, exitCode] of cases) {
            it(what, async () => {
                const fixture = { ...defaultFixture(), pluginConfigTimeoutSeconds: 5 };
                const { emulator, clock } = await startStill({ fixture });
                const client = sdk(emulator);
                emulator.controls.setAgent(linux2, { version });
                emulator.controls.addOutcomes(linux2, { holdAt: "start" });
                const invokeId = await send(client, linux2, content);
                await untilItWaits(emulator);
                clock.advance(5_000);
                if (exitCode === 0) {
                    emulator.controls.releasePlugin(linux2);
                }
                expect((await result(client, invokeId)).exitCode).to.equal(exitCode);
            });
        }
    });

    it("thaws at the timeout of the freeze; the plugin finds nothing to thaw and exits 12", async () => {
        const { emulator, clock } = await startStill();
        emulator.controls.addOutcomes(linux2, { holdAt: "freeze" });
        const client = sdk(emulator);
        const invokeId = await send(client, linux2, pluginLine(`${goodParams},-TimeoutInSeconds=2`));
        await untilItWaits(emulator);
        expect(instance2(emulator)?.frozen).to.equal(true);
        clock.advance(2_000);
        expect(instance2(emulator)?.frozen).to.equal(false);
        emulator.controls.releasePlugin(linux2);
        const row = await result(client, invokeId);
        expect(row.exitCode, row.text).to.equal(12);
        expect(row.text).to.contain("Thaw file systems failed");
        expect(instance2(emulator)?.frozen).to.equal(false);
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
    });

    it("leaves thawing to its freezer when it is killed alone", async () => {
        const { emulator, clock } = await startStill();
        const line = `exec ${pluginLine(`${goodParams},-TimeoutInSeconds=30`)}`;
        await stopInFreeze(emulator, line, "Process");
        clock.advance(30_000);
        expect(instance2(emulator)?.frozen).to.equal(false);
        expect(consistencyTags(emulator)).to.deep.equal([[]]);
    });

    it("freezes, and another command waits until it has thawed", async () => {
        const { emulator, clock } = await startStill();
        const client = sdk(emulator);
        emulator.controls.addOutcomes(linux2, { holdAt: "freeze" });
        await send(client, linux2, pluginLine(goodParams));
        await untilItWaits(emulator);
        const invokeId = await send(client, linux2, "echo after");
        const waiting = () =>
            emulator.state.invocations.find((each) => each.invokeId === invokeId)?.status === "Pending";
        for (let looks = 0; looks < 100; looks++) {
            clock.advance(10);
            await new Promise((resolve) => setImmediate(resolve));
        }
        expect(waiting()).to.equal(true);
        emulator.controls.releasePlugin(linux2);
        const row = await clock.until(async () => (waiting() ? undefined : await result(client, invokeId)));
        expect(row.text).to.equal("after\n");
        expect(instance2(emulator)?.frozen).to.equal(false);
    });
});
