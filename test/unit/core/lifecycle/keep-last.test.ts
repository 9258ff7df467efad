import { expect } from "chai";

import { create } from "../../../../provider/src/core/lifecycle/create";
import type { EarlierGroup, SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { deleteSuperseded } from "../../../../provider/src/core/lifecycle/retention";
import { StateMemory } from "../../../../provider/src/core/lifecycle/state-memory";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { update } from "../../../../provider/src/core/lifecycle/update";
import { failsWith, FakeCloud, neverEnds, type Run } from "../../support/fake-cloud";
import { memoryOf, memoryOfPredecessor } from "../../support/memory";
import { rejectionOf } from "../../support/rejection";
import { inputsOf, memberOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

const region = "cn-hangzhou";

/** Returns a run whose group has its own snapshot. */
function taking(id: number, more: Run = {}): Run {
    const snapshots = [
        memberOf("d-system", { snapshotId: `s-${id}`, sourceDiskType: "system" }),
        memberOf("d-data", { snapshotId: `s-${id}-data` }),
    ];
    return { ...more, group: { snapshots } };
}

/** A resource whose snapshots are retained when it is replaced. */
class Retained {
    /** The outputs of the latest snapshot, as in the state. */
    state: SnapshotOutputs | undefined;
    private times = 0;

    constructor(readonly cloud = new FakeCloud([1, 2, 3, 4, 5, 6].map((id) => taking(id)))) {}

    /** Replaces the resource, up to its creation. */
    async replace(
        keepLast: number | undefined,
        memory = this.state === undefined ? new StateMemory() : memoryOfPredecessor(this.state),
    ): Promise<SnapshotOutputs> {
        this.times += 1;
        const inputs = inputsOf({ keepLast, triggers: [this.times] });
        this.state = await create(this.cloud.context, inputs, memory);
        this.cloud.commit(this.state.invokeId ?? "");
        return this.state;
    }

    get groups(): string[] {
        return [...this.cloud.groups.keys()];
    }
}

function idsOf(groups: readonly EarlierGroup[] | undefined): string[] | undefined {
    return groups?.map(({ snapshotGroupId }) => snapshotGroupId);
}

function earlier(id: number, more: Partial<EarlierGroup> = {}): EarlierGroup {
    return {
        snapshotGroupId: `ssg-${id}`,
        regionId: region,
        consistency: "application",
        degraded: false,
        snapshotIds: [`s-${id}`, `s-${id}-data`],
        ...more,
    };
}

/** The ids by which the resource recognizes a group as its own. */
function ownershipOf(cloud: FakeCloud, id: number): Pick<EarlierGroup, "invokeId" | "ownerToken"> {
    const ownerToken = cloud.tagOf(`t-${id}`, "app-snapshot:owner");
    return { invokeId: `t-${id}`, ...(ownerToken === undefined ? {} : { ownerToken }) };
}

/** Makes some replacements of a resource that keeps many snapshots. */
async function replaced(times: number): Promise<Retained & { readonly state: SnapshotOutputs }> {
    const resource = new Retained();
    let state: SnapshotOutputs = {};
    for (let time = 1; time <= times; time++) {
        state = await resource.replace(10);
    }
    return Object.assign(resource, { state });
}

describe("keepLast", () => {
    it("passes the list of the earlier groups from state to state, the newest first", async () => {
        const resource = new Retained();
        expect((await resource.replace(5)).earlierSnapshotGroups).to.deep.equal([]);
        expect((await resource.replace(5)).earlierSnapshotGroups).to.deep.equal([
            earlier(1, ownershipOf(resource.cloud, 1)),
        ]);
        expect((await resource.replace(5)).earlierSnapshotGroups).to.deep.equal([
            earlier(2, ownershipOf(resource.cloud, 2)),
            earlier(1, ownershipOf(resource.cloud, 1)),
        ]);
        expect(resource.groups).to.deep.equal(["ssg-1", "ssg-2", "ssg-3"]);
    });

    it("deletes no group in create that only the new snapshot makes excess, because no state holds the new one yet", async () => {
        const resource = new Retained();
        await resource.replace(1);
        expect(idsOf((await resource.replace(1)).earlierSnapshotGroups)).to.deep.equal(["ssg-1"]);
        expect(resource.groups).to.deep.equal(["ssg-1", "ssg-2"]);
        expect(resource.cloud.api.operations()).not.to.include("deleteSnapshotGroup");
    });

    it("deletes the groups in the next create that were excess before it, and keeps the one that the state holds", async () => {
        const resource = new Retained();
        await resource.replace(1);
        await resource.replace(1);
        await resource.replace(1);
        expect(resource.groups).to.deep.equal(["ssg-2", "ssg-3"]);
    });

    it("requests the deletion of the oldest once the state holds the newest, without waiting", async () => {
        const { cloud, state, groups } = await replaced(4);
        expect(groups).to.have.length(4);
        const start = cloud.context.clock.now();
        const { left, warnings } = await deleteSuperseded(cloud.context, state, 2);
        expect(warnings).to.deep.equal([]);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-3", "ssg-4"]);
        expect(cloud.context.clock.now()).to.equal(start);
        expect(idsOf(left), "until they are seen to be gone").to.deep.equal(["ssg-3", "ssg-2", "ssg-1"]);
    });

    it("makes no call if there can be no excess groups", async () => {
        const { cloud, state } = await replaced(3);
        cloud.api.calls.length = 0;
        const { left } = await deleteSuperseded(cloud.context, state, 3);
        expect(idsOf(left)).to.deep.equal(["ssg-2", "ssg-1"]);
        await deleteSuperseded(cloud.context, { ...state, earlierSnapshotGroups: [] }, 1);
        expect(cloud.api.calls).to.deep.equal([]);
    });

    it("does not count a degraded one, and deletes no good one for it", async () => {
        const { cloud, state } = await replaced(3);
        const short = { ...state, degraded: true };
        await deleteSuperseded(cloud.context, short, 1);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2", "ssg-3"]);
    });

    it("deletes a degraded one as soon as there are enough good ones after it", async () => {
        const { cloud, state } = await replaced(3);
        const earlierSnapshotGroups = [earlier(2), earlier(1, { degraded: true })];
        await deleteSuperseded(cloud.context, { ...state, earlierSnapshotGroups }, 3);
        expect(cloud.groups.size).to.equal(3);
        await deleteSuperseded(cloud.context, { ...state, earlierSnapshotGroups }, 2);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2", "ssg-3"]);
    });

    it("does not count one that was deleted meanwhile, and removes it from the list", async () => {
        const { cloud, state } = await replaced(4);
        cloud.groups.delete("ssg-3");
        const { left } = await deleteSuperseded(cloud.context, state, 2);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2", "ssg-4"]);
        expect(idsOf(left)).to.deep.equal(["ssg-2", "ssg-1"]);
        const next = await deleteSuperseded(cloud.context, { ...state, earlierSnapshotGroups: left }, 2);
        expect(idsOf(next.left)).to.deep.equal(["ssg-2"]);
    });

    it("warns about one that is held, and keeps it in the list until it can be deleted", async () => {
        const { cloud, state } = await replaced(3);
        cloud.held.set("s-1-data", "SnapshotCreatedImage");
        let list = state.earlierSnapshotGroups ?? [];
        // The second time, its group is gone, but the member still exists.
        for (const run of ["the first", "the second"]) {
            const superseded = { ...state, earlierSnapshotGroups: list };
            const { left, warnings } = await deleteSuperseded(cloud.context, superseded, 2);
            expect(idsOf(left), run).to.deep.equal(["ssg-2", "ssg-1"]);
            expect(warnings, run).to.have.length(1);
            expect(warnings[0], run)
                .to.match(/^The older snapshot group ssg-1 could not be deleted: SnapshotsHeld/)
                .and.to.include("s-1-data");
            expect([...cloud.groups.keys()], run).to.deep.equal(["ssg-2", "ssg-3"]);
            list = [...left];
        }
        cloud.held.clear();
        const { left, warnings } = await deleteSuperseded(
            cloud.context,
            { ...state, earlierSnapshotGroups: list },
            2,
        );
        expect(idsOf(left)).to.deep.equal(["ssg-2"]);
        expect(warnings).to.deep.equal([]);
        expect(cloud.snapshotIds).not.to.include("s-1-data");
    });

    it("continues with the others after one that can't be deleted", async () => {
        const { cloud, state } = await replaced(4);
        cloud.held.set("s-2", "SnapshotCreatedDisk");
        const { warnings } = await deleteSuperseded(cloud.context, state, 1);
        expect(warnings).to.have.length(1);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-4"]);
    });

    it("deletes one that is being uploaded later, without a warning", async () => {
        const { cloud, state } = await replaced(2);
        const deleteSnapshotGroup = () => Promise.reject(apiError("OperationConflict"));
        const context = { ...cloud.context, api: { ...cloud.api, deleteSnapshotGroup } };
        const { left, warnings } = await deleteSuperseded(context, state, 1);
        expect(idsOf(left)).to.deep.equal(["ssg-1"]);
        expect(warnings).to.deep.equal([]);
    });

    it("only warns if the older ones can't be read, and keeps them all in the list", async () => {
        const { cloud, state } = await replaced(3);
        const describeSnapshotGroups = () => Promise.reject(apiError("Forbidden.RAM"));
        const context = { ...cloud.context, api: { ...cloud.api, describeSnapshotGroups } };
        const { left, warnings } = await deleteSuperseded(context, state, 1);
        expect(left).to.deep.equal(state.earlierSnapshotGroups);
        expect(warnings).to.have.length(1);
        expect(warnings[0])
            .to.include("The search for older snapshot groups failed")
            .and.to.include("Forbidden.RAM");
        expect(cloud.groups.size).to.equal(3);
    });

    it("deletes groups of another region there", async () => {
        const beijing = await replaced(1);
        const regions: string[] = [];
        const here = new FakeCloud(
            [taking(1), taking(2)],
            {},
            {
                inRegion: (regionId) => {
                    regions.push(regionId);
                    return { ...beijing.cloud.context, regionId };
                },
            },
        );
        const state = await create(here.context, inputsOf({ keepLast: 10 }));
        const earlierSnapshotGroups = [earlier(1, { regionId: "cn-beijing" })];
        beijing.cloud.api.calls.length = 0;
        await deleteSuperseded(
            here.context,
            { ...state, snapshotGroupId: "ssg-here", earlierSnapshotGroups },
            1,
        );
        expect(new Set(regions)).to.deep.equal(new Set(["cn-beijing"]));
        expect(beijing.cloud.api.argumentsOf("deleteSnapshotGroup")).to.deep.equal([["ssg-1"]]);
        expect(beijing.cloud.groups.size).to.equal(0);
        expect(here.api.operations()).not.to.include("deleteSnapshotGroup");
        expect([...here.groups.keys()]).to.deep.equal(["ssg-1"]);
    });

    it("keeps the list in the state of an unfinished snapshot", async () => {
        for (const run of [neverEnds, failsWith(10, { makesGroup: true })]) {
            const resource = new Retained(new FakeCloud([taking(1), taking(2, run)]));
            const first = await resource.replace(5);
            const inputs = inputsOf({ keepLast: 5, triggers: ["new"], onDegraded: "keep" });
            const { outputs } = await rejectionOf(
                UnfinishedSnapshot,
                create(resource.cloud.context, inputs, memoryOfPredecessor(first)),
            );
            expect(outputs.earlierSnapshotGroups).to.deep.equal([earlier(1, ownershipOf(resource.cloud, 1))]);
            expect(outputs.pending).not.to.equal(undefined);
        }
    });

    it("keeps the list in the update that finishes a snapshot, and deletes only the groups that were excess before it", async () => {
        const { cloud, state } = await replaced(3);
        const diskSetDigest = cloud.tagOf("t-3", "app-snapshot:disk-set-digest") ?? "";
        const pending = {
            phase: "finalizing",
            invokeId: "t-3",
            groupName: "g",
            diskSetDigest,
            reason: "x",
        } as const;
        const outputs = await update(
            cloud.context,
            "ssg-3",
            { ...state, pending },
            inputsOf({ keepLast: 1 }),
        );
        expect(outputs).not.to.have.property("pending");
        // It is removed from the list once it is known to be gone.
        expect(idsOf(outputs.earlierSnapshotGroups)).to.deep.equal(["ssg-2", "ssg-1"]);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-2", "ssg-3"]);
    });

    it("is applied by an update, which removes missing groups from the list", async () => {
        const { cloud, state } = await replaced(4);
        cloud.groups.delete("ssg-1");
        const outputs = await update(cloud.context, "ssg-4", state, inputsOf({ keepLast: 2 }));
        expect(idsOf(outputs.earlierSnapshotGroups)).to.deep.equal(["ssg-3", "ssg-2"]);
        expect([...cloud.groups.keys()]).to.deep.equal(["ssg-3", "ssg-4"]);
        const next = await update(cloud.context, "ssg-4", outputs, inputsOf({ keepLast: 2 }));
        expect(idsOf(next.earlierSnapshotGroups)).to.deep.equal(["ssg-3"]);
    });

    it("deletes nothing after the program has removed it, and keeps the list", async () => {
        const { cloud, state } = await replaced(2);
        const outputs = await update(cloud.context, "ssg-2", state, inputsOf());
        expect(idsOf(outputs.earlierSnapshotGroups)).to.deep.equal(["ssg-1"]);
        const resource = Object.assign(new Retained(cloud), { state: outputs });
        expect(idsOf((await resource.replace(undefined)).earlierSnapshotGroups)).to.deep.equal(["ssg-1"]);
        expect(cloud.api.operations()).not.to.include("deleteSnapshotGroup");
    });

    it("warns about groups that a create could not delete, in the outputs and in the log", async () => {
        const resource = new Retained();
        await resource.replace(1);
        await resource.replace(1);
        resource.cloud.held.set("s-1", "SnapshotCreatedImage");
        const outputs = await resource.replace(1);
        expect(idsOf(outputs.earlierSnapshotGroups)).to.deep.equal(["ssg-2", "ssg-1"]);
        expect(outputs.warnings).to.have.length(1);
        expect(outputs.warnings?.[0]).to.include("ssg-1").and.to.include("SnapshotsHeld");
        expect(resource.cloud.context.log.of("warn")).to.deep.equal(outputs.warnings);
    });
});

describe("an incomplete history", () => {
    it("causes a warning that names the older groups of the resource, by the tag of their members", async () => {
        const resource = new Retained();
        const first = await resource.replace(1);
        const second = await resource.replace(1, memoryOf(first));
        expect(second.earlierSnapshotGroups).to.deep.equal([]);
        expect(second.warnings).to.have.length(1);
        expect(second.warnings?.[0])
            .to.match(/^keepLast starts counting again.*These snapshot groups remain: ssg-1\./)
            .and.not.to.include("ssg-2");
        expect(resource.cloud.context.log.of("warn")).to.deep.equal(second.warnings);
        expect(resource.groups).to.deep.equal(["ssg-1", "ssg-2"]);
    });

    it("causes no warning about groups of another resource of the same instance", async () => {
        const { cloud } = await replaced(1);
        const outputs = await create(cloud.context, inputsOf({ keepLast: 1, resourceUrn: "urn::other" }));
        expect(outputs).to.deep.include({ snapshotGroupId: "ssg-2", warnings: [] });
    });

    it("causes a warning, not a failure, if the older groups can't be read", async () => {
        const { cloud, state } = await replaced(1);
        const api = {
            ...cloud.api,
            describeSnapshotGroups: (filter: Parameters<typeof cloud.api.describeSnapshotGroups>[0]) =>
                "instanceId" in filter
                    ? Promise.reject(apiError("Forbidden.RAM"))
                    : cloud.api.describeSnapshotGroups(filter),
        };
        const inputs = inputsOf({ keepLast: 1, triggers: ["new"] });
        const outputs = await create({ ...cloud.context, api }, inputs, memoryOf(state));
        expect(outputs).to.include({ snapshotGroupId: "ssg-2" });
        expect(outputs.warnings?.join("\n")).to.include("is unknown").and.to.include("Forbidden.RAM");
    });

    it("causes no warning for a first snapshot, nor for one whose members can't be tagged", async () => {
        const cloud = new FakeCloud();
        const tagResources: typeof cloud.api.tagResources = (type, ids, tags) =>
            type === "snapshot"
                ? Promise.reject(apiError("Forbidden.RAM"))
                : cloud.api.tagResources(type, ids, tags);
        const context = { ...cloud.context, api: { ...cloud.api, tagResources } };
        const outputs = await create(context, inputsOf({ keepLast: 1 }));
        expect(outputs).to.deep.include({ earlierSnapshotGroups: [], warnings: [] });
        expect(cloud.context.log.of("debug").join("\n")).to.include("ssg-1 is not marked");
    });

    it("is ignored without keepLast", async () => {
        const cloud = new FakeCloud();
        const outputs = await create(cloud.context, inputsOf());
        expect(outputs).not.to.have.property("earlierSnapshotGroups");
        const filters = cloud.api.argumentsOf("describeSnapshotGroups").map(([filter]) => filter as object);
        expect(filters.filter((filter) => "instanceId" in filter)).to.deep.equal([]);
    });
});
