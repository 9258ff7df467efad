import { expect } from "chai";

import { count } from "../support/counts";
import type { FileSystemType } from "../support/file-system-type";
import {
    type EmulatorProcess,
    type LoopFileSystem,
    mountedInstance,
    whyNoLoopFileSystem,
    withLoopFileSystem,
} from "../support/loop-file-system";
import { expectFailure, expectSuccess, linuxSnapshot, scripts } from "../support/stack/program";
import type { TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

/** Creates a stack for an emulator. */
export type CreateStack = (emulator: EmulatorProcess) => Promise<TestStack>;

interface FrozenWorld {
    readonly fileSystem: LoopFileSystem;
    readonly emulator: EmulatorProcess;
    readonly stack: TestStack;
}

export function frozenFileSystem(how: string, type: FileSystemType, createStack: CreateStack): void {
    describe(`a real ${type} file system on the instance, ${how}`, () => {
        const inWorld = (runs: "held" | "at once", test: (world: FrozenWorld) => Promise<void>) =>
            frozenWorld(type, runs, createStack, test);

        before(async function () {
            const reason = await whyNoLoopFileSystem(type);
            if (reason !== undefined) {
                console.log(`    not run: ${reason}`);
                this.skip();
            }
        });

        it("is frozen while the snapshot is made, and takes writes again after it", () =>
            inWorld("held", async ({ fileSystem, emulator, stack }) => {
                const up = stack.up([snapshot()]);
                await untilHeld(emulator);
                expect(await fileSystem.write(300)).to.equal("blocked");
                await emulator.releasePlugin(mountedInstance);
                expectSuccess(await up);
                await expectThawed(fileSystem);
                expect((await stack.snapshots())[0]?.outputs).to.include({ consistency: "application" });
            }));

        it("takes writes again although engine and provider are killed during the freeze", () =>
            inWorld("held", async ({ fileSystem, emulator, stack }) => {
                const update = stack.startUp([snapshot()]);
                await untilHeld(emulator);
                await update.killProvider();
                await update.killEngine();
                expect(await fileSystem.write(100), "it is the real plugin that thaws").to.equal("blocked");
                await emulator.releasePlugin(mountedInstance);
                await expectThawed(fileSystem);

                await stack.unlock();
                expectSuccess(await stack.up([snapshot()]));
                const { snapshotGroups, invocations } = await emulator.state();
                expect(invocations, "it is adopted, and not frozen a second time").to.have.length(1);
                expect(snapshotGroups).to.have.length(1);
                await expectThawed(fileSystem);
            }));

        it("takes writes again although the client's time limit passes during the freeze", () =>
            inWorld("held", async ({ fileSystem, emulator, stack }) => {
                const up = expectFailure(await stack.up([snapshot({ timeoutSeconds: 1 })]));
                expect(up.output).to.match(/StillInProgress: /);
                await untilHeld(emulator);
                await emulator.releasePlugin(mountedInstance);
                await until(async () => (await emulator.state()).invocations[0]?.status === "Success");
                await expectThawed(fileSystem);
                expectSuccess(await stack.destroy());
                await expectThawed(fileSystem);
                const actions = (await emulator.ledger()).map((entry) => entry.action);
                expect(actions).not.to.include("StopInvocation");
            }));

        it("takes writes again whatever call fails on the way", () =>
            inWorld("at once", async ({ fileSystem, emulator, stack }) => {
                const calls = ["DescribeInvocations", "RunCommand", "DescribeInvocationResults"];
                for (const action of [
                    ...calls,
                    "DescribeSnapshotGroups",
                    "TagResources",
                    "DeleteSnapshotGroup",
                ]) {
                    for (const kind of ["reset-after", "http-500", "bad-gateway"] as const) {
                        await emulator.addFaults({ action, kind });
                    }
                }
                expectSuccess(await stack.up([snapshot()]));
                await expectThawed(fileSystem);
                // Now every call fails for good, once the command runs.
                await emulator.addFaults({ action: "DescribeInvocationResults", kind: "error", times: 100 });
                expectFailure(await stack.up([snapshot({ triggers: ["2"] })]));
                await until(async () =>
                    (await emulator.state()).invocations.every(({ status }) => status === "Success"),
                );
                await expectThawed(fileSystem);
            }));
    });
}

/** Allows an hour for the freeze, so that it does not end by itself during a test. */
function snapshot(args: Readonly<Record<string, unknown>> = {}): ReturnType<typeof linuxSnapshot> {
    return linuxSnapshot("a", mountedInstance, {
        linux: { ...scripts, freezeTimeoutSeconds: 3_600 },
        ...args,
    });
}

/** A file system, an emulator whose plugin freezes it, and a stack. */
async function frozenWorld(
    type: FileSystemType,
    runs: "held" | "at once",
    createStack: CreateStack,
    test: (world: FrozenWorld) => Promise<void>,
): Promise<void> {
    await withLoopFileSystem(type, async (fileSystem) => {
        const emulator = await fileSystem.startEmulator({
            fixture: (fixture) => {
                for (const instance of fixture.instances) {
                    instance.plugin = { outcomes: runs === "held" ? [{ holdAt: "freeze" }] : [] };
                }
            },
        });
        const stack = await createStack(emulator);
        try {
            await test({ fileSystem, emulator, stack });
        } finally {
            await stack.remove();
        }
    });
}

async function untilHeld(emulator: EmulatorProcess): Promise<void> {
    await until(async () =>
        (await emulator.state()).instances.some(
            ({ instanceId, frozen, pluginWaits }) => instanceId === mountedInstance && frozen && pluginWaits,
        ),
    );
}

/** Only a frozen file system blocks a write for so long. */
const patientMs = 300_000;

async function expectThawed(fileSystem: LoopFileSystem): Promise<void> {
    const written = await fileSystem.write(patientMs);
    count("frozen", written === "written" ? 0 : 1);
    expect(written).to.equal("written");
}
