import { expect } from "chai";
import { realisticTiming } from "pulumi-alicloud-app-snapshot-emulator";

import { rejection } from "../unit/support/rejection";
import { linuxInputs, scripts } from "./provider";
import { patientWorld } from "./support/patient-world";

const instanceId = "i-bp1linuxdb0000000002";
const inputs = { ...linuxInputs, instanceId, roleAttachment: "keep", linux: scripts };

describe("tags of consistency that come late", () => {
    for (const seconds of [20, 60]) {
        it(`cost no good snapshot: they show after ${seconds} s`, () =>
            patientWorld(
                { timing: { ...realisticTiming, consistencyTagMs: seconds * 1000 } },
                async ({ emulator, provider }) => {
                    const created = await provider.create(inputs);
                    const outs: unknown = created.outs;
                    expect(outs).to.include({ consistency: "application" });
                    expect(outs).not.to.have.property("degraded");
                    expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal(
                        [created.id],
                    );
                    expect(emulator.ledger.map(({ action }) => action)).not.to.include("DeleteSnapshotGroup");
                },
            ));
    }

    it("are not waited for forever", () =>
        patientWorld(
            { timing: { ...realisticTiming, consistencyTagMs: 3_600_000 } },
            async ({ emulator, provider, clock }) => {
                const start = clock.now();
                const { message } = await rejection(provider.create(inputs));
                expect(message).to.match(/^Degraded: /);
                expect(clock.now() - start).to.be.within(60_000, 300_000);
                expect(emulator.state.snapshotGroups).to.be.empty;
            },
        ));

    it("are not waited for if the present tags show less", () =>
        patientWorld({ timing: realisticTiming }, async ({ emulator, provider, clock }) => {
            emulator.controls.addOutcomes(instanceId, { degrade: true });
            const start = clock.now();
            expect((await rejection(provider.create(inputs))).message).to.match(/^Degraded: /);
            expect(clock.now() - start).to.be.below(60_000);
        }));
});
