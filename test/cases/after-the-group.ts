import { expect } from "chai";
import type { Emulator, PluginOutcome } from "pulumi-alicloud-app-snapshot-emulator";

import { expectFailure, expectSuccess, groupIds, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";

/** Exit codes with which the plugin fails after it has created the group. */
const lateExitCodes = [5, 6, 7, 8, 10, 12];

const outcomes: readonly PluginOutcome[] = lateExitCodes.map((exitCode) => ({ exitCode }));

function resources(onDegraded: "fail" | "keep", release: string): ReturnType<typeof linuxSnapshot>[] {
    return lateExitCodes.map((exitCode) =>
        linuxSnapshot(`code-${exitCode}`, instances.withRole, { onDegraded, triggers: [release] }),
    );
}

export function failuresAfterTheGroup(how: string, scenario: Scenario): void {
    describe(`plugin runs that fail after the group exists, ${how}`, () => {
        it("leave no group behind, and each error says that its group was deleted", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, ...outcomes);
                const up = expectFailure(await stack.up(resources("fail", "1"), "--continue-on-error"));
                const deleted = [...up.output.matchAll(/the snapshot group (ssg-\w+) was deleted/g)];
                expect(new Set(deleted.map(([, id]) => id)).size).to.equal(lateExitCodes.length);
                for (const exitCode of lateExitCodes) {
                    expect(up.output).to.include(`exit code ${exitCode})`);
                }
                expect(groupIds(emulator)).to.be.empty;
                expect(openInvocations(emulator)).to.be.empty;
                expect(await stack.snapshots()).to.be.empty;
            }));

        it("keep their groups on demand, in a state that can be refreshed, updated and destroyed", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, ...outcomes);
                const up = expectFailure(await stack.up(resources("keep", "1"), "--continue-on-error"));
                const kept = groupIds(emulator);
                expect(kept).to.have.length(lateExitCodes.length);
                kept.forEach((id) => expect(up.output).to.include(`snapshot group ${id}`));
                const states = await stack.snapshots();
                expect(states.map(({ id }) => id)).to.have.members(kept);
                states.forEach((state) => {
                    expect(state.initErrors).to.have.length(1);
                    expect(state.outputs).to.have.property("__provider");
                });

                expectSuccess(await stack.refresh());
                // Some of them are replaced, the others stay as they are; then all are destroyed.
                expectSuccess(await stack.up(resources("keep", "1").slice(0, 2)));
                expect(groupIds(emulator)).to.have.members((await stack.snapshots()).map(({ id }) => id));
                expect(await stack.snapshots()).to.have.length(2);
                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.be.empty;
                expect(openInvocations(emulator)).to.be.empty;
            }));

        it("whose groups can't be seen yet are looked at again by the next update", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, { exitCode: 6, leavesGroup: false });
                const program = [linuxSnapshot("a", instances.withRole)];
                const up = expectFailure(await stack.up(program));
                expect(up.output).to.match(/it has no snapshot group so far/);
                const late = openInvocations(emulator);
                expect(late).to.have.length(1);
                // It shows up only now.
                const name = emulator.state.invocations[0]?.tags["app-snapshot:group-name"] ?? "";
                emulator.controls.createSnapshotGroup(instances.withRole, { name });
                const again = expectSuccess(await stack.up(program));
                expect(again.output).to.include(late[0]);
                const [snapshot] = await stack.snapshots();
                expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
                expect(openInvocations(emulator)).to.be.empty;
            }));
    });
}

function openInvocations(emulator: Emulator): string[] {
    return emulator.state.invocations
        .filter(({ tags }) => tags["app-snapshot:state"] === "open")
        .map(({ invokeId }) => invokeId);
}
