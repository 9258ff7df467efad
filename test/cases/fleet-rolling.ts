import { expect } from "chai";
import type { Emulator, EmulatorOptions } from "pulumi-alicloud-app-snapshot-emulator";

import { isHeld } from "../support/stack/interruption";
import {
    attachRoles,
    expectFailure,
    expectSuccess,
    fleetIn,
    fleetOf,
    instances,
    startedOn,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

const { linux, withRole, mixedDisks, stopped } = instances;
const list = [mixedDisks, linux, withRole];

/** Fleets of which only some instances are at rest at the same time. */
export function rollingFleets(how: string, scenario: Scenario): void {
    describe(`a fleet with maxConcurrentInstances, ${how}`, () => {
        for (const maxConcurrentInstances of [1, 2]) {
            it(`never has more instances at rest, and keeps to the order of its list: ${maxConcurrentInstances} of 3`, () =>
                scenario(async ({ emulator, stack }) => {
                    attachRoles(emulator, list);
                    for (const instanceId of list) {
                        emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
                    }
                    const going = stack.startUp([fleetOf("a", list, { maxConcurrentInstances })]);
                    const seen: string[][] = [];
                    for (const [index, instanceId] of list.entries()) {
                        const expected = list.slice(index, index + maxConcurrentInstances);
                        await until(() => expected.every((one) => isHeld(emulator, one)));
                        seen.push(held(emulator));
                        expect(startedOn(emulator).flat()).to.have.members(
                            list.slice(0, index + maxConcurrentInstances),
                        );
                        emulator.controls.releasePlugin(instanceId);
                    }
                    expectSuccess(await going.ended);
                    expect(seen).to.deep.equal(
                        list.map((_one, index) => list.slice(index, index + maxConcurrentInstances).sort()),
                    );
                    expect(startedOn(emulator).flat()).to.have.length(3);
                    expect(Object.keys((await fleetIn(stack, "a")).snapshots)).to.have.members(list);
                }));
        }

        it('begins nothing after a failure with onFailure: "stop", and begins it in the next update', () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(linux, { exitCode: 9 });
                const args = { maxConcurrentInstances: 1, onFailure: "stop" };
                const up = expectFailure(await stack.up([fleetOf("a", list, args)]));
                expect(up.output).to.match(new RegExp(`${linux}: PluginPreScriptFailed: `));
                expect(up.output).to.match(new RegExp(`${withRole}: NotBegun: `));
                expect(startedOn(emulator)).to.deep.equal([[mixedDisks], [linux]]);
                expect(await codesIn(stack)).to.deep.equal({
                    [linux]: "PluginPreScriptFailed",
                    [withRole]: "NotBegun",
                });
                expectSuccess(await stack.up([fleetOf("a", list, args)]));
                expect(startedOn(emulator).slice(2)).to.deep.equal([[linux], [withRole]]);
                expect(await codesIn(stack)).to.deep.equal({});
            }));

        it('begins nothing with onFailure: "stop" while a failure is still being cleaned up', () => {
            let world: Emulator | undefined;
            const onCall: EmulatorOptions["onCall"] = async ({ phase, entry: { action } }) => {
                if (phase === "received" && action === "DeleteSnapshotGroup" && world !== undefined) {
                    const { state, controls } = world;
                    if (isHeld(world, linux)) {
                        controls.releasePlugin(linux);
                    }
                    // Long enough for the next one to begin, if it may.
                    await until(() => state.snapshotGroups.some((group) => group.instanceId === linux));
                    await new Promise((resolve) => setTimeout(resolve, 3_000));
                }
            };
            return scenario(
                async ({ emulator, stack }) => {
                    world = emulator;
                    attachRoles(emulator, list);
                    emulator.controls.addOutcomes(mixedDisks, { exitCode: 5 });
                    emulator.controls.addOutcomes(linux, { holdAt: "start" });
                    const args = { maxConcurrentInstances: 2, onFailure: "stop" };
                    const up = expectFailure(await stack.up([fleetOf("a", list, args)]));
                    expect(up.output).to.match(new RegExp(`${withRole}: NotBegun: `));
                    expect(startedOn(emulator).flat()).to.have.members([mixedDisks, linux]);
                },
                { emulator: { onCall } },
            );
        });

        it('begins nothing with onFailure: "stop" if an instance of the list is unfit', () =>
            scenario(async ({ emulator, stack }) => {
                const args = { maxConcurrentInstances: 1, onFailure: "stop" };
                const up = expectFailure(await stack.up([fleetOf("a", [...list, stopped], args)]));
                expect(up.output)
                    .to.match(/InstanceNotRunning/)
                    .and.to.match(/NotBegun/);
                expect(startedOn(emulator)).to.be.empty;
                expect(await stack.snapshots()).to.be.empty;
            }));

        it('goes on after a failure with onFailure: "continue"', () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(mixedDisks, { exitCode: 9 });
                const args = { maxConcurrentInstances: 1 };
                expectFailure(await stack.up([fleetOf("a", list, args)]));
                expect(startedOn(emulator)).to.deep.equal([[mixedDisks], [linux], [withRole]]);
                expect(await codesIn(stack)).to.deep.equal({ [mixedDisks]: "PluginPreScriptFailed" });
            }));
    });
}

/** Returns the instances on which the plugin is at work now. */
function held(emulator: Emulator): string[] {
    return list.filter((instanceId) => isHeld(emulator, instanceId)).sort();
}

async function codesIn(stack: TestStack): Promise<Record<string, string>> {
    const { failures } = await fleetIn(stack, "a");
    return Object.fromEntries(Object.entries(failures).map(([instanceId, { code }]) => [instanceId, code]));
}
