import { expect } from "chai";

import type { Orphan } from "../../../../provider/src/cli/orphans/orphan";
import { removeOrphan } from "../../../../provider/src/cli/orphans/removal";
import { scan } from "../../../../provider/src/cli/orphans/scan";
import type { Context } from "../../../../provider/src/cloud/context";
import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { remove } from "../../../../provider/src/core/lifecycle/delete";
import type { EarlierGroup, SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import { read } from "../../../../provider/src/core/lifecycle/read";
import { deleteSuperseded } from "../../../../provider/src/core/lifecycle/retention";
import { UnfinishedSnapshot } from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { stack, takeAndForget } from "../../cli/orphans/support";
import { abandoned } from "../../support/abandoned";
import { failsWith, FakeCloud } from "../../support/fake-cloud";
import { rejection, rejectionOf } from "../../support/rejection";
import { groupOf, inputsOf, memberOf } from "../../support/samples";

const month = 31 * 86_400_000;
const silent = { output: () => "" };

/** The context of a caller with other API responses. */
function seenBy(cloud: FakeCloud, answers: Partial<EcsApi>): Context {
    return { ...cloud.context, api: { ...cloud.api, ...answers } };
}

/** A caller who may not list snapshots: the lists are empty, and only the dry run shows it. */
const blind: Partial<EcsApi> = {
    describeSnapshotGroups: () => Promise.resolve([]),
    describeSnapshotIds: () => Promise.resolve([]),
    mayDescribeSnapshots: () => Promise.resolve(false),
};
const forgetful: Partial<EcsApi> = { describeInvocationResults: () => Promise.resolve([]) };

/** A resource whose command is running, and ends after its state was written. */
async function unfinished(cloud: FakeCloud): Promise<SnapshotOutputs> {
    const { outputs } = await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputsOf()));
    cloud.endAll();
    return outputs;
}

async function onlyOrphan(context: Context): Promise<Orphan> {
    const [orphan, ...others] = await scan(context, stack, new Set());
    if (orphan === undefined || others.length > 0) {
        throw new Error(`There are ${others.length} orphans more than one.`);
    }
    return orphan;
}

describe("a destroy by a caller who may not list snapshots", () => {
    it("keeps every run that may have created one, whatever it named", async () => {
        for (const [run, answers] of [
            [failsWith(10, { looks: Infinity, makesGroup: true, ...silent }), {}],
            [{ looks: Infinity, ...silent }, {}],
            [{ looks: Infinity }, forgetful],
        ] as const) {
            const cloud = new FakeCloud([run]);
            const state = await unfinished(cloud);
            cloud.cloudTime += month;
            const error = await rejection(remove(seenBy(cloud, { ...blind, ...answers }), "t-1", state));
            expect(error.message).to.match(/^AbsenceNotProved: /);
            expect(cloud.groups.size).to.equal(1);
            expect(cloud.stateOf("t-1")).not.to.equal("closed");
        }
    });
});

describe("a create that clears earlier runs away", () => {
    const other = inputsOf({ triggers: ["other"] });

    it("closes no run whose group may just be hidden, and names it", async () => {
        for (const [run, answers] of [
            [failsWith(10, { makesGroup: true, output: (id: string) => `GroupId=${id}\n` }), {}],
            [failsWith(10, { makesGroup: true, ...silent }), {}],
            [{}, forgetful],
        ] as const) {
            const cloud = await abandoned(run);
            cloud.cloudTime += month;
            let begun = false;
            const hidden = seenBy(cloud, {
                ...blind,
                // Only the earlier run's group is hidden.
                describeSnapshotGroups: async (filter) =>
                    (await cloud.api.describeSnapshotGroups(filter)).filter(
                        ({ snapshotGroupId }) => snapshotGroupId !== "ssg-1",
                    ),
                describeInvocationResults: (invokeId) => {
                    begun ||= invokeId !== "t-1";
                    return (
                        invokeId === "t-1" ? { ...cloud.api, ...answers } : cloud.api
                    ).describeInvocationResults(invokeId);
                },
            });
            const outputs = await create(hidden, other);
            expect(begun).to.equal(true);
            expect(outputs.warnings?.join("\n")).to.match(/t-1.*is left alone/);
            expect(cloud.groups.has("ssg-1")).to.equal(true);
            expect(cloud.stateOf("t-1")).to.equal("open");
        }
    });

    it("closes none that may have a held and hidden member", async () => {
        const cloud = await abandoned({});
        cloud.cloudTime += month;
        const members = cloud.snapshotIds;
        cloud.groups.clear();
        members.forEach((snapshotId) => cloud.survivors.add(snapshotId));
        const { describeSnapshotIds, mayDescribeSnapshots } = blind;
        await create(
            seenBy(cloud, {
                ...(describeSnapshotIds && { describeSnapshotIds }),
                ...(mayDescribeSnapshots && { mayDescribeSnapshots }),
            }),
            other,
        );
        expect(cloud.stateOf("t-1")).to.equal("open");
    });

    it("neither closes nor repeats one whose group has the run's name, but no instance, and a disk is missing", async () => {
        const snapshots = [memberOf("d-system", { snapshotId: "s-1", tags: [] })];
        const cloud = await abandoned({ group: { instanceId: "", snapshots } });
        const { message } = await rejection(create(cloud.context, inputsOf()));
        expect(message)
            .to.match(/^GroupNotFound: /)
            .and.to.include("ssg-1");
        expect(cloud.stateOf("t-1")).to.equal("open");
        expect(cloud.invocations).to.have.length(1);
    });
});

describe("an orphan search by a caller who may not list snapshots", () => {
    it("does not report that nothing is left of a run", async () => {
        for (const answers of [{}, forgetful]) {
            const cloud = new FakeCloud();
            await takeAndForget(cloud);
            cloud.pass(month);
            const context = seenBy(cloud, { ...blind, ...answers });
            const removal = await removeOrphan(context, await onlyOrphan(context));
            expect(removal.outcome).to.equal("failed");
            expect(removal.message).to.match(/^AbsenceNotProved: /);
            expect(cloud.stateOf("t-1")).to.equal("open");
        }
    });

    it("does not lose a member that an image held at the first attempt", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud);
        cloud.held.set("s-system", "SnapshotCreatedImage");
        expect((await removeOrphan(cloud.context, await onlyOrphan(cloud.context))).outcome).to.equal(
            "failed",
        );
        cloud.held.clear();
        const context = seenBy(cloud, blind);
        expect((await removeOrphan(context, await onlyOrphan(context))).outcome).to.equal("failed");
        expect(cloud.stateOf("t-1")).to.equal("open");
        expect(await removeOrphan(cloud.context, await onlyOrphan(cloud.context))).to.include({
            outcome: "removed",
        });
        expect(cloud.survivors.size).to.equal(0);
    });

    it("keeps a run that somebody stopped, as long as the plugin may still be running", async () => {
        const cloud = await abandoned({ invocationStatus: "Terminated" });
        cloud.pass(16 * 60_000);
        expect((await removeOrphan(cloud.context, await onlyOrphan(cloud.context))).message).to.match(
            /^StillInProgress: /,
        );
        cloud.pass(month);
        expect(await removeOrphan(cloud.context, await onlyOrphan(cloud.context))).to.include({
            outcome: "removed",
        });
    });
});

describe("the groups that keepLast counts", () => {
    it("do not include one that was deleted by hand, if a member is left, or it is unknown whether it is gone", async () => {
        for (const existence of ["absent", "forbidden"] as const) {
            const cloud = new FakeCloud();
            const { regionId } = cloud.context;
            for (const [id, member] of [
                ["ssg-new", "s-new"],
                ["ssg-old", "s-old"],
            ] as const) {
                const snapshots = [memberOf("d-system", { snapshotId: member })];
                cloud.groups.set(id, groupOf({ snapshotGroupId: id, snapshots }));
            }
            cloud.survivors.add("s-between-1");
            const earlier = (snapshotGroupId: string, snapshotIds: string[]): EarlierGroup => ({
                snapshotGroupId,
                regionId,
                consistency: "application",
                degraded: false,
                snapshotIds,
            });
            const state: SnapshotOutputs = {
                snapshotGroupId: "ssg-new",
                regionId,
                consistency: "application",
                earlierSnapshotGroups: [
                    earlier("ssg-between", ["s-between-1", "s-between-2"]),
                    earlier("ssg-old", ["s-old"]),
                ],
            };
            const groupExistence = () => Promise.resolve(existence);
            const { left } = await deleteSuperseded(seenBy(cloud, { groupExistence }), state, 2);
            expect(left.map(({ snapshotGroupId }) => snapshotGroupId)).to.deep.equal([
                "ssg-between",
                "ssg-old",
            ]);
            expect([...cloud.groups.keys()]).to.deep.equal(["ssg-new", "ssg-old"]);
        }
    });
});

describe("a refresh with incomplete lists", () => {
    /** A response that contains only the first of the requested snapshots. */
    const lagging = (cloud: FakeCloud): Pick<EcsApi, "describeSnapshotIds"> => {
        let looks = 0;
        return {
            describeSnapshotIds: async (filter) => {
                looks += 1;
                const found = await cloud.api.describeSnapshotIds(filter);
                return looks === 1 ? found.slice(0, 1) : found;
            },
        };
    };

    it("loses no member of a group that is gone", async () => {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf());
        const members = cloud.snapshotIds;
        cloud.groups.clear();
        members.forEach((snapshotId) => cloud.survivors.add(snapshotId));
        const now = await read(seenBy(cloud, lagging(cloud)), "ssg-1", state);
        expect(now?.snapshots?.map(({ snapshotId }) => snapshotId)).to.deep.equal(members);
    });

    it("does not report a member of an existing group as missing", async () => {
        const cloud = new FakeCloud();
        const state = await create(cloud.context, inputsOf());
        const describeSnapshotGroups: EcsApi["describeSnapshotGroups"] = async (filter) =>
            (await cloud.api.describeSnapshotGroups(filter)).map((group) => ({ ...group, snapshots: [] }));
        const now = await read(seenBy(cloud, { describeSnapshotGroups, ...lagging(cloud) }), "ssg-1", state);
        expect(now).not.to.have.property("missingSnapshotIds");
        expect(now?.snapshots).to.have.length(2);
    });
});
