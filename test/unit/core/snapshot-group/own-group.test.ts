import { expect } from "chai";

import type { SnapshotGroup } from "../../../../provider/src/cloud/ecs/api";
import { runTag } from "../../../../provider/src/core/run/run";
import { diskSetDigestOf } from "../../../../provider/src/core/snapshot-group/disk-set-digest";
import {
    describeOtherGroup,
    findOwnGroup,
    type GroupOrigin,
    isOwnGroup,
} from "../../../../provider/src/core/snapshot-group/own-group";
import { testContext } from "../../support/context";
import { groupOf, memberOf } from "../../support/samples";
import { inTurn, scriptedApi } from "../../support/scripted-api";

const origin: GroupOrigin = {
    instanceId: "i-own",
    groupName: "before-1",
    runId: "run-1",
    diskSetDigest: diskSetDigestOf(["d-1", "d-2"]),
};

const tagged = [memberOf("d-1", { tags: [runTag("run-1")] }), memberOf("d-2", { tags: [runTag("run-1")] })];

const cases: readonly {
    readonly title: string;
    readonly group: Partial<SnapshotGroup>;
    readonly own: boolean;
}[] = [
    { title: "its name and its instance", group: {}, own: true },
    { title: "its name, of another instance", group: { instanceId: "i-other" }, own: false },
    { title: "another name, of its instance", group: { name: "theirs" }, own: false },
    { title: "a name that only begins like its own", group: { name: "before-10" }, own: false },
    { title: "its name in another case", group: { name: "Before-1" }, own: false },
    {
        title: "another name, and its tag on every member",
        group: { name: "renamed", snapshots: tagged },
        own: true,
    },
    {
        title: "another name, and its tag on only some members",
        group: { name: "renamed", snapshots: [...tagged.slice(1), memberOf("d-1")] },
        own: false,
    },
    {
        title: "another name, and another run's tag",
        group: { name: "renamed", snapshots: [memberOf("d-1", { tags: [runTag("run-2")] })] },
        own: false,
    },
    { title: "another name and no member", group: { name: "renamed", snapshots: [] }, own: false },
    {
        title: "its tag, of another instance",
        group: { instanceId: "i-other", snapshots: tagged },
        own: false,
    },
    {
        title: "its name, no instance, and the run's disks",
        group: { instanceId: "", snapshots: [memberOf("d-2"), memberOf("d-1")] },
        own: true,
    },
    {
        title: "its name, no instance, and other disks",
        group: { instanceId: "", snapshots: [memberOf("d-1"), memberOf("d-3")] },
        own: false,
    },
];

const own = groupOf({ snapshotGroupId: "ssg-1", name: "before-1", instanceId: "i-own" });

describe("a snapshot group", () => {
    for (const { title, group, own: expected } of cases) {
        it(`with ${title} is ${expected ? "the run's own" : "not the run's"}`, () => {
            expect(isOwnGroup({ ...own, ...group }, origin)).to.equal(expected);
        });
    }
});

describe("the search for a run's own group", () => {
    const search = (hint: string | undefined, ...answers: SnapshotGroup[][]) => {
        const api = scriptedApi({ describeSnapshotGroups: inTurn(...answers) });
        return { api, found: findOwnGroup(testContext(api), origin, { hint, timeoutMs: 10_000 }) };
    };

    it("reads the group that the output names, and returns it if it is the run's", async () => {
        const { api, found } = search("ssg-1", [own]);
        expect(await found).to.deep.equal({ group: own, foreign: undefined, unverified: undefined });
        expect(api.argumentsOf("describeSnapshotGroups")).to.deep.equal([[{ snapshotGroupIds: ["ssg-1"] }]]);
    });

    it("finds it by its name if the output names none", async () => {
        const { api, found } = search(undefined, [groupOf({ name: "before-10" }), own]);
        expect((await found).group).to.equal(own);
        expect(api.argumentsOf("describeSnapshotGroups")).to.deep.equal([[{ name: "before-1" }]]);
    });

    describe("for one of a run's instances", () => {
        const theirs = groupOf({ snapshotGroupId: "ssg-2", name: "before-1", instanceId: "i-theirs" });
        const searchAmong = async (byName: SnapshotGroup[], byId: SnapshotGroup[], hint?: string) => {
            const api = scriptedApi({
                describeSnapshotGroups: (filter) => Promise.resolve("name" in filter ? byName : byId),
            });
            const found = await findOwnGroup(testContext(api), origin, {
                hint,
                timeoutMs: 0,
                nameFirst: true,
            });
            return { found, filters: api.argumentsOf("describeSnapshotGroups").map(([filter]) => filter) };
        };

        it("takes one request by the name that all their groups have", async () => {
            for (const hint of ["ssg-1", undefined]) {
                const { found, filters } = await searchAmong([theirs, own], [], hint);
                expect(found.group).to.equal(own);
                expect(filters).to.deep.equal([{ name: "before-1" }]);
            }
        });

        it("reads the named group if it is not found by its name", async () => {
            const renamed = {
                ...own,
                name: "renamed",
                snapshots: [memberOf("d-1", { tags: [runTag("run-1")] })],
            };
            const { found, filters } = await searchAmong([theirs], [renamed], "ssg-1");
            expect(found.group).to.equal(renamed);
            expect(filters).to.deep.equal([{ name: "before-1" }, { snapshotGroupIds: ["ssg-1"] }]);
        });

        it("prefers the group that the output names, and reports another one's as foreign", async () => {
            const second = { ...own, snapshotGroupId: "ssg-3" };
            expect((await searchAmong([second], [own], "ssg-1")).found.group).to.equal(own);
            expect((await searchAmong([second], [], "ssg-1")).found.group).to.equal(second);
            expect((await searchAmong([theirs], [theirs], "ssg-2")).found).to.deep.equal({
                group: undefined,
                foreign: theirs,
                unverified: undefined,
            });
        });
    });

    it("finds it by its name if the output names another run's", async () => {
        const theirs = groupOf({ snapshotGroupId: "ssg-2", name: "theirs", instanceId: "i-theirs" });
        const { found } = search("ssg-2", [theirs], [own]);
        expect((await found).group).to.equal(own);
    });

    it("reports the group that the output names if it is another run's", async () => {
        const theirs = groupOf({ snapshotGroupId: "ssg-2", name: "theirs", instanceId: "i-theirs" });
        const tagged = groupOf({
            snapshotGroupId: "ssg-2",
            name: "theirs",
            instanceId: "i-own",
            snapshots: [memberOf("d-1", { tags: [runTag("another")] })],
        });
        for (const other of [theirs, tagged]) {
            const api = scriptedApi({
                describeSnapshotGroups: (filter) => Promise.resolve("name" in filter ? [] : [other]),
            });
            const found = await findOwnGroup(testContext(api), origin, { hint: "ssg-2", timeoutMs: 0 });
            expect(found).to.deep.equal({ group: undefined, foreign: other, unverified: undefined });
            expect(describeOtherGroup(found)).to.match(
                /the output names ssg-2, which does not belong to this run: .*left alone/,
            );
        }
        expect(describeOtherGroup({ foreign: undefined, unverified: undefined })).to.equal(undefined);
    });

    it("reports an unverified group by the named id or by its name", async () => {
        for (const [hint, unverified] of [
            ["ssg-1", groupOf({ snapshotGroupId: "ssg-1", name: "renamed", instanceId: "i-own" })],
            [undefined, groupOf({ name: "before-1", instanceId: "", snapshots: [memberOf("d-9")] })],
        ] as const) {
            const api = scriptedApi({
                describeSnapshotGroups: (filter) =>
                    Promise.resolve("name" in filter === (hint === undefined) ? [unverified] : []),
            });
            const found = await findOwnGroup(testContext(api), origin, { hint, timeoutMs: 0 });
            expect(found).to.deep.equal({ group: undefined, foreign: undefined, unverified });
            expect(describeOtherGroup(found)).to.include("is unknown whether");
        }
    });

    it("reads the named group each time, because the tags of its members may become visible late", async () => {
        const renamed = groupOf({ snapshotGroupId: "ssg-1", name: "renamed", instanceId: "i-own" });
        const tagged = { ...renamed, snapshots: [memberOf("d-1", { tags: [runTag("run-1")] })] };
        const { found } = search("ssg-1", [renamed], [], [renamed], [], [tagged]);
        expect((await found).group).to.equal(tagged);
    });

    it("finds one that appears late", async () => {
        const { found } = search("ssg-1", [], [], [own]);
        expect((await found).group).to.equal(own);
    });

    it("finds nothing among groups with similar names, and searches more than once", async () => {
        const { api, found } = search(undefined, [groupOf({ name: "before-10" })]);
        expect((await found).group).to.equal(undefined);
        expect(api.calls.length).to.be.at.least(3);
    });
});
