import { expect } from "chai";

import {
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
import type { TestResource, TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

const { linux, withRole, mixedDisks, stopped } = instances;
const retained = { retainOnDelete: true };

/** The old snapshots of fleets: which are deleted, and when. */
export function fleetRetention(how: string, scenario: Scenario): void {
    describe(`the old snapshots of a fleet, ${how}`, () => {
        it("stay until all instances of the new fleet have theirs, even over several updates", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([release("1")]));
                const old = await groupsOf(stack);
                emulator.controls.addOutcomes(linux, { exitCode: 9 }, { exitCode: 9 });
                const up = expectFailure(await stack.up([release("2")]));
                expect(up.output).to.include("1 of 3 instances").and.to.include("PluginPreScriptFailed");
                const partial = await groupsOf(stack);
                expect(Object.keys(partial)).to.have.members([withRole, mixedDisks]);
                expect(groupIds(emulator)).to.have.members([
                    ...Object.values(old),
                    ...Object.values(partial),
                ]);
                expect((await stack.snapshots()).filter((one) => one.delete === true)).to.have.length(1);
                expect(calls(emulator, "DeleteSnapshotGroup")).to.be.empty;

                expectFailure(await stack.up([release("2")]));
                expect(groupIds(emulator)).to.include.members(Object.values(old));

                const before = startedOn(emulator).length;
                expectSuccess(await stack.up([release("2")]));
                expect(startedOn(emulator).slice(before)).to.deep.equal([[linux]]);
                const whole = await groupsOf(stack);
                expect(whole).to.deep.equal({ ...partial, [linux]: whole[linux] });
                expect(groupIds(emulator)).to.have.members(Object.values(whole));
                expect(await stack.snapshots()).to.have.length(1);
                const order = emulator.ledger.map(({ action }) => action);
                expect(order.lastIndexOf("RunCommand")).to.be.below(order.indexOf("DeleteSnapshotGroup"));
            }));

        it("all stay if no new one could be taken", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([release("1")]));
                const old = await groupsOf(stack);
                for (const instanceId of [linux, withRole, mixedDisks]) {
                    emulator.controls.addOutcomes(instanceId, { exitCode: 9 });
                }
                expectFailure(await stack.up([release("2")]));
                expect(await groupsOf(stack)).to.deep.equal(old);
                expect(groupIds(emulator)).to.have.members(Object.values(old));
                expectSuccess(await stack.up([release("2")]));
                expect(groupIds(emulator)).to.have.members(Object.values(await groupsOf(stack)));
            }));

        it("are deleted after new ones are taken by force, and none of them is adopted", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([release("1")]));
                const old = await groupsOf(stack);
                const [{ urn } = { urn: "" }] = await stack.snapshots();
                expectSuccess(await stack.up([release("1")], "--replace", urn));
                const now = await groupsOf(stack);
                expect(Object.values(now)).not.to.have.any.members(Object.values(old));
                expect(groupIds(emulator)).to.have.members(Object.values(now));
                expect(await stack.snapshots()).to.have.length(1);
            }));

        it("are adopted by a replacement by force if they could not be tagged as recorded, and none is lost", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.faults.add({
                    action: "TagResources",
                    kind: "error",
                    status: 403,
                    code: "Forbidden.RAM",
                    message: "not authorized: ecs:TagResources",
                    when: (params) =>
                        params["ResourceType"] === "invocation" && params["Tag.1.Value"] === "committed",
                    times: Infinity,
                });
                expectSuccess(await stack.up([release("1")]));
                const old = await groupsOf(stack);
                const [{ urn } = { urn: "" }] = await stack.snapshots();
                const runs = startedOn(emulator).length;
                emulator.faults.clear();
                const up = expectSuccess(await stack.up([release("1")], "--replace", urn));
                expect(up.output).to.match(/left alone: another resource has adopted ssg-/);
                expect(await groupsOf(stack)).to.deep.equal(old);
                expect(groupIds(emulator)).to.have.members(Object.values(old));
                expect(startedOn(emulator)).to.have.length(runs);
                expect(await stack.snapshots()).to.have.length(1);
                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.be.empty;
            }));

        it("move with the fleet to another name", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(linux, { exitCode: 9 });
                expectFailure(await stack.up([release("1")]));
                const old = await groupsOf(stack);
                const options = { aliases: [{ name: "a" }] };
                expectSuccess(await stack.up([{ ...release("1"), name: "z", options }]));
                const now = { ...(await fleetIn(stack, "z")).snapshotGroupIdByInstanceId };
                expect(now).to.deep.equal({ ...old, [linux]: now[linux] });
                expect(groupIds(emulator)).to.have.members(Object.values(now));
                expect(await stack.snapshots()).to.have.length(1);
                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.be.empty;
            }));

        it("of a removed instance stay until the added ones have theirs", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([fleetOf("a", [withRole, linux])]));
                const old = await groupsOf(stack);
                expectFailure(await stack.up([fleetOf("a", [withRole, stopped])]));
                expect(await groupsOf(stack)).to.deep.equal(old);
                expect(groupIds(emulator)).to.have.members(Object.values(old));
                emulator.controls.setInstanceStatus(stopped, "Running");
                expectSuccess(await stack.up([fleetOf("a", [withRole, stopped])]));
                const now = await groupsOf(stack);
                expect(Object.keys(now)).to.have.members([withRole, stopped]);
                expect(groupIds(emulator)).to.have.members(Object.values(now));
            }));

        it("are retained with retainOnDelete, also those of removed instances", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([fleetOf("a", [withRole, linux], {}, retained)]));
                const all = await groupsOf(stack);
                const removal = expectSuccess(await stack.up([fleetOf("a", [withRole], {}, retained)]));
                expect(removal.output).to.include(`${all[linux]} of ${linux} is retained`);
                expect(await groupsOf(stack)).to.deep.equal({ [withRole]: all[withRole] });
                expect(groupIds(emulator)).to.have.members(Object.values(all));
                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.have.members(Object.values(all));
                expect(calls(emulator, "DeleteSnapshotGroup")).to.be.empty;
            }));

        it("are counted for each instance by keepLast, and no others are touched", () =>
            scenario(async ({ emulator, stack }) => {
                const byHand = emulator.controls.createSnapshotGroup(linux, { name: "by-hand" });
                const kept = (version: string, list: readonly string[]): TestResource =>
                    fleetOf("a", list, { keepLast: 2, triggers: [version] }, retained);
                const taken: Groups[] = [];
                for (const version of ["1", "2", "3"]) {
                    expectSuccess(await stack.up([kept(version, [linux, withRole])]));
                    taken.push(await groupsOf(stack));
                }
                const [first = {}, second = {}, third = {}] = taken;
                await until(() => groupIds(emulator).length <= 5);
                expect(groupIds(emulator)).to.have.members([
                    byHand,
                    ...Object.values(second),
                    ...Object.values(third),
                ]);

                // Without the instance, nothing of it is counted; its groups were not to be deleted with it either.
                expectSuccess(await stack.up([kept("4", [linux])]));
                const fourth = await groupsOf(stack);
                await until(() => !groupIds(emulator).includes(second[linux] ?? ""));
                expect(groupIds(emulator)).to.have.members([
                    ...[byHand, third[linux], fourth[linux], second[withRole], third[withRole]],
                ]);
                expect(groupIds(emulator)).not.to.have.any.members(Object.values(first));
                const { earlierSnapshotGroups = [] } = await fleetIn(stack, "a");
                expect(new Set(earlierSnapshotGroups.map(({ instanceId }) => instanceId))).to.deep.equal(
                    new Set([linux]),
                );
            }));

        it("are still counted by keepLast after a replacement that succeeded only at its second update", () =>
            scenario(async ({ emulator, stack }) => {
                const kept = (version: string): TestResource =>
                    fleetOf("a", [linux, withRole], { keepLast: 1, triggers: [version] }, retained);
                expectSuccess(await stack.up([kept("1")]));
                const first = await groupsOf(stack);
                emulator.controls.addOutcomes(linux, { exitCode: 9 });
                expectFailure(await stack.up([kept("2")]));
                expect(groupIds(emulator)).to.include(first[linux]);
                expectSuccess(await stack.up([kept("2")]));
                const second = await groupsOf(stack);
                // What this update itself has taken is counted when the state holds it.
                expectSuccess(
                    await stack.up([{ ...kept("2"), args: { ...kept("2").args, description: "changed" } }]),
                );
                await until(() => groupIds(emulator).length === 2);
                expect(groupIds(emulator)).to.have.members(Object.values(second));
            }));
    });
}

type Groups = Readonly<Record<string, string>>;

/** A fleet of three instances. */
function release(version: string): TestResource {
    return fleetOf("a", [withRole, linux, mixedDisks], { triggers: [version] });
}

/** Returns the groups in the state, by instance. */
async function groupsOf(stack: TestStack): Promise<Record<string, string>> {
    return { ...(await fleetIn(stack, "a")).snapshotGroupIdByInstanceId };
}
