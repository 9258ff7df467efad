import { expect } from "chai";

import {
    killAtPlugin,
    killDuringPlugin,
    releaseWhenAwaited,
    startPlugin,
} from "../support/stack/interruption";
import { calls, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import { until } from "../support/until";

const resources = [linuxSnapshot("a", instances.withRole, { triggers: ["1"] })];
const update = { resources, instanceId: instances.withRole };

export function killedUpdates(how: string, scenario: Scenario): void {
    describe(`a snapshot whose update was killed, ${how}`, () => {
        it("is adopted by the next update, which says so", () =>
            scenario(async ({ emulator, stack }) => {
                await killAtPlugin(emulator, stack, update);
                expect(await stack.snapshots()).to.be.empty;
                const up = stack.up(resources);
                await releaseWhenAwaited(emulator, update.instanceId);
                expectSuccess(await up);
                expect(calls(emulator, "RunCommand")).to.have.length(1);
                const [snapshot] = await stack.snapshots();
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    snapshot?.id,
                ]);
                expect((await stack.outputs())["a"]?.["warnings"]).to.match(
                    /by an earlier run that did not finish/,
                );
            }));

        it("is cleared away by the next update if the inputs have changed by then", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, update);
                expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole, { triggers: ["2"] })]));
                expect(calls(emulator, "RunCommand")).to.have.length(2);
                const [snapshot] = await stack.snapshots();
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    snapshot?.id,
                ]);
            }));

        it("is finished and recorded in the state after a single Ctrl-C", () =>
            scenario(async ({ emulator, stack }) => {
                const running = await startPlugin(emulator, stack, update);
                running.interrupt();
                emulator.controls.releasePlugin(update.instanceId);
                await running.ended;
                const [snapshot] = await stack.snapshots();
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    snapshot?.id,
                ]);
                expect(snapshot?.outputs).to.include({ consistency: "application" });
            }));

        it("is not adopted by another stack, nor by another resource", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, update);
                await until(() => emulator.state.invocations[0]?.status === "Success");
                expectSuccess(await stack.up([linuxSnapshot("b", instances.withRole, { triggers: ["1"] })]));
                expect(calls(emulator, "RunCommand")).to.have.length(2);
                const other = await stack.another({ stackName: "other" });
                expectSuccess(await other.up(resources));
                await other.remove();
                expect(calls(emulator, "RunCommand")).to.have.length(3);
                expect(emulator.state.snapshotGroups).to.have.length(3);
            }));
    });
}
