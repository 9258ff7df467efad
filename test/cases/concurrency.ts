import { expect } from "chai";
import type { Emulator, InvocationState } from "pulumi-alicloud-app-snapshot-emulator";

import { startPlugin } from "../support/stack/interruption";
import { calls, expectFailure, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { CommandResult, RunningCommand, TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

const temporary = { roleAttachment: "temporary" };

export function concurrentSnapshots(how: string, scenario: Scenario): void {
    describe(`several snapshots of one instance at once, ${how}`, () => {
        it("are taken one after another within an update, and a temporary role is detached after each", () =>
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
                await besideAnother(emulator, stack, async ({ first, release, up }) => {
                    const before = looksAtInstance(emulator);
                    const second = up("--debug");
                    await until(() => looksAtInstance(emulator) > before);
                    release();
                    expect(expectSuccess(await second).output).to.match(
                        /waiting \d+s: another snapshot of i-[\w, ]+ t-/,
                    );
                    expectSuccess(await first.ended);
                });
                expect(await stack.snapshots()).to.have.length(1);
                expect(emulator.state.snapshotGroups).to.have.length(2);
                expect(calls(emulator, "RunCommand")).to.have.length(2);
                expectNoOverlap(emulator);
            }));

        it("also wait for each other when only the plugin knows of the other one", () =>
            scenario(
                async ({ emulator, stack }) => {
                    await besideAnother(emulator, stack, async ({ first, release, up }) => {
                        // No list shows the other one yet, neither as running nor as pending.
                        emulator.faults.add({
                            action: "DescribeInvocations",
                            kind: "miss",
                            times: 2,
                            when: (params) => "InstanceId" in params,
                        });
                        const second = up();
                        await until(() => emulator.state.invocations.some(isRefused));
                        release();
                        expect(expectSuccess(await second).output).to.match(
                            /waiting, attempt 1: another snapshot is in progress \(PluginSnapshotInProgress, i-/,
                        );
                        expectSuccess(await first.ended);
                    });
                    expect(calls(emulator, "RunCommand").length).to.be.above(2);
                    expect(emulator.state.snapshotGroups).to.have.length(2);
                    const open = emulator.state.invocations.filter(
                        ({ tags }) => tags["app-snapshot:state"] === "open",
                    );
                    expect(open).to.be.empty;
                },
                { emulator: { behaviour: { activeTaskCount: "stale" } } },
            ));

        it("name the other one when the time limit passes, and touch nothing", () =>
            scenario(async ({ emulator, stack }) => {
                await besideAnother(emulator, stack, async ({ first, release, other }) => {
                    const up = expectFailure(
                        await other.up([linuxSnapshot("b", instances.withRole, { timeoutSeconds: 1 })]),
                    );
                    expect(up.output).to.match(/InstanceBusy: /);
                    expect(up.output).to.include(emulator.state.invocations[0]?.invokeId);
                    expect(calls(emulator, "RunCommand")).to.have.length(1);
                    expect(await other.snapshots()).to.be.empty;
                    release();
                    expectSuccess(await first.ended);
                });
            }));
    });
}

interface Beside {
    /** The first stack's update, whose plugin is at work until it is released. */
    readonly first: RunningCommand;
    readonly release: () => void;
    readonly other: TestStack;
    /** The other stack's update of the same instance. */
    readonly up: (...flags: string[]) => Promise<CommandResult>;
}

/** Runs `task` with another stack while the first one's plugin is at work. */
async function besideAnother(
    emulator: Emulator,
    stack: TestStack,
    task: (beside: Beside) => Promise<void>,
): Promise<void> {
    const instanceId = instances.withRole;
    const other = await stack.another({ stackName: "other" });
    try {
        const resources = [linuxSnapshot("a", instanceId)];
        await task({
            first: await startPlugin(emulator, stack, { resources, instanceId }),
            release: () => {
                emulator.controls.releasePlugin(instanceId);
            },
            other,
            up: (...flags) => other.up([linuxSnapshot("b", instanceId)], ...flags),
        });
    } finally {
        await other.remove();
    }
}

/** Counts the questions for the running invocations of an instance. */
function looksAtInstance(emulator: Emulator): number {
    return calls(emulator, "DescribeInvocations").filter(({ params }) => "InstanceId" in params).length;
}

/** Tells whether the plugin refused a run with exit code 16, because another one was in progress. */
function isRefused({ results }: InvocationState): boolean {
    return results.some(({ exitCode }) => exitCode === 16);
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
