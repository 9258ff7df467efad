import { expect } from "chai";

import { calls, expectSuccess, groupIds, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { TestResource, TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

const instanceId = instances.withRole;

/** The snapshot of a release, with `keepLast`. */
function release(version: string, keepLast: number, more: Partial<TestResource> = {}): TestResource {
    const { name = "a", args, options } = more;
    return {
        ...linuxSnapshot(name, instanceId, { keepLast, triggers: [version], ...args }),
        options: { retainOnDelete: true, ...options },
    };
}

export function keepLast(how: string, scenario: Scenario): void {
    describe(`keepLast, ${how}`, () => {
        it("keeps the last ones with retainOnDelete, and touches no others", () =>
            scenario(async ({ emulator, stack }) => {
                const byHand = emulator.controls.createSnapshotGroup(instanceId, { name: "by-hand" });
                const other = linuxSnapshot("other", instanceId);
                const taken: string[] = [];
                for (const version of ["1", "2", "3", "4"]) {
                    expectSuccess(await stack.up([other, release(version, 2)]));
                    taken.push(await idOf(stack, "a"));
                }
                const kept = [byHand, await idOf(stack, "other"), ...taken.slice(2)];
                await until(() => groupIds(emulator).length <= kept.length);
                expect(groupIds(emulator)).to.have.members(kept);
            }));

        it("continues its count with another instance in each release", () =>
            scenario(async ({ emulator, stack }) => {
                const taken: string[] = [];
                const order = [instances.linux, instances.withRole, instances.mixedDisks, instances.linux];
                for (const [index, instance] of order.entries()) {
                    const args = { instanceId: instance, roleAttachment: "temporary" };
                    expectSuccess(await stack.up([release(String(index), 2, { args })]));
                    taken.push(await idOf(stack, "a"));
                }
                await until(() => groupIds(emulator).length <= 2);
                expect(groupIds(emulator)).to.have.members(taken.slice(2));
            }));

        it("continues its count under another name, and leaves the groups of a new resource with the old name alone", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([release("1", 1)]));
                const first = await idOf(stack, "a");
                const renamed = (version: string): TestResource =>
                    release(version, 1, { name: "z", options: { aliases: [{ name: "a" }], protect: true } });
                expectSuccess(await stack.up([renamed("1")]));
                expect(await idOf(stack, "z")).to.equal(first);

                expectSuccess(await stack.up([renamed("1"), release("1", 1)]));
                const newcomer = await idOf(stack, "a");
                expect(groupIds(emulator)).to.have.members([first, newcomer]);

                // The alias has served its purpose: it would confuse the new resource of that name with this one. And what is
                // protected is not replaced.
                const unprotected = (version: string): TestResource => release(version, 1, { name: "z" });
                expectSuccess(await stack.up([unprotected("1"), release("1", 1)]));
                expectSuccess(await stack.up([unprotected("2"), release("1", 1)]));
                const second = await idOf(stack, "z");
                await until(() => !groupIds(emulator).includes(first));
                expect(groupIds(emulator)).to.have.members([second, newcomer]);
            }));

        it("never replaces a good one with a degraded one", () =>
            scenario(async ({ emulator, stack }) => {
                const lenient = (version: string): TestResource =>
                    release(version, 1, { args: { onDegraded: "keep" } });
                expectSuccess(await stack.up([lenient("1")]));
                const good = await idOf(stack, "a");
                emulator.controls.addOutcomes(instanceId, { degrade: true });
                expectSuccess(await stack.up([lenient("2")]));
                const degraded = await idOf(stack, "a");
                expect(groupIds(emulator)).to.have.members([good, degraded]);

                expectSuccess(await stack.up([lenient("3")]));
                const next = await idOf(stack, "a");
                await until(() => groupIds(emulator).length === 1);
                expect(groupIds(emulator)).to.deep.equal([next]);
            }));

        it("leaves to the next update what can't be deleted yet, and says so", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([release("1", 1)]));
                const first = await idOf(stack, "a");
                emulator.faults.add({
                    action: "DeleteSnapshotGroup",
                    kind: "error",
                    status: 403,
                    code: "Forbidden.RAM",
                    message: "not authorized: ecs:DeleteSnapshotGroup",
                    times: 1,
                });
                const up = expectSuccess(await stack.up([release("2", 1)]));
                expect(up.output).to.match(
                    /older snapshot group ssg-\w+ could not be deleted: .*DeleteSnapshotGroup/s,
                );
                const second = await idOf(stack, "a");
                expect(groupIds(emulator)).to.have.members([first, second]);

                // Neither a preview nor an unchanged update nor a refresh deletes anything.
                const before = calls(emulator, "DeleteSnapshotGroup").length;
                expectSuccess(await stack.preview([release("2", 1)]));
                expectSuccess(await stack.up([release("2", 1)]));
                expectSuccess(await stack.refresh());
                expect(calls(emulator, "DeleteSnapshotGroup")).to.have.length(before);

                expectSuccess(await stack.up([release("2", 1, { args: { description: "changed" } })]));
                await until(() => !groupIds(emulator).includes(first));
                expect(groupIds(emulator)).to.deep.equal([second]);
            }));

        it("starts its count again after a replacement by force, and names the groups that it no longer counts", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([release("1", 1)]));
                const first = await idOf(stack, "a");
                const urn = (await stack.snapshots())[0]?.urn ?? "";
                const up = expectSuccess(await stack.up([release("2", 1)], "--replace", urn));
                expect(up.output).to.match(new RegExp(`keepLast starts counting again.*${first}`, "s"));
                expect(groupIds(emulator)).to.have.members([first, await idOf(stack, "a")]);
            }));
    });
}

async function idOf(stack: TestStack, name: string): Promise<string> {
    const { [name]: found } = await stack.outputs();
    return String(found?.["id"]);
}
