import { expect } from "chai";
import {
    type Behaviour,
    defaultFixture,
    type Emulator,
    type EmulatorOptions,
    realisticTiming,
} from "pulumi-alicloud-app-snapshot-emulator";

import { inClear } from "../support/stack/secrets";
import { linuxInputs, resourceUrn, scripts } from "./provider";
import { type PatientWorld, patientWorld } from "./support/patient-world";

/** Behaviours of the cloud that are not clearly documented; each with its other reading. */
const alternatives: readonly Partial<Behaviour>[] = [
    { rolelessInstance: "empty" },
    { sameRoleReattach: "success" },
    { sameRoleReattach: "refused" },
    { detachMissingRole: "success" },
    { deleteMissingGroup: "success" },
    { deletion: "synchronous" },
    { deleteProgressingGroup: "conflict" },
    { consistencyTagKey: "AppConsistent" },
    { consistencyTagOnGroup: true },
    { groupTags: "refused" },
    { groupNameFilter: "fuzzy" },
    { strayArgument: "ends-options" },
    { previousSnapshotInProgress: "refused" },
    { absentAgent: "omitted" },
    { groupWithHeldMember: "goes" },
    { diskHeldMember: "kept" },
    { emptyGroup: "goes" },
    { heldMember: "call" },
    { emptyModification: "refused" },
    { unpermittedList: "empty" },
    { unknownInvocation: "not-found" },
    { activeTaskCount: "stale" },
    { concurrentRun: "exit-232" },
    { throttlingStatus: 429 },
    { scriptEnd: "exit" },
    { scriptStart: "shell" },
    { runtimeDirectories: "disk" },
    { linkedScript: "refused" },
    { refusedFile: "failed" },
    { fileModeCheck: "call" },
    { sendFileClientToken: "ignored" },
    { scriptKill: "group" },
];

/** The inputs of an instance to which nothing is done before its command. */
const lastMomentInputs = { ...linuxInputs, instanceId: "i-bp1linuxdb0000000002", linux: scripts };

/** Runs a test in a world in which everything takes as long as in the cloud. */
function lived(
    options: Pick<EmulatorOptions, "behaviour" | "fixture">,
    test: (world: PatientWorld) => Promise<void>,
): Promise<void> {
    return patientWorld({ ...options, timing: realisticTiming }, test);
}

describe("an uncertain behaviour of the cloud", () => {
    for (const behaviour of alternatives) {
        it(`a snapshot lives its life with ${JSON.stringify(behaviour)}`, () =>
            lived({ behaviour }, async ({ emulator, provider }) => {
                const created = await provider.create({ ...linuxInputs, tags: { team: "payments" } });
                const state = created.outs as Record<string, unknown>;
                expect(state["consistency"]).to.equal("application");
                expect(emulator.state.snapshots.map(({ tags }) => tags["team"])).to.deep.equal([
                    "payments",
                    "payments",
                ]);
                expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                    created.id,
                ]);

                const read = await provider.read(created.id, state);
                expect(read.id).to.equal(created.id);
                expect(read.props).to.include({ consistency: "application", description: "integration" });

                await provider.delete(created.id, state);
                expect(emulator.state.snapshotGroups).to.be.empty;
                // A second deletion, as after a lost state, is no error.
                await provider.delete(created.id, state);
                expect(await provider.read(created.id, state)).to.deep.equal({});
                const instance = emulator.state.instances.find(
                    ({ instanceId }) => instanceId === linuxInputs.instanceId,
                );
                expect(instance?.ramRoleName, "the temporary role").to.equal(undefined);
            }));
    }

    for (const sameRoleReattach of ["error", "success", "refused"] as const) {
        it(`a role is attached although the answer was lost, if a second attach is a ${sameRoleReattach}`, () =>
            lived({ behaviour: { sameRoleReattach } }, async ({ emulator, provider }) => {
                emulator.faults.add({ action: "AttachInstanceRamRole", kind: "reset-after" });
                const created = await provider.create(linuxInputs);
                expect(created.outs).to.include({ consistency: "application" });
            }));
    }

    for (const sendFileClientToken of ["honoured", "ignored"] as const) {
        it(`scripts are delivered although an answer was lost, with its ClientToken ${sendFileClientToken}`, () =>
            lived({ behaviour: { sendFileClientToken } }, async ({ emulator, provider }) => {
                emulator.faults.add({ action: "SendFile", kind: "reset-after" });
                const created = await provider.create(linuxInputs);
                expect(created.outs).to.include({ consistency: "application" });
            }));
    }

    for (const pluginAccount of ["printed", "logged"] as const) {
        it(`the outputs have the run report that there is, with the plugin's account ${pluginAccount}`, () =>
            lived({ behaviour: { pluginAccount } }, async ({ provider }) => {
                const created = await provider.create(linuxInputs);
                const { pluginMessages, durations } = inClear(created.outs) as {
                    readonly pluginMessages: string[];
                    readonly durations: Record<string, number>;
                };
                expect(pluginMessages.at(-1)).to.equal("Finish whole Processes of Snapshot successfully");
                const told = ["preScript", "freeze", "postScript"];
                expect(durations).to.have.all.keys("command", ...(pluginAccount === "printed" ? told : []));
                // A second and a half by the clock of the world, in whole seconds.
                expect(durations["command"]).to.be.within(1, 2);
                for (const step of pluginAccount === "printed" ? told : []) {
                    expect(durations[step], step).to.be.at.least(0);
                }
            }));
    }

    for (const windowsOutput of ["utf-8", "code-page"] as const) {
        it(`a Windows instance is understood with its output in ${windowsOutput}`, () =>
            lived({ behaviour: { windowsOutput } }, async ({ emulator, provider }) => {
                const inputs = { resourceUrn, instanceId: "i-bp1windows0000000001" };
                const message = '[level="error"][message="无法冻结卷影副本"]\r\n';
                emulator.controls.addOutcomes(inputs.instanceId, { exitCode: 11, output: message });
                const failure = await provider.create(inputs).then(
                    () => undefined,
                    (thrown: unknown) => thrown,
                );
                expect((failure as Error).message)
                    .to.match(/PluginFreezeFailed: /)
                    .and.to.include("无法冻结卷影副本");
                const created = await provider.create(inputs);
                expect(created.outs).to.include({ consistency: "application", osType: "windows" });
            }));
    }

    for (const [imdsv2, outcome] of [
        ["unsupported", /PluginPrecheckFailed/],
        ["supported", /^application$/],
    ] as const) {
        it(`an instance that wants a token for its metadata, which the plugin leaves ${imdsv2}`, () => {
            const fixture = defaultFixture();
            for (const instance of fixture.instances) {
                instance.httpTokens = "required";
            }
            return lived({ behaviour: { imdsv2 }, fixture }, async ({ provider }) => {
                const came = await provider.create(linuxInputs).then(
                    ({ outs }) => (outs as Record<string, unknown>)["consistency"],
                    (thrown: unknown) => thrown,
                );
                expect(String(came)).to.match(outcome);
            });
        });
    }

    const stops = (emulator: Emulator) => {
        emulator.controls.setInstanceStatus(lastMomentInputs.instanceId, "Stopped");
    };
    const fallsSilent = (emulator: Emulator) => {
        emulator.controls.setAgent(lastMomentInputs.instanceId, { online: false });
    };
    const lastMoments: [
        behaviour: Partial<Behaviour>,
        change: (emulator: Emulator) => void,
        error: RegExp,
    ][] = [
        [{ stoppedInstance: "aborted" }, stops, /InstanceNotRunning: /],
        [{ stoppedInstance: "refused" }, stops, /InvalidInstance\.NotMatch: /],
        [{ offlineAgent: "aborted" }, fallsSilent, /ClientNotRunning: /],
        [{ offlineAgent: "refused" }, fallsSilent, /Operation\.Forbidden: /],
    ];
    for (const [behaviour, change, error] of lastMoments) {
        it(`a resource that disappears at the last moment is an error with ${JSON.stringify(behaviour)}`, () =>
            lived({ behaviour }, async ({ emulator, provider }) => {
                emulator.faults.add({
                    action: "RunCommand",
                    kind: "error",
                    // It hits nothing, but comes right before the command, after all checks.
                    when: () => {
                        change(emulator);
                        return false;
                    },
                });
                const failure = await provider.create(lastMomentInputs).then(
                    () => undefined,
                    (thrown: unknown) => thrown,
                );
                expect((failure as Error).message).to.match(error);
                expect(emulator.state.snapshotGroups).to.be.empty;
            }));
    }

    const twoExcluded = {
        resourceUrn,
        instanceId: "i-bp1linuxdb0000000003",
        linux: scripts,
        excludeDiskIds: ["d-bp1linuxdb0000003da1", "d-bp1linuxdb0000003da2"],
    };

    it("a list of excluded disks is honoured if the plugin takes one", () =>
        lived({ behaviour: { excludeDiskIdSyntax: "comma" } }, async ({ provider }) => {
            const created = await provider.create(twoExcluded);
            expect((created.outs as Record<string, unknown>)["snapshotIdByDiskId"]).to.have.keys(
                "d-bp1linuxdb0000003sys",
            );
        }));

    it("a list of excluded disks that the plugin does not understand is noticed", () =>
        lived({ behaviour: { excludeDiskIdSyntax: "repeat" } }, async ({ provider }) => {
            const created = await provider.create(twoExcluded);
            expect(JSON.stringify((created.outs as Record<string, unknown>)["warnings"])).to.match(
                /contains the disk d-bp1linuxdb0000003da1, which was excluded/,
            );
        }));
});
