import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { isHeld } from "../support/stack/interruption";
import { pluginRuns } from "../support/stack/plugin-runs";
import {
    attachRoles,
    calls,
    expectSuccess,
    fleetIn,
    fleetOf,
    groupIds,
    instances,
    linuxSnapshot,
    startedOn,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import { until } from "../support/until";

const { linux, withRole, mixedDisks } = instances;

/** Fleets whose instances have other snapshots at the same time. */
export function concurrentFleets(how: string, scenario: Scenario): void {
    describe(`fleets and single snapshots of the same instance at once, ${how}`, () => {
        it("wait for each other within an update, and a temporary role is detached after all", () =>
            scenario(async ({ emulator, stack }) => {
                const temporary = { roleAttachment: "temporary" };
                expectSuccess(
                    await stack.up([
                        fleetOf("a", [linux, mixedDisks], temporary),
                        fleetOf("b", [mixedDisks, linux], temporary),
                        linuxSnapshot("c", linux, temporary),
                    ]),
                );
                expect(groupIds(emulator)).to.have.length(5);
                expectNoOverlap(emulator);
                const left = emulator.state.instances.filter(({ instanceId }) =>
                    [linux, mixedDisks].includes(instanceId as never),
                );
                expect(left.map(({ ramRoleName }) => ramRoleName)).to.deep.equal([undefined, undefined]);
                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.be.empty;
            }));

        it("of two stacks wait for each other, and the other instances of a fleet do not wait", () =>
            scenario(async ({ emulator, stack }) => {
                attachRoles(emulator, [linux, withRole]);
                emulator.controls.addOutcomes(withRole, { holdAt: "start" });
                const first = stack.startUp([fleetOf("a", [withRole])]);
                await until(() => isHeld(emulator, withRole));
                const other = await stack.another({ stackName: "other" });
                try {
                    const second = other.startUp([fleetOf("b", [withRole, linux])]);
                    await until(() => groupIds(emulator).length === 1);
                    expect(startedOn(emulator)).to.deep.equal([[withRole], [linux]]);
                    await until(() => looksAt(emulator, withRole) > 2);
                    emulator.controls.releasePlugin(withRole);
                    expectSuccess(await first.ended);
                    expectSuccess(await second.ended);
                    expect(Object.keys((await fleetIn(other, "b")).snapshots)).to.have.members([
                        withRole,
                        linux,
                    ]);
                    expect(groupIds(emulator)).to.have.length(3);
                    expectNoOverlap(emulator);
                } finally {
                    await other.remove();
                }
            }));
    });
}

/** Counts the questions for the running invocations of an instance. */
function looksAt(emulator: Emulator, instanceId: string): number {
    return calls(emulator, "DescribeInvocations").filter(({ params }) => params["InstanceId"] === instanceId)
        .length;
}

/** Fails if the plugin ever ran twice on an instance at the same time. */
function expectNoOverlap(emulator: Emulator): void {
    const results = pluginRuns(emulator).flatMap((run) => run.results);
    for (const instanceId of new Set(results.map((result) => result.instanceId))) {
        const runs = results
            .filter((result) => result.instanceId === instanceId)
            .map(({ startTime = "", finishTime = "", exitCode }) => ({ startTime, finishTime, exitCode }))
            .sort((a, b) => a.startTime.localeCompare(b.startTime));
        for (const [index, { startTime, exitCode }] of runs.entries()) {
            expect(exitCode, JSON.stringify(runs)).to.equal(0);
            const before = runs[index - 1];
            expect(before === undefined || before.finishTime <= startTime, JSON.stringify(runs)).to.equal(
                true,
            );
        }
    }
}
