import Client, { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";
import {
    type EmulatorProcess,
    type EmulatorSettings,
    type LoopFileSystem,
    mountedInstance,
    whyNoLoopFileSystem,
    withLoopFileSystem,
} from "../support/loop-file-system";
import { eventually, goodParams, pluginLine, region, result, run, sdk, send } from "./support";

const client = (emulator: EmulatorProcess) => sdk(emulator as unknown as Emulator);
const isFrozen = async (emulator: EmulatorProcess) =>
    (await emulator.state()).instances.find((each) => each.instanceId === mountedInstance)?.frozen;
const untilFrozen = (emulator: EmulatorProcess, frozen = true) =>
    eventually(async () => ((await isFrozen(emulator)) === frozen ? true : undefined));
const untilWritten = (fileSystem: LoopFileSystem) =>
    eventually(async () => ((await fileSystem.write(200)) === "written" ? true : undefined));

/** Settings of an emulator whose first run of the plugin takes so long, two fifths of it in the freeze. */
function slowRun(durationMs: number): EmulatorSettings {
    return {
        behaviour: { stopRunning: "kills" },
        fixture: (fixture) => {
            for (const instance of fixture.instances) {
                instance.plugin = { outcomes: [{ durationMs }] };
            }
        },
    };
}

/** Starts a run of the plugin, and stops the command in the middle of the freeze. */
async function stopInFreeze(emulator: EmulatorProcess, line: string, terminationMode: string): Promise<void> {
    const ecs: Client = client(emulator);
    const invokeId = await send(ecs, mountedInstance, line, { terminationMode });
    await untilFrozen(emulator);
    await ecs.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
    expect((await result(ecs, invokeId)).invocationStatus).to.equal("Terminated");
}

for (const type of ["ext4", "xfs"] as const) {
    describe(`emulator: really freezing ${type}`, function () {
        this.timeout(60_000);

        before(async function () {
            const reason = await whyNoLoopFileSystem(type);
            if (reason !== undefined) {
                console.log(`    skipped: ${reason}`);
                this.skip();
            }
        });

        it("a run holds back writes in the freeze, and only then", async () => {
            await withLoopFileSystem(type, async (fileSystem) => {
                const emulator = await fileSystem.startEmulator(slowRun(2500));
                const invokeId = await send(client(emulator), mountedInstance, pluginLine(goodParams));
                await untilFrozen(emulator);
                expect(await fileSystem.write(300)).to.equal("blocked");
                expect((await result(client(emulator), invokeId)).exitCode).to.equal(0);
                expect(await isFrozen(emulator)).to.equal(false);
                expect(await fileSystem.write()).to.equal("written");
            });
        });

        it("with ProcessTree the freezer is killed too: nothing thaws until the emulator ends", async () => {
            await withLoopFileSystem(type, async (fileSystem) => {
                const emulator = await fileSystem.startEmulator(slowRun(3000));
                const line = pluginLine(`${goodParams},-TimeoutInSeconds=1`);
                await stopInFreeze(emulator, line, "ProcessTree");
                expect(await fileSystem.write(1500)).to.equal("blocked");
                expect(await isFrozen(emulator)).to.equal(true);
                await emulator.stop();
                expect(await fileSystem.write()).to.equal("written");
            });
        });
    });
}

describe("emulator: really freezing, or not", function () {
    this.timeout(60_000);

    before(async function () {
        const reason = await whyNoLoopFileSystem();
        if (reason !== undefined) {
            console.log(`    skipped: ${reason}`);
            this.skip();
        }
    });

    it("a run without EnableFsFreeze freezes nothing", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator(slowRun(1000));
            const line = pluginLine(`${goodParams},-EnableFsFreeze=false`);
            const invokeId = await send(client(emulator), mountedInstance, line);
            await eventually(async () =>
                (await emulator.state()).snapshotGroups.length > 0 ? true : undefined,
            );
            expect(await fileSystem.write()).to.equal("written");
            expect((await result(client(emulator), invokeId)).exitCode).to.equal(0);
        });
    });

    it("the freezer thaws by itself at its timeout; the plugin finds nothing to thaw", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator(slowRun(4000));
            const line = pluginLine(`${goodParams},-TimeoutInSeconds=1`);
            const invokeId = await send(client(emulator), mountedInstance, line);
            await untilFrozen(emulator);
            expect(await fileSystem.write(200)).to.equal("blocked");
            await untilFrozen(emulator, false);
            expect(await fileSystem.write()).to.equal("written");
            const row = await result(client(emulator), invokeId);
            expect(row.exitCode, row.text).to.equal(12);
            expect((await emulator.state()).snapshotGroups).to.have.length(1);
        });
    });

    it("the freezer outlives a plugin that is killed, and thaws at its timeout", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator(slowRun(3000));
            const line = `exec ${pluginLine(`${goodParams},-TimeoutInSeconds=2`)}`;
            await stopInFreeze(emulator, line, "Process");
            expect(await fileSystem.write(200)).to.equal("blocked");
            expect(await isFrozen(emulator)).to.equal(true);
            await untilFrozen(emulator, false);
            expect(await fileSystem.write()).to.equal("written");
        });
    });

    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        it(`thaws when the emulator is ended in the freeze by ${signal}`, async () => {
            await withLoopFileSystem("ext4", async (fileSystem) => {
                const emulator = await fileSystem.startEmulator(slowRun(3000));
                // A freezer whose emulator was killed ends with its timeout only.
                const line = pluginLine(`${goodParams},-TimeoutInSeconds=5`);
                await send(client(emulator), mountedInstance, line);
                await untilFrozen(emulator);
                expect(await fileSystem.write(200)).to.equal("blocked");
                await emulator.stop(signal);
                // A killed emulator has no time to wait for its guard.
                await untilWritten(fileSystem);
            });
        });
    }

    it("thaws when the emulator is killed after its freezer", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator(slowRun(3000));
            await stopInFreeze(emulator, pluginLine(goodParams), "ProcessTree");
            expect(await fileSystem.write(200)).to.equal("blocked");
            await emulator.stop("SIGKILL");
            await untilWritten(fileSystem);
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
