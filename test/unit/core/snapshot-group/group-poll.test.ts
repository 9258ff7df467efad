import { expect } from "chai";

import type { SnapshotGroup } from "../../../../provider/src/cloud/ecs/api";
import { waitForGroup, waitUntilGone } from "../../../../provider/src/core/snapshot-group/group";
import { commonNames } from "../../../../provider/src/core/snapshot-group/group-poll";
import { testContext } from "../../support/context";
import { ManualClock } from "../../support/manual-clock";
import { groupOf } from "../../support/samples";
import { apiError, type ScriptedApi, scriptedApi } from "../../support/scripted-api";

/** Groups that exist, and a context in which they are found by name and by id. */
class Groups {
    readonly clock = new ManualClock();
    readonly all = new Map<string, SnapshotGroup>();
    /** Groups that are found only by their id. */
    readonly unlisted = new Set<string>();
    /** A group that the caller may not look up. */
    forbidden: string | undefined;
    readonly api: ScriptedApi = scriptedApi({
        describeSnapshotGroups: (filter) => {
            if ("name" in filter) {
                return Promise.resolve(
                    [...this.all.values()].filter(
                        ({ name, snapshotGroupId }) =>
                            name === filter.name && !this.unlisted.has(snapshotGroupId),
                    ),
                );
            }
            const ids = "snapshotGroupIds" in filter ? filter.snapshotGroupIds : [];
            return this.forbidden !== undefined && ids.includes(this.forbidden)
                ? Promise.reject(apiError("Forbidden.RAM"))
                : Promise.resolve(ids.flatMap((id) => this.all.get(id) ?? []));
        },
    });
    private readonly context = { ...testContext(this.api), clock: this.clock };

    /** Makes groups of one name; returns their ids. */
    make(name: string, count: number, status = "accomplished"): string[] {
        return Array.from({ length: count }, (_, index) => {
            const snapshotGroupId = `ssg-${name}-${index}`;
            this.all.set(snapshotGroupId, groupOf({ snapshotGroupId, name, status }));
            return snapshotGroupId;
        });
    }

    wait(snapshotGroupId: string, groupName?: string): ReturnType<typeof waitForGroup> {
        return waitForGroup(this.context, snapshotGroupId, {
            waitFor: "accomplished",
            deadline: this.clock.now() + 600_000,
            awaitedPart: () => undefined,
            ...(groupName === undefined ? {} : { groupName }),
        });
    }

    waitUntilGone(snapshotGroupId: string): Promise<boolean> {
        const deadline = this.clock.now() + 600_000;
        return waitUntilGone(this.context, snapshotGroupId, { isAccepted: true, deadline });
    }

    /** The filters of all look-ups so far. */
    get lookUps(): unknown[] {
        return this.api.argumentsOf("describeSnapshotGroups").map(([filter]) => filter);
    }
}

/** Returns the id of the group that a wait ended with. */
async function foundBy(waited: ReturnType<typeof waitForGroup>): Promise<string | undefined> {
    const result = await waited;
    return result.done ? result.value.snapshotGroupId : undefined;
}

describe("the names by which groups are looked up", () => {
    const wanted = (count: number, groupName: string | undefined) =>
        Array.from({ length: count }, (_, index) => ({
            snapshotGroupId: `ssg-${groupName ?? ""}-${index}`,
            groupName,
        }));

    it("are those that more groups have than one request takes ids", () => {
        expect(commonNames([...wanted(11, "a"), ...wanted(10, "b"), ...wanted(50, undefined)])).to.deep.equal(
            ["a"],
        );
    });

    it("count each group once, however many wait for it", () => {
        expect(commonNames([...wanted(6, "a"), ...wanted(6, "a")])).to.deep.equal([]);
    });
});

describe("looking at groups", () => {
    it("takes one request for the groups of one run, and two for two", async () => {
        const groups = new Groups();
        const waits = ["a", "b"].flatMap((name) =>
            groups.make(name, 100).map(async (id) => {
                expect(await foundBy(groups.wait(id, name))).to.equal(id);
            }),
        );
        await Promise.all(waits);
        expect(groups.lookUps).to.deep.equal([{ name: "a" }, { name: "b" }]);
    });

    it("takes one request for ten groups without a common name", async () => {
        const groups = new Groups();
        const ids = ["a", "b", "c"].flatMap((name) => groups.make(name, 5));
        const found = await Promise.all(ids.map((id) => foundBy(groups.wait(id, id.split("-")[1]))));
        expect(found).to.deep.equal(ids);
        expect(groups.lookUps).to.deep.equal([
            { snapshotGroupIds: ids.slice(0, 10) },
            { snapshotGroupIds: ids.slice(10) },
        ]);
    });

    it("asks once about a group for which several wait", async () => {
        const groups = new Groups();
        const [id = ""] = groups.make("a", 1);
        await Promise.all([groups.wait(id), groups.wait(id), groups.wait(id)]);
        expect(groups.lookUps).to.deep.equal([{ snapshotGroupIds: [id] }]);
    });

    it("looks up by its id what is not found by its name: renamed, or not listed yet", async () => {
        const groups = new Groups();
        const ids = groups.make("a", 100);
        const [renamed = "", hidden = ""] = ids;
        groups.all.set(renamed, groupOf({ snapshotGroupId: renamed, name: "program" }));
        groups.unlisted.add(hidden);
        const found = await Promise.all(ids.map((id) => foundBy(groups.wait(id, "a"))));
        expect(found).to.deep.equal(ids);
        expect(groups.lookUps).to.deep.equal([{ name: "a" }, { snapshotGroupIds: [renamed, hidden] }]);
    });

    it("gives each waiter its own group while others are not finished", async () => {
        const groups = new Groups();
        const ready = groups.make("a", 50);
        const busy = groups.make("b", 50, "progressing");
        const waits = [...ready, ...busy].map((id) => foundBy(groups.wait(id, id.split("-")[1])));
        expect(await Promise.all(waits.slice(0, 50))).to.deep.equal(ready);
        for (const id of busy) {
            groups.all.set(id, groupOf({ snapshotGroupId: id, name: "b" }));
        }
        await groups.clock.advance(1_000);
        expect(await Promise.all(waits.slice(50))).to.deep.equal(busy);
    });

    it("passes an error only to those who wait for the groups of that request", async () => {
        const groups = new Groups();
        const ids = groups.make("a", 10).concat(groups.make("b", 10));
        groups.forbidden = ids[0];
        const settled = await Promise.allSettled(ids.map((id) => groups.wait(id)));
        expect(settled.map(({ status }) => status)).to.deep.equal([
            ...Array<string>(10).fill("rejected"),
            ...Array<string>(10).fill("fulfilled"),
        ]);
    });

    it("waits together until groups are gone", async () => {
        const groups = new Groups();
        const ids = groups.make("a", 20);
        const waits = ids.map((id) => groups.waitUntilGone(id));
        await groups.clock.advance(0);
        groups.all.clear();
        await groups.clock.advance(1_000);
        expect(await Promise.all(waits)).to.deep.equal(ids.map(() => true));
        expect(groups.lookUps).to.have.length(4);
    });
});
