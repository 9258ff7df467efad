import { expect } from "chai";

import { releaseWhenAwaited } from "../support/stack/interruption";
import { calls, expectFailure, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import { until } from "../support/until";

/** The plugin is at work until it is released. */
const held = { holdAt: "start" } as const;
const impatient = linuxSnapshot("a", instances.withRole, { timeoutSeconds: 1 });
const patient = linuxSnapshot("a", instances.withRole, { timeoutSeconds: 900 });

export function unfinishedSnapshots(how: string, scenario: Scenario): void {
    describe(`a snapshot that is not finished in time, ${how}`, () => {
        it("stays in the state and is adopted by the next update, not taken again", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, held);
                const up = expectFailure(await stack.up([impatient]));
                expect(up.output).to.match(/StillInProgress: /);
                expect(up.output).to.match(/What to do: Run `pulumi up` again/);
                const [unfinished] = await stack.snapshots();
                expect(unfinished?.id).to.equal(emulator.state.invocations[0]?.invokeId);

                const going = stack.up([patient]);
                await releaseWhenAwaited(emulator, instances.withRole);
                const again = expectSuccess(await going);
                expect(again.output).to.match(/adopting an earlier run: invocation t-/);
                const [finished] = await stack.snapshots();
                expect(finished?.id).to.match(/^ssg-/);
                expect(finished?.outputs).to.include({
                    snapshotGroupId: finished?.id,
                    consistency: "application",
                });
                expect(finished?.outputs).not.to.have.property("pending");
                expect(calls(emulator, "RunCommand")).to.have.length(1);
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    finished?.id,
                ]);

                const third = expectSuccess(await stack.up([patient]));
                expect(third.output).to.match(/2 unchanged/);
            }));

        it("survives a refresh on the way", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, held);
                expectFailure(await stack.up([impatient]));
                expectSuccess(await stack.refresh());
                const going = stack.up([patient]);
                await releaseWhenAwaited(emulator, instances.withRole);
                expectSuccess(await going);
                expect(calls(emulator, "RunCommand")).to.have.length(1);
                expect(emulator.state.snapshotGroups).to.have.length(1);
                expect((await stack.snapshots())[0]?.id).to.equal(
                    emulator.state.snapshotGroups[0]?.snapshotGroupId,
                );
            }));

        it("is deleted with everything that it produces", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, held);
                expectFailure(await stack.up([impatient]));
                const destroying = stack.destroy();
                await releaseWhenAwaited(emulator, instances.withRole);
                expectSuccess(await destroying);
                expect(emulator.state.invocations[0]?.status).to.equal("Success");
                expect(emulator.state.snapshotGroups).to.be.empty;
                expect(calls(emulator, "StopInvocation"), "a stop could leave a frozen file system").to.be
                    .empty;
            }));

        it("is replaced when the program has changed meanwhile", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, held);
                expectFailure(await stack.up([impatient]));
                const changed = linuxSnapshot("a", instances.withRole, { triggers: ["2"] });
                // The running one is awaited, and deleted by its own resource after the new one is taken.
                const going = stack.up([changed]);
                await until(() =>
                    calls(emulator, "DescribeInvocations").some(({ params }) => "InstanceId" in params),
                );
                emulator.controls.releasePlugin(instances.withRole);
                const up = await going;
                expectSuccess(up);
                const [finished] = await stack.snapshots();
                expect(await stack.snapshots()).to.have.length(1);
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    finished?.id,
                ]);
            }));

        it("takes the time from customTimeouts", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, held);
                const options = { customTimeouts: { create: "1s" } };
                const up = expectFailure(
                    await stack.up([{ ...linuxSnapshot("a", instances.withRole), options }]),
                );
                expect(up.output).to.match(/StillInProgress/);
            }));
    });
}
