import { execFile } from "node:child_process";
import { promisify } from "node:util";

import Client, { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import {
    type EmulatorProcess,
    type EmulatorSettings,
    type LoopFileSystem,
    mountedInstance,
    whyNoLoopFileSystem,
    withLoopFileSystem,
} from "../support/loop-file-system";
import { goodParams, pluginLine, region, result, run, sdk, send, until } from "./support";

function client(emulator: EmulatorProcess): Client {
    return sdk(emulator as unknown as Emulator);
}
async function mounted(emulator: EmulatorProcess) {
    return (await emulator.state()).instances.find((each) => each.instanceId === mountedInstance);
}
async function isFrozen(emulator: EmulatorProcess): Promise<boolean | undefined> {
    return (await mounted(emulator))?.frozen;
}
function untilThawed(emulator: EmulatorProcess): Promise<void> {
    return until(async () => !(await isFrozen(emulator)));
}

/** The first run of the plugin stays in the freeze until it is released. */
const held: EmulatorSettings = {
    fixture: (fixture) => {
        for (const instance of fixture.instances) {
            instance.plugin = { outcomes: [{ holdAt: "freeze" }] };
        }
    },
};
function untilHeld(emulator: EmulatorProcess): Promise<void> {
    return until(async () => (await mounted(emulator))?.pluginWaits === true);
}

/** A freeze so long that the freezer does not thaw by itself during the test. */
const longFreeze = `${goodParams},-TimeoutInSeconds=3600`;

/** Tells whether a write has to wait. When the freezer's own time is short, it may be over before anybody has looked. */
async function holdsBack(fileSystem: LoopFileSystem, emulator: EmulatorProcess): Promise<boolean> {
    return (await fileSystem.write(200)) === "blocked" || (await isFrozen(emulator)) === false;
}

/** Starts a run of the plugin, and stops the command in the middle of the freeze. */
async function stopInFreeze(emulator: EmulatorProcess, line: string, terminationMode: string): Promise<void> {
    const ecs: Client = client(emulator);
    const invokeId = await send(ecs, mountedInstance, line, { terminationMode });
    await untilHeld(emulator);
    await ecs.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
    expect((await result(ecs, invokeId)).invocationStatus).to.equal("Terminated");
}

for (const type of ["ext4", "xfs"] as const) {
    describe(`emulator: really freezing ${type}`, () => {
        before(async function () {
            const reason = await whyNoLoopFileSystem(type);
            if (reason !== undefined) {
                console.log(`    skipped: ${reason}`);
                this.skip();
            }
        });

        it("a run holds back writes in the freeze, and only then", async () => {
            await withLoopFileSystem(type, async (fileSystem) => {
                const emulator = await fileSystem.startEmulator(held);
                const invokeId = await send(client(emulator), mountedInstance, pluginLine(longFreeze));
                await untilHeld(emulator);
                expect(await fileSystem.write(300)).to.equal("blocked");
                await emulator.releasePlugin(mountedInstance);
                expect((await result(client(emulator), invokeId)).exitCode).to.equal(0);
                expect(await isFrozen(emulator)).to.equal(false);
                expect(await fileSystem.write()).to.equal("written");
            });
        });

        it("with ProcessTree the freezer is killed too: nothing thaws until the emulator ends", async () => {
            await withLoopFileSystem(type, async (fileSystem) => {
                const emulator = await fileSystem.startEmulator(held);
                await stopInFreeze(emulator, pluginLine(longFreeze), "ProcessTree");
                await until(() => fileSystem.freezers() === 0);
                expect(await fileSystem.write(300)).to.equal("blocked");
                expect(await isFrozen(emulator)).to.equal(true);
                await emulator.stop();
                expect(await fileSystem.write()).to.equal("written");
            });
        });
    });
}

describe("emulator: really freezing, or not", () => {
    before(async function () {
        const reason = await whyNoLoopFileSystem();
        if (reason !== undefined) {
            console.log(`    skipped: ${reason}`);
            this.skip();
        }
    });

    it("a run without EnableFsFreeze freezes nothing", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator(held);
            const line = pluginLine(`${goodParams},-EnableFsFreeze=false`);
            const invokeId = await send(client(emulator), mountedInstance, line);
            await untilHeld(emulator);
            expect((await emulator.state()).snapshotGroups).to.have.length(1);
            expect(await fileSystem.write()).to.equal("written");
            await emulator.releasePlugin(mountedInstance);
            expect((await result(client(emulator), invokeId)).exitCode).to.equal(0);
        });
    });

    it("the freezer thaws by itself at its timeout; the plugin finds nothing to thaw", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator(held);
            const line = pluginLine(`${goodParams},-TimeoutInSeconds=1`);
            const invokeId = await send(client(emulator), mountedInstance, line);
            await untilHeld(emulator);
            expect(await holdsBack(fileSystem, emulator)).to.equal(true);
            await untilThawed(emulator);
            expect(await fileSystem.write()).to.equal("written");
            await emulator.releasePlugin(mountedInstance);
            const row = await result(client(emulator), invokeId);
            expect(row.exitCode, row.text).to.equal(12);
            expect((await emulator.state()).snapshotGroups).to.have.length(1);
        });
    });

    it("the freezer outlives a plugin that is killed, and thaws at its timeout", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator(held);
            const line = `exec ${pluginLine(`${goodParams},-TimeoutInSeconds=2`)}`;
            await stopInFreeze(emulator, line, "Process");
            expect(await holdsBack(fileSystem, emulator)).to.equal(true);
            await untilThawed(emulator);
            expect(await fileSystem.write()).to.equal("written");
        });
    });

    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        it(`thaws when the emulator is ended in the freeze by ${signal}`, async () => {
            await withLoopFileSystem("ext4", async (fileSystem) => {
                const emulator = await fileSystem.startEmulator(held);
                await send(client(emulator), mountedInstance, pluginLine(longFreeze));
                await untilHeld(emulator);
                expect(await fileSystem.write(200)).to.equal("blocked");
                await emulator.stop(signal);
                expect(await fileSystem.write()).to.equal("written");
            });
        });
    }

    it("thaws when the emulator is killed after its freezer", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator(held);
            await stopInFreeze(emulator, pluginLine(longFreeze), "ProcessTree");
            await until(() => fileSystem.freezers() === 0);
            expect(await fileSystem.write(200)).to.equal("blocked");
            await emulator.stop("SIGKILL");
            expect(await fileSystem.write()).to.equal("written");
        });
    });

    it("a file system that is frozen already fails the run with 11; the others are thawed", async () => {
        await withLoopFileSystem("ext4", async (first) => {
            const second = await first.another("ext4");
            const emulator = await first.startEmulator({
                fixture: (fixture) => {
                    for (const instance of fixture.instances) {
                        if (instance.instanceId === mountedInstance) {
                            instance.mounts = [first.mountPoint, second.mountPoint];
                        }
                    }
                },
            });
            await second.freeze();
            const row = await run(client(emulator), mountedInstance, pluginLine(goodParams));
            expect(row.exitCode, row.text).to.equal(11);
            expect(row.text).to.contain("Freeze file systems failed").and.to.contain(second.mountPoint);
            expect((await emulator.state()).snapshotGroups).to.deep.equal([]);
            expect(await first.write()).to.equal("written");
            expect(await second.write(200)).to.equal("blocked");
            await second.thaw();
            expect((await run(client(emulator), mountedInstance, pluginLine(goodParams))).exitCode).to.equal(
                0,
            );
        });
    });

    it("does not freeze what has been mounted there since the start", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator();
            const inside = ["--target", String(emulator.pid), "--mount"];
            const tmpfs = ["mount", "-t", "tmpfs", "other", fileSystem.mountPoint];
            await promisify(execFile)("nsenter", [...inside, ...tmpfs]);
            const row = await run(client(emulator), mountedInstance, pluginLine(goodParams));
            expect(row.exitCode, row.text).to.equal(11);
            expect(row.text).to.contain("only the file system of a loop device is ever frozen");
            expect(await fileSystem.write()).to.equal("written");
        });
    });
});
