import { expect } from "chai";
import { once } from "node:events";
import { count } from "../../support/counts";
import {
    mountedInstance,
    whyNoLoopFileSystem,
    withLoopFileSystem,
    type EmulatorProcess,
    type FileSystemType,
    type LoopFileSystem,
} from "../../support/loop-file-system";
import { providerProcesses } from "../support/orphans";
import { expectFailure, expectSuccess, linuxSnapshot } from "../support/scenario";
import { Stack } from "../support/stack";
import { until } from "../support/until";

/** Long enough to do something to the client in the freeze, which is the second two fifths of it. */
const slowMilliseconds = 4_000;

interface FrozenWorld {
    readonly fileSystem: LoopFileSystem;
    readonly emulator: EmulatorProcess;
    readonly stack: Stack;
}

for (const type of ["ext4", "xfs"] as const) {
    describe(`a real ${type} file system on the instance, with the real engine`, function () {
        this.timeout(240_000);

        before(async function () {
            const reason = await whyNoLoopFileSystem(type);
            if (reason !== undefined) {
                console.log(`    not run: ${reason}`);
                this.skip();
            }
        });

        it("is frozen while the snapshot is made, and takes writes again after it", () =>
            frozenWorld(type, 1, async ({ fileSystem, emulator, stack }) => {
                const up = stack.up([snapshot()]);
                await untilFrozen(emulator);
                expect(await fileSystem.write(300)).to.equal("blocked");
                expectSuccess(await up);
                await expectThawed(fileSystem);
                expect((await stack.snapshots())[0]?.outputs).to.include({ consistency: "application" });
            }));

        it("takes writes again though engine and provider are killed in the freeze", () =>
            frozenWorld(type, 1, async ({ fileSystem, emulator, stack }) => {
                const engine = stack.startUp([snapshot()]);
                await untilFrozen(emulator);
                for (const pid of await providerProcesses("PULUMI_HOME", stack.home)) {
                    process.kill(pid, "SIGKILL");
                }
                engine.kill("SIGKILL");
                await once(engine, "exit");
                expect(await fileSystem.write(100), "it is the real plugin that thaws").to.equal("blocked");
                await expectThawed(fileSystem);

                expectSuccess(await stack.run(["cancel", "--yes"]));
                expectSuccess(await stack.up([snapshot()]));
                const { snapshotGroups, invocations } = await emulator.state();
                expect(invocations, "it is taken up, and not frozen a second time").to.have.length(1);
                expect(snapshotGroups).to.have.length(1);
                await expectThawed(fileSystem);
            }));

        it("takes writes again though the client's time is up in the freeze", () =>
            frozenWorld(type, 1, async ({ fileSystem, emulator, stack }) => {
                const up = expectFailure(await stack.up([snapshot({ timeoutSeconds: 2 })]));
                expect(up.output).to.match(/StillInProgress: /);
                await until(async () => (await emulator.state()).invocations[0]?.status === "Success");
                await expectThawed(fileSystem);
                expectSuccess(await stack.destroy());
                await expectThawed(fileSystem);
                const actions = (await emulator.ledger()).map((entry) => entry.action);
                expect(actions).not.to.include("StopInvocation");
            }));

        it("takes writes again whatever call fails on the way", () =>
            frozenWorld(type, 0, async ({ fileSystem, emulator, stack }) => {
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

function snapshot(args: Readonly<Record<string, unknown>> = {}): ReturnType<typeof linuxSnapshot> {
    return linuxSnapshot("a", mountedInstance, args);
}

/** A file system, an emulator whose plugin freezes it, and a stack. */
async function frozenWorld(
    type: FileSystemType,
    slowRuns: number,
    test: (world: FrozenWorld) => Promise<void>,
): Promise<void> {
    await withLoopFileSystem(type, async (fileSystem) => {
        const emulator = await fileSystem.startEmulator({
            fixture: (fixture) => {
                for (const instance of fixture.instances) {
                    instance.plugin = {
                        outcomes: Array.from({ length: slowRuns }, () => ({ durationMs: slowMilliseconds })),
                    };
                }
            },
        });
        const stack = await Stack.create(emulator);
        try {
            await test({ fileSystem, emulator, stack });
        } finally {
            await stack.remove();
        }
    });
}

async function untilFrozen(emulator: EmulatorProcess): Promise<void> {
    await until(async () =>
        (await emulator.state()).instances.some(
            ({ instanceId, frozen }) => instanceId === mountedInstance && frozen,
        ),
    );
}

/** A write succeeds, at the latest when the freeze is over by itself. */
async function expectThawed(fileSystem: LoopFileSystem): Promise<void> {
    const written = await fileSystem.write(slowMilliseconds * 2);
    count("frozen", written === "written" ? 0 : 1);
    expect(written).to.equal("written");
}
