import { expect } from "chai";
import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import { HeldSnapshots, type Observed, resourcesIn } from "../support/stack/held-snapshots";
import type { StateResource, TestResource } from "../support/stack/test-stack";

function resource(id: string, more: Partial<StateResource> = {}): StateResource {
    return { urn: `urn::${id}`, type: "snapshot", id, outputs: { snapshotGroupId: id }, ...more };
}

/** A fleet that holds ssg-1 of i-1 and ssg-2 of i-2, in a program that names these instances. */
function deletionOf(snapshotGroupId: string): LedgerEntry {
    return {
        action: "DeleteSnapshotGroup",
        params: { SnapshotGroupId: snapshotGroupId },
    } as unknown as LedgerEntry;
}

function observed(more: Partial<Observed>): Observed {
    const nothing = { before: [], after: [], calls: [], destroys: false, deletesRetained: false };
    return { ...nothing, ...more };
}

describe("the watch over groups that states held", () => {
    const retained = resource("ssg-1", { retainOnDelete: true });

    it("allows the deletion by the resource itself, by its replacement, and of groups that no state ever held", () => {
        const held = new HeldSnapshots();
        const [before, calls] = [[resource("ssg-1")], [deletionOf("ssg-1"), deletionOf("ssg-of-nobody")]];
        expect(held.violations(observed({ before, calls }))).to.be.empty;
        expect(held.violations(observed({ before, calls, after: [resource("ssg-2")] }))).to.be.empty;
        const failing = { before, after: before, calls, destroys: true };
        expect(held.violations(observed(failing)), "a destroy that fails").to.be.empty;
        const replaced = [resource("ssg-2"), resource("ssg-1", { delete: true })];
        expect(held.violations(observed({ before, calls, after: replaced }))).to.be.empty;
    });

    it("sees the deletion of a group that a state still holds", () => {
        const [before, after] = [[resource("ssg-1")], [resource("ssg-1")]];
        const calls = [deletionOf("ssg-1")];
        expect(new HeldSnapshots().violations(observed({ before, after, calls }))).to.deep.equal(["ssg-1"]);
    });

    it("sees the deletion of a retained group, in the same command and in any later one", () => {
        const calls = [deletionOf("ssg-1")];
        const before = [retained];
        expect(new HeldSnapshots().violations(observed({ before, calls }))).to.deep.equal(["ssg-1"]);
        const held = new HeldSnapshots();
        expect(held.violations(observed({ before }))).to.be.empty;
        expect(held.violations(observed({ calls, destroys: true }))).to.deep.equal(["ssg-1"]);
        expect(held.violations(observed({ calls, deletesRetained: true }))).to.be.empty;
    });

    describe("of a fleet", () => {
        const groups = { "i-1": "ssg-1", "i-2": "ssg-2" };
        const fleetWith = (snapshotGroupIdByInstanceId: object): StateResource => ({
            urn: "urn::AppConsistentSnapshotFleet::f",
            type: "fleet",
            id: "fleet-1",
            outputs: { snapshotGroupIdByInstanceId },
        });
        const program = (instanceIds: readonly string[], retainOnDelete = false): TestResource[] => [
            { name: "f", type: "fleet", args: { instanceIds }, options: { retainOnDelete } },
        ];
        const [before, calls] = [[fleetWith(groups)], [deletionOf("ssg-2")]];

        it("allows the deletion of a group whose instance the program no longer names, recorded or not", () => {
            for (const after of [before, [fleetWith({ "i-1": "ssg-1" })]]) {
                const seen = observed({ before, after, calls, program: program(["i-1"]) });
                expect(new HeldSnapshots().violations(seen)).to.be.empty;
            }
        });

        it("sees the deletion of a group whose instance the program names, or whose fleet is retained", () => {
            for (const named of [program(["i-1", "i-2"]), program(["i-1"], true)]) {
                const seen = observed({ before, after: before, calls, program: named });
                expect(new HeldSnapshots().violations(seen)).to.deep.equal(["ssg-2"]);
            }
        });
    });

    it("allows a resource's own keepLast, but not for another resource's group", () => {
        const earlierSnapshotGroups = [{ snapshotGroupId: "ssg-1" }];
        const after = [resource("ssg-2", { outputs: { snapshotGroupId: "ssg-2", earlierSnapshotGroups } })];
        const calls = [deletionOf("ssg-1"), deletionOf("ssg-3")];
        const before = [retained, resource("ssg-3", { retainOnDelete: true })];
        expect(new HeldSnapshots().violations(observed({ before, after, calls }))).to.deep.equal(["ssg-3"]);
    });

    it("reads the states of the engine and of the protocol's client", () => {
        const resources = [resource("ssg-1")];
        expect(resourcesIn("")).to.be.empty;
        expect(resourcesIn(JSON.stringify(resources))).to.deep.equal(resources);
        expect(resourcesIn(JSON.stringify({ checkpoint: { latest: { resources } } }))).to.deep.equal(
            resources,
        );
    });
});
