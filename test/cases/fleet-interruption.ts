import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { isHeld, neverAcknowledged, releaseWhenAwaited } from "../support/stack/interruption";
import { pluginRuns } from "../support/stack/plugin-runs";
import {
    attachRoles,
    calls,
    expectFailure,
    expectSuccess,
    fleetIn,
    fleetOf,
    groupIds,
    instances,
    startedOn,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { RunningCommand, TestResource, TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

const { linux, withRole, mixedDisks, windows } = instances;
const all = [linux, withRole, windows];
const resources = [fleetOf("a", all, { triggers: ["1"] })];

/** Fleets whose update ends before their snapshots do. */
export function interruptedFleets(how: string, scenario: Scenario): void {
    describe(`a fleet whose update was killed, ${how}`, () => {
        for (const what of ["killEngine", "killProvider"] as const) {
            it(`is adopted whole by the next update, and nothing is taken twice: ${what}`, () =>
                scenario(async ({ emulator, stack }) => {
                    await killWithHeld(emulator, stack, [linux, windows], what);
                    expect(await stack.snapshots()).to.be.empty;
                    expect(startedOn(emulator)).to.have.deep.members([[linux, withRole], [windows]]);
                    const going = stack.up(resources);
                    await releaseWhenAwaited(emulator, linux);
                    emulator.controls.releasePlugin(windows);
                    const up = expectSuccess(await going);
                    expect(up.output).to.match(/adopting an earlier run: invocation t-/);
                    expect(pluginRuns(emulator)).to.have.length(2);
                    const held = await fleetIn(stack, "a");
                    expect(Object.keys(held.snapshots)).to.have.members(all);
                    expect(groupIds(emulator)).to.have.members(
                        Object.values(held.snapshotGroupIdByInstanceId),
                    );
                    expect(held.snapshots[linux]?.warnings?.join()).to.match(
                        /by an earlier run that did not finish/,
                    );
                    expect(states(emulator)).to.deep.equal(["committed", "committed"]);
                    expect(owners(emulator)).to.deep.equal([held.ownerToken, held.ownerToken]);

                    expect(expectSuccess(await stack.up(resources)).output).to.match(/2 unchanged/);
                    expectSuccess(await stack.destroy());
                    expect(groupIds(emulator)).to.be.empty;
                    expect(states(emulator)).to.deep.equal(["committed", "committed"]);
                }));
        }

        it("is cleared away by the next update if the trigger has changed by then", () =>
            scenario(async ({ emulator, stack }) => {
                await killWithHeld(emulator, stack, [linux, windows]);
                emulator.controls.releasePlugin(linux);
                emulator.controls.releasePlugin(windows);
                const up = expectSuccess(await stack.up([fleetOf("a", all, { triggers: ["2"] })]));
                expect(up.output).to.match(/clearing away an earlier run: invocation t-/);
                expect(startedOn(emulator).flat()).to.have.length(6);
                const held = await fleetIn(stack, "a");
                expect(groupIds(emulator)).to.have.members(Object.values(held.snapshotGroupIdByInstanceId));
                expect(groupIds(emulator)).to.have.length(3);
                expect(states(emulator)).to.deep.equal(["closed", "closed", ...states(emulator).slice(2)]);
                expect(new Set(states(emulator).slice(2))).to.deep.equal(new Set(["committed"]));
            }));

        it("is adopted, and an instance that was added meanwhile is taken", () =>
            scenario(async ({ emulator, stack }) => {
                await killWithHeld(emulator, stack, [linux]);
                emulator.controls.releasePlugin(linux);
                const more = [fleetOf("a", [mixedDisks, ...all], { triggers: ["1"] })];
                expectSuccess(await stack.up(more));
                expect(startedOn(emulator).flat()).to.have.members([...all, mixedDisks]);
                const held = await fleetIn(stack, "a");
                expect(groupIds(emulator)).to.have.members(Object.values(held.snapshotGroupIdByInstanceId));
                expect(groupIds(emulator)).to.have.length(4);
            }));

        it("names the snapshot of an instance that the program no longer names, and leaves it alone", () =>
            scenario(async ({ emulator, stack }) => {
                await killWithHeld(emulator, stack, [linux]);
                emulator.controls.releasePlugin(linux);
                const up = expectSuccess(
                    await stack.up([fleetOf("a", [linux, withRole], { triggers: ["1"] })]),
                );
                expect(startedOn(emulator).flat()).to.have.members(all);
                const held = await fleetIn(stack, "a");
                const left = emulator.state.snapshotGroups.filter(({ instanceId }) => instanceId === windows);
                expect(left).to.have.length(1);
                expect(up.output).to.match(new RegExp(`warning: .*${windows}`));
                expect(groupIds(emulator)).to.have.members([
                    ...Object.values(held.snapshotGroupIdByInstanceId),
                    ...left.map(({ snapshotGroupId }) => snapshotGroupId),
                ]);
            }));

        it("loses the snapshot of such an instance if it ran together with one that is still named", () =>
            scenario(async ({ emulator, stack }) => {
                await killWithHeld(emulator, stack, [linux]);
                emulator.controls.releasePlugin(linux);
                expectSuccess(await stack.up([fleetOf("a", [linux, windows], { triggers: ["1"] })]));
                expect(startedOn(emulator).flat()).to.have.members(all);
                const held = await fleetIn(stack, "a");
                expect(Object.keys(held.snapshots)).to.have.members([linux, windows]);
                expect(groupIds(emulator)).to.have.members(Object.values(held.snapshotGroupIdByInstanceId));
            }));

        it("loses the snapshot of an instance that the program no longer names, if the stack has a namespace", () =>
            scenario(
                async ({ emulator, stack }) => {
                    await killWithHeld(emulator, stack, [linux]);
                    emulator.controls.releasePlugin(linux);
                    expectSuccess(await stack.up([fleetOf("a", [linux, withRole], { triggers: ["1"] })]));
                    expect(startedOn(emulator).flat()).to.have.members(all);
                    const held = await fleetIn(stack, "a");
                    expect(Object.keys(held.snapshots)).to.have.members([linux, withRole]);
                    expect(groupIds(emulator)).to.have.members(
                        Object.values(held.snapshotGroupIdByInstanceId),
                    );
                },
                {
                    stack: {
                        config: {
                            "alicloud:region": "cn-hangzhou",
                            "alicloud-app-snapshot:namespace": "shop",
                        },
                    },
                },
            ));

        it("in an addition adopts the added instance, and touches no other", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up(resources));
                const before = await fleetIn(stack, "a");
                const more = [fleetOf("a", [...all, mixedDisks], { triggers: ["1"] })];
                await killWithHeld(emulator, stack, [mixedDisks], "killEngine", more);
                emulator.controls.releasePlugin(mixedDisks);
                const runs = startedOn(emulator).length;
                expectSuccess(await stack.up(more));
                expect(startedOn(emulator)).to.have.length(runs);
                const held = await fleetIn(stack, "a");
                expect(held.snapshotGroupIdByInstanceId).to.include(before.snapshotGroupIdByInstanceId);
                expect(Object.keys(held.snapshots)).to.have.members([...all, mixedDisks]);
                expect(groupIds(emulator)).to.have.members(Object.values(held.snapshotGroupIdByInstanceId));
            }));
    });

    describe(`a fleet that is not finished in time, ${how}`, () => {
        const impatient = fleetOf("a", all, { timeoutSeconds: 1 });
        const patient = fleetOf("a", all, { timeoutSeconds: 900 });

        it("stays in the state with what is finished, survives a refresh, and is resumed without a second run", () =>
            scenario(async ({ emulator, stack }) => {
                attachRoles(emulator, all);
                emulator.controls.addOutcomes(linux, { holdAt: "start" });
                const up = expectFailure(await stack.up([impatient]));
                expect(up.output).to.match(new RegExp(`${linux}: StillInProgress: `));
                const held = await fleetIn(stack, "a");
                expect(Object.keys(held.unfinished ?? {})).to.deep.equal([linux]);
                expect(held.failures).to.have.all.keys(linux);
                expect(Object.keys(held.snapshots)).to.have.members([withRole, windows]);
                expectSuccess(await stack.refresh());
                expect((await fleetIn(stack, "a")).unfinished).to.deep.equal(held.unfinished);

                const runs = startedOn(emulator).length;
                const going = stack.up([patient]);
                await releaseWhenAwaited(emulator, linux);
                expectSuccess(await going);
                expect(startedOn(emulator)).to.have.length(runs);
                const whole = await fleetIn(stack, "a");
                expect(whole).not.to.have.property("unfinished");
                expect(whole.failures).to.deep.equal({});
                expect(whole.snapshotGroupIdByInstanceId).to.include(held.snapshotGroupIdByInstanceId);
                expect(Object.keys(whole.snapshots)).to.have.members(all);
                expect(groupIds(emulator)).to.have.members(Object.values(whole.snapshotGroupIdByInstanceId));
                // The first update failed, so that only the second one could be acknowledged.
                expect(new Set(states(emulator))).to.deep.equal(new Set(["committed"]));
                expect(expectSuccess(await stack.up([patient])).output).to.match(/2 unchanged/);
            }));

        it("is deleted with everything that its running commands produce", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(linux, { holdAt: "start" });
                emulator.controls.addOutcomes(windows, { holdAt: "start" });
                expectFailure(await stack.up([impatient]));
                const destroying = stack.destroy();
                await releaseWhenAwaited(emulator, linux);
                await releaseWhenAwaited(emulator, windows);
                expectSuccess(await destroying);
                expect(pluginRuns(emulator).map(({ status }) => status)).to.deep.equal(
                    pluginRuns(emulator).map(() => "Success"),
                );
                expect(groupIds(emulator)).to.be.empty;
                expect(await stack.snapshots()).to.be.empty;
                expect(calls(emulator, "StopInvocation"), "a stop could leave a frozen file system").to.be
                    .empty;
            }));

        it("deletes what a running command produces on an instance that is removed", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(linux, { holdAt: "start" });
                expectFailure(await stack.up([impatient]));
                const going = stack.up([fleetOf("a", [withRole, windows])]);
                await releaseWhenAwaited(emulator, linux);
                expectSuccess(await going);
                const held = await fleetIn(stack, "a");
                expect(Object.keys(held.snapshots)).to.have.members([withRole, windows]);
                expect(held).not.to.have.property("unfinished");
                expect(groupIds(emulator)).to.have.members(Object.values(held.snapshotGroupIdByInstanceId));
            }));

        it("is finished and recorded in the state after a single Ctrl-C", () =>
            scenario(async ({ emulator, stack }) => {
                const running = await startHeld(emulator, stack, [linux]);
                running.interrupt();
                emulator.controls.releasePlugin(linux);
                await running.ended;
                const held = await fleetIn(stack, "a");
                expect(Object.keys(held.snapshots)).to.have.members(all);
                expect(groupIds(emulator)).to.have.members(Object.values(held.snapshotGroupIdByInstanceId));
                // The state has it, even if the program never acknowledged it.
                neverAcknowledged(emulator, all);
                expectSuccess(await stack.up([fleetOf("a", all, { triggers: ["1"], description: "kept" })]));
                expect(new Set(states(emulator))).to.deep.equal(new Set(["committed"]));
                expect(startedOn(emulator).flat()).to.have.length(3);
            }));
    });
}

/** Starts an update whose plugin stays at work on some instances until it is released there. */
async function startHeld(
    emulator: Emulator,
    stack: TestStack,
    held: readonly string[],
    program: readonly TestResource[] = resources,
): Promise<RunningCommand> {
    attachRoles(emulator, all);
    for (const instanceId of held) {
        emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
    }
    const update = stack.startUp(program);
    await until(() => held.every((instanceId) => isHeld(emulator, instanceId)));
    return update;
}

/** Kills an update while the plugin is at work on some instances. */
async function killWithHeld(
    emulator: Emulator,
    stack: TestStack,
    held: readonly string[],
    what: "killEngine" | "killProvider" = "killEngine",
    program: readonly TestResource[] = resources,
): Promise<void> {
    const update = await startHeld(emulator, stack, held, program);
    const instanceIds = program.flatMap(({ args }) => args?.["instanceIds"] as string[]);
    await until(() => instanceIds.every((instanceId) => startedOn(emulator).flat().includes(instanceId)));
    await update[what]();
    if (what === "killProvider") {
        expectFailure(await update.ended);
    }
    await stack.unlock();
}

function states({ state }: Emulator): (string | undefined)[] {
    return state.invocations.map(({ tags }) => tags["app-snapshot:state"]);
}

function owners({ state }: Emulator): (string | undefined)[] {
    return state.invocations.map(({ tags }) => tags["app-snapshot:owner"]);
}
