import { expect } from "chai";
import {
    defaultFixture,
    type Emulator,
    type EmulatorOptions,
    type Fixture,
    type FixtureInstance,
} from "pulumi-alicloud-app-snapshot-emulator";

import type { FleetOutputs } from "../../provider/src/core/fleet/fleet-outputs";
import { isHeld } from "../support/stack/interruption";
import {
    attachRoles,
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
import { until } from "../support/until";

const { linux, withRole, mixedDisks, windows, stopped, foreignRole } = instances;
const unknown = "i-bp1nosuchinstance00";
const temporaryScripts = { preScriptPath: "/tmp/prescript.sh", postScriptPath: "/tmp/postscript.sh" };

/** Fleets of which some instances fail. */
export function fleetFailures(how: string, scenario: Scenario): void {
    describe(`a fleet of which some instances fail, ${how}`, () => {
        it("keeps the snapshots of the others, names each failure, and takes only what is missing next", () =>
            scenario(
                async ({ emulator, stack }) => {
                    emulator.controls.addOutcomes(mixedDisks, { exitCode: 9 });
                    emulator.controls.addOutcomes(linux, { degrade: true });
                    const unfit = [stopped, foreignRole, unknown, withoutAgent.instanceId];
                    const all = [withRole, ...unfit, mixedDisks, linux, windows];
                    const resources = [fleetOf("a", all)];
                    const up = expectFailure(await stack.up(resources));
                    expect(up.output).to.match(/InstancesFailed: /);
                    expect(up.output).to.include("6 of 8 instances");
                    expect(up.output, "no stack trace").not.to.match(/\bat .*\.js:\d+/);
                    const codes = {
                        [stopped]: "SeveralProblems",
                        [foreignRole]: "RoleConflict",
                        [unknown]: "InstanceNotFound",
                        [withoutAgent.instanceId]: "AgentMissing",
                        [mixedDisks]: "PluginPreScriptFailed",
                        [linux]: "Degraded",
                    };
                    const held = await fleetIn(stack, "a");
                    expect(codesIn(held)).to.deep.equal(codes);
                    for (const [instanceId, code] of Object.entries(codes)) {
                        expect(up.output).to.match(new RegExp(`${instanceId}: ${code}: `));
                        const { message, remedy } = held.failures[instanceId] ?? {};
                        expect(message).to.match(new RegExp(`^${code}: `));
                        expect(remedy).to.match(/\.$/);
                        expect(up.output.replace(/\s+/g, " ")).to.include(
                            String(remedy).split(/\s+/).slice(0, 6).join(" "),
                        );
                    }
                    expect(Object.keys(held.snapshots)).to.have.members([withRole, windows]);
                    expect(held.consistency).to.equal("application");
                    expect(held).not.to.have.property("unfinished");
                    expect(groupIds(emulator)).to.have.members(
                        Object.values(held.snapshotGroupIdByInstanceId),
                    );
                    expect((await stack.snapshots())[0]?.initErrors).to.have.length(1);

                    emulator.controls.setInstanceStatus(stopped, "Running");
                    emulator.controls.attachRole(foreignRole, "AppSnapshotRoleName");
                    emulator.controls.setAgent(withoutAgent.instanceId, { installed: true, online: true });
                    const before = startedOn(emulator).length;
                    const fit = all.filter((instanceId) => instanceId !== unknown);
                    const again = expectSuccess(await stack.up([fleetOf("a", fit)]));
                    expect(again.output).to.match(/1 updated/);
                    const missing = fit.filter(
                        (instanceId) => ![withRole, windows].includes(instanceId as never),
                    );
                    expect(startedOn(emulator).slice(before).flat()).to.have.members(missing);
                    const whole = await fleetIn(stack, "a");
                    expect(Object.keys(whole.snapshots)).to.have.members(fit);
                    expect(whole.failures).to.deep.equal({});
                    expect(whole.fleetId).to.equal(held.fleetId);
                    expect(whole.snapshotGroupIdByInstanceId).to.include(held.snapshotGroupIdByInstanceId);
                    expect(groupIds(emulator)).to.have.members(
                        Object.values(whole.snapshotGroupIdByInstanceId),
                    );
                    expect(expectSuccess(await stack.up([fleetOf("a", fit)])).output).to.match(/2 unchanged/);
                    expect(openRuns(emulator)).to.be.empty;
                },
                { emulator: { fixture: withUnfit() } },
            ));

        it("refuses scripts that the plugin would skip on one instance, and takes the others", () =>
            scenario(async ({ emulator, stack }) => {
                const list = [{ instanceId: withRole }, { instanceId: mixedDisks, linux: temporaryScripts }];
                const resources = [fleetOf("a", [], { instanceIds: undefined, instances: list })];
                const up = expectFailure(await stack.up(resources));
                expect(up.output).to.match(/ScriptsRefused: .*exit code 64/);
                const held = await fleetIn(stack, "a");
                expect(codesIn(held)).to.deep.equal({ [mixedDisks]: "ScriptsRefused" });
                expect(Object.keys(held.snapshots)).to.deep.equal([withRole]);
                expect(groupIds(emulator)).to.have.length(1);
            }));

        it("is no resource if all instances fail, and leaves nothing in the cloud", () =>
            scenario(async ({ emulator, stack }) => {
                for (const instanceId of [withRole, linux]) {
                    emulator.controls.addOutcomes(instanceId, { exitCode: instanceId === linux ? 10 : 9 });
                }
                const resources = [fleetOf("a", [withRole, linux, stopped])];
                const up = expectFailure(await stack.up(resources));
                expect(up.output).to.include("3 of 3 instances");
                expect(await stack.snapshots()).to.be.empty;
                expect(groupIds(emulator)).to.be.empty;
                expect(emulator.state.snapshots).to.be.empty;
                expect(openRuns(emulator)).to.be.empty;
                emulator.controls.setInstanceStatus(stopped, "Running");
                expectSuccess(await stack.up(resources));
                expect(groupIds(emulator)).to.have.length(3);
            }));

        it("gets the snapshots of the others if the whole command is refused because of one instance", () => {
            let current: Emulator | undefined;
            const onCall: EmulatorOptions["onCall"] = ({ phase, entry }) => {
                if (phase === "received" && entry.action === "RunCommand") {
                    // It was fit in the preflight.
                    current?.controls.setInstanceStatus(mixedDisks, "Stopped");
                }
            };
            return scenario(
                async ({ emulator, stack }) => {
                    current = emulator;
                    attachRoles(emulator, [linux, withRole, mixedDisks]);
                    const up = expectFailure(await stack.up([fleetOf("a", [linux, mixedDisks, withRole])]));
                    const held = await fleetIn(stack, "a");
                    expect(Object.keys(held.failures)).to.deep.equal([mixedDisks]);
                    expect(up.output)
                        .to.include(`${mixedDisks}: `)
                        .and.to.include("InvalidInstance.NotMatch");
                    expect(Object.keys(held.snapshots)).to.have.members([linux, withRole]);
                    expect(startedOn(emulator).flat()).to.have.members([linux, withRole]);
                    const refused = calls(emulator, "RunCommand").filter(({ code }) => code !== undefined);
                    expect(refused.length).to.be.at.least(2);
                },
                { emulator: { behaviour: { stoppedInstance: "refused" }, onCall } },
            );
        });

        it("warns at once of an instance whose file system may be frozen, while others are still at work", () =>
            scenario(async ({ emulator, stack }) => {
                attachRoles(emulator, [withRole, linux]);
                emulator.controls.addOutcomes(withRole, { exitCode: 12 });
                emulator.controls.addOutcomes(linux, { holdAt: "start" });
                const update = stack.startUp([fleetOf("a", [withRole, linux])]);
                // The warning comes before the clean-up, which does not wait for the other instance.
                await until(() => calls(emulator, "DeleteSnapshotGroup").length === 1);
                expect(isHeld(emulator, linux)).to.equal(true);
                emulator.controls.releasePlugin(linux);
                const { output } = expectFailure(await update.ended);
                expect(output).to.match(/^warning: PluginThawFailed: .*exit code 12/m);
                expect(Object.keys((await fleetIn(stack, "a")).snapshots)).to.deep.equal([linux]);
                expect(groupIds(emulator)).to.have.length(1);
            }));
    });
}

/** An instance that lacks only the agent. */
const withoutAgent: FixtureInstance = {
    instanceId: "i-bp1noagent0000000001",
    osType: "linux",
    osName: "Ubuntu  22.04 64 bit",
    ramRoleName: "AppSnapshotRoleName",
    agent: { installed: false, online: false, version: "2.2.4.910" },
    disks: [{ diskId: "d-bp1noagent0000001sys", type: "system", category: "cloud_essd" }],
    files: ["prescript", "postscript"].map((name) => ({
        path: `/root/app-snapshot/${name}.sh`,
        owner: "root",
        group: "root",
        mode: "0700",
    })),
};

function withUnfit(): Fixture {
    const fixture = defaultFixture();
    return { ...fixture, instances: [...fixture.instances, withoutAgent] };
}

function codesIn({ failures }: FleetOutputs): Record<string, string> {
    return Object.fromEntries(Object.entries(failures).map(([instanceId, { code }]) => [instanceId, code]));
}

function openRuns(emulator: Emulator): readonly unknown[] {
    return emulator.state.invocations.filter(({ tags }) => tags["app-snapshot:state"] === "open");
}
