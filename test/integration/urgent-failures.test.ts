import { expect } from "chai";
import { type PluginOutcome, realisticTiming } from "pulumi-alicloud-app-snapshot-emulator";

import { type ShownMessage, startEngineServer } from "../unit/support/engine-server";
import { rejection } from "../unit/support/rejection";
import { linuxInputs, resourceUrn, scripts } from "./provider";
import { type PatientWorld, patientWorld } from "./support/patient-world";

const instanceId = "i-bp1linuxdb0000000002";
const inputs = { ...linuxInputs, instanceId, roleAttachment: "keep", linux: scripts };

/** The severity of a warning in the SDK's protocol. */
const warning = 2;

/** A group that can't be deleted for an hour, because it is being uploaded. */
const slow = {
    behaviour: { deleteProgressingGroup: "conflict" },
    timing: { ...realisticTiming, uploadMs: 3_600_000 },
} as const;

async function failing(
    outcome: PluginOutcome,
    test: (world: PatientWorld, shown: readonly ShownMessage[]) => Promise<void>,
): Promise<void> {
    const engine = await startEngineServer();
    try {
        await patientWorld(
            slow,
            (world) => {
                world.emulator.controls.addOutcomes(instanceId, outcome);
                return test(world, engine.shown);
            },
            { argv: [engine.address] },
        );
    } finally {
        engine.stop();
    }
}

describe("a failure that can't wait", () => {
    for (const [exitCode, code] of [
        [10, "PluginPostScriptFailed"],
        [12, "PluginThawFailed"],
        [247, "ManagerExecutionTimedOut"],
    ] as const) {
        it(`is in the resource's row before anything is cleaned up, and arrives in minutes: exit code ${exitCode}`, () =>
            failing({ exitCode, output: '[message="GroupId=ssg-none"]' }, async (world, shown) => {
                const { emulator, provider, clock } = world;
                const start = clock.now();
                const { message } = await rejection(provider.create(inputs));
                expect(clock.now() - start).to.be.below(4 * 60_000);
                expect(message).to.match(new RegExp(`^${code}: .*exit code ${exitCode}`));
                expect(shown.filter((one) => one.severity === warning && one.message.startsWith(code)))
                    .to.have.length(1)
                    .and.to.have.nested.property("[0].urn", resourceUrn);
                expect(emulator.state.snapshotGroups.length, "nothing is lost").to.be.at.most(1);
            }));
    }

    it("comes before the first call that cleans up", () =>
        failing({ exitCode: 12 }, async ({ emulator, provider }, shown) => {
            const before: number[] = [];
            emulator.faults.add({
                action: "DeleteSnapshotGroup",
                kind: "unavailable",
                when: () => {
                    before.push(shown.filter(({ severity }) => severity === warning).length);
                    return false;
                },
            });
            await rejection(provider.create(inputs));
            expect(before[0]).to.equal(1);
        }));

    it("leaves in the state what could not be cleaned up by then, and the next run continues with it", () =>
        failing({ exitCode: 10 }, async ({ emulator, provider, anotherProcess, clock }) => {
            const failure = (await rejection(provider.create(inputs))) as Error & {
                readonly id: string;
                readonly properties: Record<string, unknown>;
            };
            const [left] = emulator.state.snapshotGroups;
            expect(failure.id).to.equal(left?.snapshotGroupId);
            expect(failure.message).to.match(/its group could not be deleted/);
            await clock.sleep(3_600_000);
            await anotherProcess().delete(failure.id, failure.properties);
            expect(emulator.state.snapshotGroups).to.be.empty;
        }));
});
