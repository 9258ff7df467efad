import { expect } from "chai";

import {
    attachRoles,
    calls,
    expectFailure,
    expectSuccess,
    instances,
    linuxSnapshot,
    scripts,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { TestResource } from "../support/stack/test-stack";
import { until } from "../support/until";

const temporaryScripts = { preScriptPath: "/tmp/prescript.sh", postScriptPath: "/tmp/postscript.sh" };

export function failures(how: string, scenario: Scenario): void {
    describe(`a snapshot that can't be taken, ${how}`, () => {
        const refusedByCheck: readonly {
            readonly title: string;
            readonly args: TestResource["args"];
            readonly says: RegExp;
        }[] = [
            { title: "no instance", args: { linux: scripts }, says: /instanceId is missing/ },
            {
                title: "no scripts",
                args: { instanceId: instances.linux, linux: {} },
                says: /linux has no scripts, so the snapshot could not be application-consistent/,
            },
            {
                title: "a path that is not safe on a command line",
                args: { instanceId: instances.linux, linux: { ...scripts, preScriptPath: "/tmp/$(reboot)" } },
                says: /linux\.preScriptPath must be an absolute path/,
            },
            {
                title: "a misspelt input",
                args: { instanceId: instances.linux, linux: scripts, tirggers: ["1"] },
                says: /tirggers is not an input; there are instanceId,/,
            },
        ];
        for (const { title, args, says } of refusedByCheck) {
            it(`refuses ${title} in the preview, before any call`, () =>
                scenario(async ({ emulator, stack }) => {
                    const preview = expectFailure(
                        await stack.preview([{ name: "a", ...(args && { args }) }]),
                    );
                    expect(preview.output).to.match(says);
                    expect(preview.output).not.to.include("reboot");
                    expect(emulator.ledger).to.be.empty;
                }));
        }

        const refusedByPreflight: readonly {
            readonly title: string;
            readonly resource: TestResource;
            readonly says: readonly RegExp[];
        }[] = [
            {
                title: "an instance that does not exist",
                resource: linuxSnapshot("a", "i-bp1nosuchinstance00"),
                says: [/InstanceNotFound: .*\(instance i-bp1nosuchinstance00\)/, /region cn-hangzhou/],
            },
            {
                title: "a stopped instance",
                resource: linuxSnapshot("a", instances.stopped),
                says: [/InstanceNotRunning/, /What to do: Start the instance/],
            },
            {
                title: "an instance with another role, naming both and both ways out",
                resource: linuxSnapshot("a", instances.foreignRole),
                says: [
                    /RoleConflict/,
                    /the attached role is WebServerRole, the required role is AppSnapshotRoleName/,
                    /Either name .*or detach/,
                ],
            },
            {
                title: "an instance without an ESSD disk",
                resource: linuxSnapshot("a", instances.noEssd),
                says: [/NoEssdDisk/, /\(cloud_efficiency\)/],
            },
            {
                title: "a role that may not be attached",
                resource: linuxSnapshot("a", instances.linux, { roleAttachment: "none" }),
                says: [/RoleMissing/],
            },
            {
                title: "options for the other system",
                resource: { name: "a", args: { instanceId: instances.linux, windows: {} } },
                says: [/OptionsForOtherSystem/],
            },
            {
                title: "several problems, all of them at once",
                resource: linuxSnapshot("a", instances.stopped, {
                    excludeDiskIds: ["d-bp1nosuchdisk0000000"],
                }),
                says: [/SeveralProblems/, /InstanceNotRunning/, /ExcludedDiskNotAttached/],
            },
        ];
        const roles: readonly {
            readonly instanceId: string;
            readonly args: TestResource["args"];
            readonly says: RegExp;
        }[] = [
            { instanceId: instances.noEssd, args: { roleAttachment: "none" }, says: /RoleMissing: / },
            { instanceId: instances.foreignRole, args: {}, says: /RoleConflict: / },
            {
                instanceId: instances.noEssd,
                args: { ramRoleName: "NoSuchRole" },
                says: /Whether the RAM role NoSuchRole exists and may be attached can be checked only by attaching it/,
            },
        ];
        for (const { instanceId, args, says } of roles) {
            it(`reports what is known about the role in the same error as all else: ${says.source}`, () =>
                scenario(async ({ emulator, stack }) => {
                    emulator.controls.setAgent(instanceId, { online: false });
                    const excludeDiskIds = emulator.state.instances.find(
                        (instance) => instance.instanceId === instanceId,
                    )?.diskIds;
                    const resource = linuxSnapshot("a", instanceId, { ...args, excludeDiskIds });
                    const { output } = expectFailure(await stack.up([resource]));
                    expect(output).to.match(says);
                    expect(output)
                        .to.match(/AgentOffline: /)
                        .and.to.match(/`systemctl start aliyun\.service`/);
                    expect(output).to.match(/NoEssdDisk: /);
                    expect(calls(emulator, "AttachInstanceRamRole")).to.be.empty;
                }));
        }

        for (const { title, resource, says } of refusedByPreflight) {
            it(`refuses ${title}, before anything is touched`, () =>
                scenario(async ({ emulator, stack }) => {
                    const up = expectFailure(await stack.up([resource]));
                    for (const text of says) {
                        expect(up.output).to.match(text);
                    }
                    expect(up.output, "no stack trace").not.to.match(/\bat .*\.js:\d+/);
                    expect(calls(emulator, "RunCommand")).to.be.empty;
                    expect(calls(emulator, "AttachInstanceRamRole")).to.be.empty;
                    expect(await stack.snapshots()).to.be.empty;
                }));
        }

        it("names a role without permissions at once, if it was attached before", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.setRoleActions("AppSnapshotRoleName", ["ecs:DescribeDisks"]);
                const { output } = expectFailure(await stack.up([linuxSnapshot("a", instances.withRole)]));
                expect(output).to.match(/PluginNoDiskOrPermission: .*exit code 3/);
                expect(output).to.match(/What to do: Grant the RAM role AppSnapshotRoleName ecs:/);
                expect(output).not.to.include("just attached");
                expect(calls(emulator, "RunCommand")).to.have.length(1);
            }));

        it("reports a failed pre-script with its exit code, leaves nothing, and succeeds at the next update", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, { exitCode: 9 });
                const resources = [linuxSnapshot("a", instances.withRole)];
                const up = expectFailure(await stack.up(resources));
                expect(up.output).to.match(
                    /PluginPreScriptFailed: .*\(instance i-bp1linuxdb0000000002, exit code 9\)/,
                );
                expect(up.output).to.match(/What to do: Read the pre-script's output/);
                expect(await stack.snapshots()).to.be.empty;
                expect(emulator.state.snapshotGroups).to.be.empty;
                expectSuccess(await stack.up(resources));
                expect(emulator.state.snapshotGroups).to.have.length(1);
            }));

        it("deletes the group that a failed post-script left behind", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, { exitCode: 10 });
                const up = expectFailure(await stack.up([linuxSnapshot("a", instances.withRole)]));
                expect(up.output).to.match(/PluginPostScriptFailed/);
                expect(up.output).to.match(/the snapshot group ssg-\w+ was deleted/);
                expect(emulator.state.snapshotGroups).to.be.empty;
                expect(emulator.state.snapshots).to.be.empty;
            }));

        it("keeps such a group on demand, in a resource that the next update replaces", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, { exitCode: 10 });
                const resources = [linuxSnapshot("a", instances.withRole, { onDegraded: "keep" })];
                expectFailure(await stack.up(resources));
                const [kept] = await stack.snapshots();
                expect(kept?.id).to.equal(emulator.state.snapshotGroups[0]?.snapshotGroupId);
                expect(kept?.initErrors).to.have.length(1);
                expectSuccess(await stack.refresh());
                expectSuccess(await stack.up(resources));
                const [now] = await stack.snapshots();
                expect(now?.id).not.to.equal(kept?.id);
                expect(now?.outputs?.["consistency"]).to.equal("application");
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    now?.id,
                ]);
            }));

        it("refuses scripts that the plugin would skip silently, and says what is wrong with each", () =>
            scenario(async ({ emulator, stack }) => {
                const up = expectFailure(
                    await stack.up([linuxSnapshot("a", instances.mixedDisks, { linux: temporaryScripts })]),
                );
                expect(up.output).to.match(/ScriptsRefused: .*exit code 64/);
                expect(up.output).to.include("/tmp/prescript.sh").and.to.include("/tmp/postscript.sh");
                expect(emulator.state.invocations.at(-1)?.results[0]?.exitCode).to.equal(64);
                expect(calls(emulator, "DeleteSnapshotGroup")).to.be.empty;
                expect(emulator.state.snapshotGroups).to.be.empty;
                expect(await stack.snapshots()).to.be.empty;
            }));

        it("never calls a degraded result application-consistent", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, { degrade: true });
                const up = expectFailure(await stack.up([linuxSnapshot("a", instances.withRole)]));
                expect(up.output).to.match(/Degraded: /);
                expect(up.output).to.match(
                    /application consistency is required, but the snapshots' tags show filesystem/,
                );
                expect(emulator.state.invocations.at(-1)?.results[0]?.exitCode).to.equal(0);
                expect(emulator.state.snapshotGroups).to.be.empty;
                expect(await stack.snapshots()).to.be.empty;
            }));

        it("does not on Windows either, where VSS writers may be missing", () =>
            scenario(async ({ emulator, stack }) => {
                // A run without the role would use an outcome up.
                attachRoles(emulator, [instances.windows]);
                emulator.controls.addOutcomes(instances.windows, { degrade: true });
                const resources = [{ name: "a", args: { instanceId: instances.windows } }];
                const up = expectFailure(await stack.up(resources));
                expect(up.output).to.match(/Degraded: /);
                expect(emulator.state.snapshotGroups).to.be.empty;
                emulator.controls.addOutcomes(instances.windows, { exitCode: 11 });
                expect(expectFailure(await stack.up(resources)).output).to.match(
                    /PluginFreezeFailed: .*exit code 11/,
                );
                expect(await stack.snapshots()).to.be.empty;
                expectSuccess(await stack.up(resources));
                expect((await stack.outputs())["a"]).to.include({
                    consistency: "application",
                    osType: "windows",
                });
            }));

        it("keeps a degraded result with a warning on demand", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.mixedDisks, { degrade: true });
                const resources = [linuxSnapshot("a", instances.mixedDisks, { onDegraded: "keep" })];
                const up = expectSuccess(await stack.up(resources));
                expect(up.output).to.match(/warning: .*does not meet the requirements/);
                const a = (await stack.outputs())["a"];
                expect(a?.["consistency"]).to.equal("filesystem");
                expect(a?.["warnings"]).to.have.length(2);
                expect(emulator.state.snapshotGroups).to.have.length(1);
            }));

        it("accepts a file-system-consistent snapshot if no more is required", () =>
            scenario(async ({ stack }) => {
                const args = { instanceId: instances.withRole, requiredConsistency: "filesystem" };
                expectSuccess(await stack.up([{ name: "a", args }]));
                expect((await stack.outputs())["a"]).to.include({ consistency: "filesystem" });
            }));

        it("detaches a temporary role, also after a failure", () =>
            scenario(async ({ emulator, stack }) => {
                const resources = [linuxSnapshot("a", instances.linux, { roleAttachment: "temporary" })];
                const roleOf = (): string | undefined =>
                    emulator.state.instances.find(({ instanceId }) => instanceId === instances.linux)
                        ?.ramRoleName;
                emulator.controls.addOutcomes(instances.linux, { exitCode: 9 });
                expectFailure(await stack.up(resources));
                expect(calls(emulator, "AttachInstanceRamRole")).to.have.length(1);
                expect(roleOf()).to.equal(undefined);
                expectSuccess(await stack.up(resources));
                expect(roleOf()).to.equal(undefined);
            }));

        for (const heldMember of ["item", "call"] as const) {
            for (const holder of [{ imageId: "m-bp1held" }, { diskId: "d-bp1held" }]) {
                const [kind, id] = "imageId" in holder ? ["image", holder.imageId] : ["disk", holder.diskId];
                it(`names the ${kind} that holds a snapshot if the cloud refuses its deletion ${heldMember}, and deletes the rest later`, () =>
                    scenario(
                        async ({ emulator, stack }) => {
                            expectSuccess(await stack.up([linuxSnapshot("a", instances.linux)]));
                            const [other, held] = emulator.state.snapshots.map(
                                ({ snapshotId }) => snapshotId,
                            );
                            emulator.controls.holdSnapshot(held ?? "", holder);
                            const { output } = expectFailure(await stack.destroy());
                            expect(output).to.match(/SnapshotsHeld/);
                            expect(output)
                                .to.include(`${held}: SnapshotCreated`)
                                .and.not.include(`${other}: `);
                            expect(output).to.include(
                                `the ${kind} ${id} was created from it; delete it first`,
                            );
                            expect(await stack.snapshots()).to.have.length(1);
                            emulator.controls.releaseSnapshot(held ?? "");
                            expectSuccess(await stack.destroy());
                            expect(emulator.state.snapshots).to.be.empty;
                        },
                        { emulator: { behaviour: { heldMember, diskHeldMember: "kept" } } },
                    ));
            }
        }

        it("does not lose a held snapshot whose group is gone, names its image, and deletes it later", () =>
            scenario(
                async ({ emulator, stack }) => {
                    expectSuccess(await stack.up([linuxSnapshot("a", instances.linux)]));
                    const member = emulator.state.snapshots[0]?.snapshotId ?? "";
                    emulator.controls.holdSnapshot(member, { imageId: "m-bp1golden" });
                    for (const attempt of ["first", "second"]) {
                        const destroy = expectFailure(await stack.destroy());
                        expect(destroy.output, attempt).to.match(/SnapshotsHeld: /);
                        expect(destroy.output, attempt).to.include(
                            "the image m-bp1golden was created from it",
                        );
                        expect(destroy.output, attempt).to.include(member);
                        expect(await stack.snapshots(), attempt).to.have.length(1);
                    }
                    expect(emulator.state.snapshotGroups, "the group itself is gone").to.be.empty;
                    emulator.controls.releaseSnapshot(member);
                    expectSuccess(await stack.destroy());
                    expect(emulator.state.snapshots).to.be.empty;
                },
                { emulator: { behaviour: { groupWithHeldMember: "goes" } } },
            ));

        it("delays a deletion until the end of the upload if the cloud refuses it before", () =>
            scenario(
                async ({ emulator, stack }) => {
                    expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole)]));
                    expect(emulator.state.snapshotGroups[0]?.status).to.equal("progressing");
                    const destroying = stack.destroy();
                    await until(() => calls(emulator, "DeleteSnapshotGroup").length > 1);
                    emulator.controls.timing({ uploadMs: 0 });
                    expectSuccess(await destroying);
                    expect(emulator.state.snapshotGroups).to.be.empty;
                },
                {
                    emulator: {
                        behaviour: { deleteProgressingGroup: "conflict" },
                        timing: { uploadMs: 3_600_000 },
                    },
                },
            ));
    });
}
