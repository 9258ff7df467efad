import { join } from "node:path";

import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { leaseTag, leaseTagKey } from "../../provider/src/core/role/lease";
import { stackOf } from "../../provider/src/core/run/run";
import { killAtPlugin, killDuringPlugin } from "../support/stack/interruption";
import { calls, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { ProgramResult, TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");
const resources = [linuxSnapshot("a", instances.withRole, { triggers: ["1"] })];
const update = { resources, instanceId: instances.withRole };
const role = "AppSnapshotRoleName";

export function orphanSearch(how: string, scenario: Scenario): void {
    describe(`app-snapshot orphans, ${how}`, () => {
        it("finds nothing for a stack whose snapshots are in its state", () =>
            scenario(async ({ stack }) => {
                expectSuccess(await stack.up(resources));
                const run = await orphans(stack, ["--stack", stack.name]);
                expect(run).to.deep.include({ code: 0, stderr: "" });
                expect(run.stdout).to.equal(
                    "No orphans of the stack test of the project program in cn-hangzhou.\n",
                );
            }));

        it("lists a running snapshot whose update was killed, and never deletes it", () =>
            scenario(async ({ emulator, stack }) => {
                await killAtPlugin(emulator, stack, update);
                const args = ["--stack", stack.name, "--delete", "--yes", "--include-recent", "--json"];
                const run = await orphans(stack, args);
                expect(run.code).to.equal(3);
                const [invocation] = emulator.state.invocations;
                expect(found(run)).to.deep.equal([`running invocation ${invocation?.invokeId}`]);
                emulator.controls.releasePlugin(update.instanceId);
                await ended(emulator);
                expect(emulator.state.snapshotGroups).to.have.length(1);
                expect(stateOf(emulator)).to.equal("open");
            }));

        it("lists its group once it has ended, and deletes that on demand", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, update);
                await ended(emulator);
                const [group] = emulator.state.snapshotGroups;
                const listed = await orphans(stack, ["--stack", stack.name]);
                expect(listed.code).to.equal(3);
                expect(listed.stdout).to.match(
                    new RegExp(`^recent +snapshot group +cn-hangzhou +${group?.snapshotGroupId} `, "m"),
                );

                // It ended just now, so an update could still be about to record it.
                const skipped = await orphans(stack, ["--stack", stack.name, "--delete", "--yes"]);
                expect(skipped.code).to.equal(3);
                expect(calls(emulator, "DeleteSnapshotGroup")).to.be.empty;

                const unasked = await orphans(stack, ["--stack", stack.name, "--delete"]);
                expect(unasked.code).to.equal(2);
                const args = ["--stack", stack.name, "--delete", "--yes", "--include-recent"];
                expect(await orphans(stack, args)).to.include({ code: 0 });
                expect(emulator.state.snapshotGroups).to.be.empty;
                expect(emulator.state.snapshots).to.be.empty;
                expect(stateOf(emulator)).to.equal("closed");
                expect(await orphans(stack, ["--stack", stack.name])).to.include({ code: 0 });
            }));

        it("touches nothing of another stack, and nothing that its own state holds", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, update);
                await ended(emulator);
                const [orphan] = emulator.state.snapshotGroups;
                // The state has another resource by then, and the killed one's never comes back.
                expectSuccess(await stack.up([linuxSnapshot("b", instances.linux)]));
                const other = await stack.another({ stackName: "other" });
                const args = ["--delete", "--yes", "--include-recent", "--include-committed"];
                expect(await orphans(other, ["--stack", "other", ...args])).to.include({ code: 0 });
                await other.remove();
                expect(emulator.state.snapshotGroups).to.have.length(2);

                expect(await orphans(stack, ["--stack", stack.name, ...args])).to.include({ code: 0 });
                const [kept] = await stack.snapshots();
                expect(orphan?.snapshotGroupId).to.not.equal(kept?.id);
                expect(
                    emulator.state.snapshotGroups.map(({ snapshotGroupId }) => snapshotGroupId),
                ).to.deep.equal([kept?.id]);
            }));

        it("names what holds a group that can't be deleted, and fails", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, update);
                await ended(emulator);
                const [snapshot] = emulator.state.snapshots;
                emulator.controls.holdSnapshot(snapshot?.snapshotId ?? "", { imageId: "m-held" });
                const args = ["--stack", stack.name, "--delete", "--yes", "--include-recent"];
                const run = await orphans(stack, args);
                expect(run.code).to.equal(1);
                expect(run.stdout)
                    .to.match(/^failed snapshot group ssg-.*SnapshotsHeld/m)
                    .and.include("m-held");
                expect(stateOf(emulator)).to.equal("open");
            }));

        it("does not lose a held snapshot whose group is gone: it is found by its tag, and deleted once it is free", () =>
            scenario(
                async ({ emulator, stack }) => {
                    await killDuringPlugin(emulator, stack, update);
                    await ended(emulator);
                    const [snapshot] = emulator.state.snapshots.map(({ snapshotId }) => snapshotId);
                    emulator.controls.holdSnapshot(snapshot ?? "", { imageId: "m-held" });
                    const args = ["--stack", stack.name, "--delete", "--yes", "--include-recent"];
                    for (const time of ["first", "second"]) {
                        const run = await orphans(stack, args);
                        expect(run.code, time).to.equal(1);
                        expect(run.stdout, time).to.include("SnapshotsHeld").and.to.include("m-held");
                        expect(stateOf(emulator), time).to.equal("open");
                    }
                    expect(emulator.state.snapshotGroups).to.be.empty;
                    const listed = await orphans(stack, ["--stack", stack.name, "--json"]);
                    expect(found(listed)).to.deep.equal([`recent snapshots ${snapshot}`]);
                    emulator.controls.releaseSnapshot(snapshot ?? "");
                    expect(await orphans(stack, args)).to.include({ code: 0 });
                    expect(emulator.state.snapshots).to.be.empty;
                    expect(stateOf(emulator)).to.equal("closed");
                },
                { emulator: { behaviour: { groupWithHeldMember: "goes" } } },
            ));

        it("never concludes from an empty list that nothing is left of a run", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, update);
                await ended(emulator);
                const [group] = emulator.state.snapshotGroups;
                emulator.faults.add({ action: "DescribeSnapshotGroups", kind: "miss", times: Infinity });
                const args = ["--stack", stack.name, "--delete", "--yes", "--include-recent"];
                const run = await orphans(stack, args);
                expect(run.code).to.equal(1);
                expect(run.stdout).to.match(/^failed invocation t-.*AbsenceNotProved: /m);
                expect(run.stdout).to.include(group?.snapshotGroupId);
                expect(stateOf(emulator)).to.equal("open");
                emulator.faults.clear();
                expect(await orphans(stack, args)).to.include({ code: 0 });
                expect(emulator.state.snapshotGroups).to.be.empty;
            }));

        it("shows a retained snapshot as such, and keeps it unless told otherwise", () =>
            scenario(async ({ emulator, stack }) => {
                const retained = resources.map((one) => ({ ...one, options: { retainOnDelete: true } }));
                expectSuccess(await stack.up(retained));
                expectSuccess(await stack.destroy());
                const [group] = emulator.state.snapshotGroups;
                // The state is empty by now, so the region is that of the configuration and the project the folder's.
                const kept = await orphans(stack, ["--stack", stack.name, "--delete", "--yes", "--json"]);
                expect(kept.code).to.equal(0);
                expect(found(kept)).to.deep.equal([`retained snapshot-group ${group?.snapshotGroupId}`]);
                expect(emulator.state.snapshotGroups).to.have.length(1);

                const args = ["--stack", stack.name, "--delete", "--yes", "--include-committed"];
                expect(await orphans(stack, args)).to.include({ code: 0 });
                expect(emulator.state.snapshotGroups).to.be.empty;
                expect(stateOf(emulator)).to.equal("closed");
            }));

        it("needs neither the project's folder nor its resources, if it is given their names", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, update);
                await ended(emulator);
                expectSuccess(await stack.destroy());
                const name = `organization/program/${stack.name}`;
                const outside = stack.folder;
                const unplaced = await orphans(stack, ["--stack", name], outside);
                expect(unplaced.code).to.equal(1);
                expect(unplaced.stderr).to.match(/No region is known.*--region/);

                const args = ["--stack", name, "--project", "program", "--region", "cn-hangzhou", "--json"];
                const run = await orphans(stack, args, outside);
                expect(run.code).to.equal(3);
                expect(found(run)).to.have.length(1);
                expect(run.stderr).to.match(/no Pulumi.yaml here/);

                const strange = await orphans(stack, ["--stack", name, "--project", "shop"], outside);
                expect(strange.code).to.equal(1);
                expect(strange.stderr).to.match(
                    /project is program according to --stack, but shop according to --project/,
                );
            }));

        it("finds a temporary role that a killed update left attached, and detaches it", () =>
            scenario(async ({ emulator, stack }) => {
                for (const [instanceId, stackName, expires] of [
                    [instances.linux, "test", Date.now() - 1_000],
                    [instances.mixedDisks, "other", Date.now() - 1_000],
                ] as const) {
                    const lease = {
                        ramRoleName: role,
                        stack: stackOf({
                            urn: `urn:pulumi:${stackName}::program`,
                            organization: undefined,
                            namespace: undefined,
                        }),
                        expires,
                    };
                    const { key, value } = leaseTag(lease);
                    emulator.controls.setTags(instanceId, { [key]: value });
                    emulator.controls.attachRole(instanceId, role);
                }
                const args = ["--stack", stack.name, "--delete", "--yes", "--json"];
                const run = await orphans(stack, args);
                expect(run.code).to.equal(0);
                expect(found(run)).to.deep.equal([`left ram-role ${role}`]);
                const attached = emulator.state.instances
                    .filter(({ tags }) => leaseTagKey in tags)
                    .map(({ instanceId, ramRoleName }) => [instanceId, ramRoleName]);
                expect(attached).to.deep.equal([[instances.mixedDisks, role]]);
                const [own] = emulator.state.instances.filter(
                    ({ instanceId }) => instanceId === instances.linux,
                );
                expect(own?.ramRoleName).to.equal(undefined);
            }));

        it("connects with the stack's configuration and its secrets, and prints none of them", () =>
            scenario(async ({ stack }) => {
                for (const key of ["alicloud:accessKey", "alicloud:secretKey"]) {
                    await stack.setSecret(key, "the-secret");
                }
                // The emulator does not know this key, so the configured one was sent.
                const run = await orphans(stack, ["--stack", stack.name]);
                expect(run.code).to.equal(1);
                expect(run.stderr).to.match(/cn-hangzhou: InvalidAccessKeyId/);
                expect(run.stdout + run.stderr).to.not.include("the-secret");
            }));
    });
}

/** Runs the command in the environment of the stack's updates. */
function orphans(stack: TestStack, args: readonly string[], cwd?: string): Promise<ProgramResult> {
    return stack.runProgram(process.execPath, [cli, "orphans", ...args], cwd);
}

interface Item {
    readonly kind: string;
    readonly id: string;
    readonly status: string;
}

/** The orphans in the JSON output of a command. */
function found({ stdout }: ProgramResult): string[] {
    const { orphans: left, retained } = JSON.parse(stdout) as Record<"orphans" | "retained", Item[]>;
    return [...left, ...retained].map(({ status, kind, id }) => `${status} ${kind} ${id}`);
}

function stateOf(emulator: Emulator): string | undefined {
    return emulator.state.invocations[0]?.tags["app-snapshot:state"];
}

async function ended(emulator: Emulator): Promise<void> {
    await until(() => emulator.state.invocations[0]?.status === "Success");
    await until(() => emulator.state.snapshotGroups.every(({ status }) => status === "accomplished"));
}
