import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { calls, expectSuccess, groupIds, instances, linuxSnapshot } from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";
import { until } from "../support/until";
import { overProtocol } from "./support/protocol";

const resources = [linuxSnapshot("a", instances.withRole)];

/** Longer than several checks of the provider whether its snapshot is recorded. */
const looksMs = 1_000;

// The engine writes its state within milliseconds; here it takes its time.
describe("between the provider's answer and the record of it in the state", () => {
    it("a snapshot is not committed", () =>
        overProtocol(async ({ emulator, stack }) => {
            const recording = stack.holdRecording();
            const { ended } = stack.startUp(resources);
            await until(() => recording.isAnswered);
            await new Promise((resolve) => setTimeout(resolve, looksMs));
            expect(stateTags(emulator)).to.deep.equal(["handed"]);
            recording.record();
            expectSuccess(await ended);
            expect(stateTags(emulator)).to.deep.equal(["committed"]);
            expect(calls(emulator, "TagResources")).to.have.length(2);
        }));

    it("an older snapshot that keepLast does not keep stays", () =>
        overProtocol(async ({ emulator, stack }) => {
            const release = (version: string): TestResource => ({
                ...linuxSnapshot("a", instances.withRole, { keepLast: 1, triggers: [version] }),
                options: { retainOnDelete: true },
            });
            expectSuccess(await stack.up([release("1")]));
            const recording = stack.holdRecording();
            const { ended } = stack.startUp([release("2")]);
            await until(() => recording.isAnswered);
            await new Promise((resolve) => setTimeout(resolve, looksMs));
            expect(groupIds(emulator)).to.have.length(2);
            recording.record();
            expectSuccess(await ended);
            await until(() => groupIds(emulator).length === 1);
            expect(groupIds(emulator)).to.deep.equal([(await stack.snapshots())[0]?.id]);
        }));

    it("the engine's death leaves a snapshot that the next update adopts", () =>
        overProtocol(async ({ emulator, stack }) => {
            const recording = stack.holdRecording();
            const { killEngine } = stack.startUp(resources);
            await until(() => recording.isAnswered);
            await killEngine();
            await until(async () => (await stack.providerProcesses()).length === 0);
            expect(await stack.snapshots()).to.be.empty;
            expect(stateTags(emulator)).to.deep.equal(["handed"]);
            recording.record();
            expectSuccess(await stack.up(resources));
            const [snapshot] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
            expect(calls(emulator, "RunCommand")).to.have.length(1);
            expect(stateTags(emulator)).to.deep.equal(["committed"]);
        }));
});

function stateTags(emulator: Emulator): (string | undefined)[] {
    return emulator.state.invocations.map(({ tags }) => tags["app-snapshot:state"]);
}
