import { expect } from "chai";

import {
    calls,
    expectFailure,
    expectSuccess,
    groupIds,
    instances,
    linuxSnapshot,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import { until } from "../support/until";

export function newInstances(how: string, scenario: Scenario): void {
    describe(`an instance that was started in the same update, ${how}`, () => {
        const { withRole: instanceId } = instances;
        const resources = [linuxSnapshot("a", instanceId)];

        it("is waited for until its agent is online, and one snapshot is taken", () =>
            scenario(async ({ emulator, stack }) => {
                const looks = (): number => calls(emulator, "DescribeCloudAssistantStatus").length;
                const seenAgain = (): Promise<void> => {
                    const before = looks();
                    // The first of them may have been answered already.
                    return until(() => looks() >= before + 2);
                };
                emulator.controls.setInstanceStatus(instanceId, "Stopped");
                emulator.controls.setAgent(instanceId, { online: false });
                emulator.controls.setInstanceStatus(instanceId, "Starting");
                const up = stack.up(resources);
                await seenAgain();
                expect(calls(emulator, "RunCommand")).to.be.empty;
                emulator.controls.setInstanceStatus(instanceId, "Running");
                await seenAgain();
                expect(calls(emulator, "RunCommand")).to.be.empty;
                emulator.controls.setAgent(instanceId, { online: true });
                const { output } = expectSuccess(await up);
                expect(output).to.match(/waiting \S+: the instance to start/);
                expect(output).to.match(/waiting \S+: the Cloud Assistant agent to come online/);
                expect(groupIds(emulator)).to.have.length(1);
                expect(calls(emulator, "RunCommand")).to.have.length(1);
            }));

        it("fails at once if its agent is offline and it was started long ago", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.setAgent(instanceId, { online: false });
                const up = expectFailure(await stack.up(resources));
                expect(up.output).to.match(/AgentOffline: /);
                expect(calls(emulator, "DescribeCloudAssistantStatus")).to.have.length(1);
                expect(calls(emulator, "RunCommand")).to.be.empty;
                expect(await stack.snapshots()).to.be.empty;
            }));
    });
}
