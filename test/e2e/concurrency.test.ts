import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";
import { isPluginAtWork } from "./support/plugin-runs";
import { calls, expectFailure, expectSuccess, instances, linuxSnapshot, scenario } from "./support/scenario";
import type { Stack } from "./support/stack";
import { until } from "./support/until";

const temporary = { roleAttachment: "temporary" };

describe("several snapshots of one instance at once, with the real engine", function () {
    this.timeout(180_000);

    it("are taken one after the other within an update, and a temporary role comes off after each", () =>
        scenario(async ({ emulator, stack }) => {
            expectSuccess(
                await stack.up([
                    linuxSnapshot("a", instances.linux, temporary),
                    linuxSnapshot("b", instances.linux, temporary),
                ]),
            );
            expect(emulator.state.snapshotGroups).to.have.length(2);
            expectNoOverlap(emulator);
            expect(calls(emulator, "DetachInstanceRamRole")).to.have.length(2);
            const instance = emulator.state.instances.find(
                ({ instanceId }) => instanceId === instances.linux,
            );
            expect(instance).to.include({ ramRoleName: undefined });
            expect(instance?.tags).not.to.have.property("app-snapshot:temporary-role");
        }));

    it("of two stacks wait for each other", () =>
        scenario(async ({ emulator, stack }) => {
            await withSnapshotUnderWay(emulator, stack, async (other) => {
                const up = expectSuccess(await other.up([linuxSnapshot("b", instances.withRole)], "--debug"));
                expect(up.output).to.match(/waiting for invocation t-\w+, another snapshot of i-/);
            });
            await until(async () => (await stack.snapshots()).length === 1);
            expect(emulator.state.snapshotGroups).to.have.length(2);
            expect(calls(emulator, "RunCommand")).to.have.length(2);
            expectNoOverlap(emulator);
        }));

    it("wait for each other as well when only the plugin knows of the other one", () =>
        scenario(
            async ({ emulator, stack }) => {
                await withSnapshotUnderWay(emulator, stack, async (other) => {
                    const up = expectSuccess(await other.up([linuxSnapshot("b", instances.withRole)]));
                    expect(up.output).to.match(
                        /waiting for another snapshot of i-.*PluginSnapshotInProgress/,
                    );
                });
                expect(calls(emulator, "RunCommand").length).to.be.above(2);
                await until(() => emulator.state.snapshotGroups.length === 2);
                const open = emulator.state.invocations.filter(
                    ({ tags }) => tags["app-snapshot:state"] === "open",
                );
                expect(open.length, "only the other stack's, which may not be recorded yet").to.be.at.most(1);
            },
            { emulator: { behaviour: { activeTaskCount: "stale" } } },
        ));

    it("say which other one is in the way when time is up, and have touched nothing", () =>
        scenario(async ({ emulator, stack }) => {
            await withSnapshotUnderWay(emulator, stack, async (other) => {
                const up = expectFailure(
                    await other.up([linuxSnapshot("b", instances.withRole, { timeoutSeconds: 1 })]),
                );
                expect(up.output).to.match(/InstanceBusy: /);
                expect(up.output).to.include(emulator.state.invocations[0]?.invokeId);
                expect(calls(emulator, "RunCommand")).to.have.length(1);
                expect(await other.snapshots()).to.be.empty;
            });
        }));
});

/** Runs `task` with another stack while the first one's plugin is at work. */
async function withSnapshotUnderWay(
    emulator: Emulator,
    stack: Stack,
    task: (other: Stack) => Promise<void>,
): Promise<void> {
    const other = await stack.another({ stackName: "other" });
    try {
        emulator.edit.addOutcomes(instances.withRole, { durationMs: 15_000 });
        const engine = stack.startUp([linuxSnapshot("a", instances.withRole)]);
        const ended = new Promise((resolve) => engine.once("exit", resolve));
        await until(() => isPluginAtWork(emulator));
        await task(other);
        expect(await ended).to.equal(0);
    } finally {
        await other.remove();
    }
}

function expectNoOverlap(emulator: Emulator): void {
    const runs = emulator.state.invocations
        .map((invocation) => invocation.results[0])
        .map((result) => ({ start: result?.startTime ?? "", end: result?.finishTime ?? "" }))
        .sort((a, b) => a.start.localeCompare(b.start));
    for (const [index, { start }] of runs.entries()) {
        const before = runs[index - 1];
        expect(before === undefined || before.end <= start, JSON.stringify(runs)).to.equal(true);
    }
}
