import { expect } from "chai";

import { fleetShimText } from "../golden/support/golden";
import {
    attachRoles,
    expectFailure,
    expectSuccess,
    fleetIn,
    fleetOf,
    groupIds,
    instances,
    startedOn,
} from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";
import { withEngine } from "./support/engine";

const { linux, withRole, mixedDisks } = instances;

// What the engine does with the provider's answers; more cases run over the provider's own protocol, and here only by
// the full tests.
describe("the life of a fleet, with the real engine", () => {
    it("is created, left alone, extended, reduced, replaced in two updates and deleted", () =>
        withEngine(async ({ emulator, stack }) => {
            const all = [linux, withRole, mixedDisks];
            attachRoles(emulator, all);
            const program = (instanceIds: string[], triggers: string[]): TestResource[] => [
                {
                    ...fleetOf("a", instanceIds, { triggers }),
                    lookUp: { instanceId: linux, diskId: "d-bp1linuxdb0000001dat" },
                },
            ];
            expectSuccess(await stack.up(program([linux, withRole], ["1"])));
            const created = await fleetIn(stack, "a");
            const [inState] = await stack.snapshots();
            expect(inState?.id).to.equal(created.fleetId);
            expect(inState?.outputs?.["__provider"]).to.equal(fleetShimText);
            const put = (await stack.outputs())["a"];
            expect(put).to.deep.include({
                id: created.fleetId,
                consistency: "application",
                snapshotGroupIdByInstanceId: created.snapshotGroupIdByInstanceId,
                failures: {},
                snapshotIdOf: created.snapshotIdByDiskId["d-bp1linuxdb0000001dat"],
            });
            expect(put?.["snapshotOf"]).to.deep.equal(put?.["snapshots"] && created.snapshots[linux]);
            expect(emulator.state.invocations[0]?.tags["app-snapshot:state"]).to.equal("committed");

            const before = emulator.ledger.length;
            const again = expectSuccess(await stack.up(program([linux, withRole], ["1"])));
            expect(again.output).to.match(/2 unchanged/);
            expect(emulator.ledger.length, "calls of an unchanged update").to.equal(before);

            expectSuccess(await stack.up(program(all, ["1"])));
            const extended = await fleetIn(stack, "a");
            expect(extended.snapshotGroupIdByInstanceId).to.include(created.snapshotGroupIdByInstanceId);
            expect(startedOn(emulator)).to.deep.equal([[linux, withRole], [mixedDisks]]);

            const reduced = [linux, mixedDisks];
            expect(expectSuccess(await stack.up(program(reduced, ["1"]))).output).to.match(/1 updated/);
            const { [withRole]: removed, ...old } = extended.snapshotGroupIdByInstanceId;
            expect(groupIds(emulator)).to.have.members(Object.values(old)).and.not.include(removed);

            emulator.controls.addOutcomes(mixedDisks, { exitCode: 9 });
            const partly = expectFailure(await stack.up(program(reduced, ["2"])));
            expect(partly.output)
                .to.match(/InstancesFailed: /)
                .and.to.match(/PluginPreScriptFailed: /);
            expect(partly.output, "no stack trace").not.to.match(/\bat .*\.js:\d+/);
            expect(groupIds(emulator)).to.include.members(Object.values(old)).and.to.have.length(3);
            const runs = startedOn(emulator).length;
            expectSuccess(await stack.up(program(reduced, ["2"])));
            expect(startedOn(emulator).slice(runs)).to.deep.equal([[mixedDisks]]);
            const replaced = await fleetIn(stack, "a");
            expect(replaced.fleetId).not.to.equal(created.fleetId);
            expect(groupIds(emulator)).to.have.members(Object.values(replaced.snapshotGroupIdByInstanceId));
            expect(await stack.snapshots()).to.have.length(1);

            expectSuccess(await stack.destroy());
            expect(emulator.state.snapshots).to.be.empty;
        }));
});
