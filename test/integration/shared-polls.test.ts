import { expect } from "chai";
import { defaultFixture, type Emulator, realisticTiming } from "pulumi-alicloud-app-snapshot-emulator";

import { linuxInputs, resourceUrn, scripts, scriptTexts } from "./provider";
import { patientWorld } from "./support/patient-world";

const count = 12;

/** A fixture with many instances like the second one, which has a role. */
function fixtureWithMany(): ReturnType<typeof defaultFixture> {
    const fixture = defaultFixture();
    const [, model] = fixture.instances;
    if (model === undefined) {
        throw new Error("the fixture has too few instances");
    }
    fixture.instances = Array.from({ length: count }, (_, index) => {
        const copy = structuredClone(model);
        copy.instanceId = instanceIdOf(index);
        copy.disks.forEach((disk, number) => {
            disk.diskId = `d-bp1many${index}x${number}`;
        });
        return copy;
    });
    return fixture;
}

function instanceIdOf(index: number): string {
    return `i-bp1many${String(index).padStart(13, "0")}`;
}

/** The number of requests that poll: for results, for groups, and for all open invocations of a stack. */
function pollsIn(ledger: Emulator["ledger"]): number {
    return ledger.filter(
        ({ action, params }) =>
            action === "DescribeInvocationResults" ||
            action === "DescribeSnapshotGroups" ||
            (action === "DescribeInvocations" && params["Tag.1.Key"] === "app-snapshot:stack"),
    ).length;
}

/** The number of requests for the results of several invocations. */
function resultsByTags(ledger: Emulator["ledger"]): number {
    return ledger.filter(
        ({ action, params }) => action === "DescribeInvocationResults" && "Tag.1.Key" in params,
    ).length;
}

describe("the snapshots that one process takes at once", () => {
    it("share their polls, and each is finished, and deleted, by itself", () =>
        patientWorld(
            { fixture: fixtureWithMany(), timing: { ...realisticTiming, pluginMs: 20_000 } },
            async ({ emulator, provider, clock }) => {
                const start = clock.now();
                const created = await Promise.all(
                    Array.from({ length: count }, (_, index) =>
                        provider.create({
                            ...linuxInputs,
                            resourceUrn: `${resourceUrn}-${index}`,
                            instanceId: instanceIdOf(index),
                            roleAttachment: "keep",
                            linux: scripts,
                        }),
                    ),
                );
                expect(clock.now() - start).to.be.within(20_000, 30_000);
                const groups = new Map(
                    emulator.state.snapshotGroups.map((group) => [group.snapshotGroupId, group.instanceId]),
                );
                expect(created.map(({ id }) => groups.get(id))).to.deep.equal(
                    created.map((_, index) => instanceIdOf(index)),
                );
                // Each by itself would make more than 20.
                expect(pollsIn(emulator.ledger)).to.be.below(8 * count);
                expect(resultsByTags(emulator.ledger), "the results of all runs at once").to.be.within(1, 4);
                const before = emulator.ledger.length;
                await Promise.all(
                    created.map(({ id, outs }) => provider.delete(id, outs as Record<string, unknown>)),
                );
                expect(pollsIn(emulator.ledger.slice(before))).to.be.below(4 * count);
                expect(emulator.state.snapshotGroups).to.be.empty;
            },
        ));

    it("share the looks at the deliveries of their scripts", () =>
        patientWorld(
            { fixture: fixtureWithMany(), timing: realisticTiming },
            async ({ emulator, provider }) => {
                await Promise.all(
                    Array.from({ length: count }, (_, index) =>
                        provider.create({
                            ...linuxInputs,
                            resourceUrn: `${resourceUrn}-${index}`,
                            instanceId: instanceIdOf(index),
                            roleAttachment: "keep",
                            linux: scriptTexts,
                        }),
                    ),
                );
                const looks = (action: string): Emulator["ledger"] =>
                    emulator.ledger.filter(
                        (entry) =>
                            entry.action === action &&
                            entry.params["Tag.1.Key"] === "app-snapshot:delivered-by",
                    );
                for (const action of [
                    "DescribeInvocations",
                    "DescribeInvocationResults",
                    "DescribeSendFileResults",
                ]) {
                    expect(looks(action), action).not.to.be.empty;
                }
                const files = emulator.ledger.filter(({ action }) => action === "DescribeSendFileResults");
                expect(files.length, "each file by itself takes at least one").to.be.below(2 * count);
            },
        ));
});
