import { expect } from "chai";

import { scan } from "../../../../provider/src/cli/orphans/scan";
import { leaseTag } from "../../../../provider/src/core/role/lease";
import { failsWith, FakeCloud, neverEnds } from "../../support/fake-cloud";
import { groupOf, instanceOf } from "../../support/samples";
import { handAndForget, stack, takeAndForget } from "./support";

const nothing = new Set<string>();

async function found(cloud: FakeCloud, known: ReadonlySet<string> = nothing): Promise<string[]> {
    return (await scan(cloud.context, stack, known)).map(({ status, kind, id }) => `${status} ${kind} ${id}`);
}

describe("a scan of a region", () => {
    it("finds the group that nobody recorded", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud);
        expect(await found(cloud)).to.deep.equal(["left snapshot-group ssg-1"]);
    });

    it("finds it by the id that the plugin reported, whatever its present name", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud, { snapshotGroupName: "renamed" });
        expect(cloud.groups.get("ssg-1")?.name).to.equal("renamed");
        expect(await found(cloud)).to.deep.equal(["left snapshot-group ssg-1"]);
    });

    it("does not claim a foreign group that the instance names", async () => {
        const cloud = new FakeCloud([{ output: () => '[snapshotgroup="ssg-theirs"]' }]);
        const theirs = groupOf({ snapshotGroupId: "ssg-theirs", name: "theirs", instanceId: "i-theirs" });
        cloud.groups.set("ssg-theirs", theirs);
        await takeAndForget(cloud);
        expect(await found(cloud)).to.deep.equal(["left snapshot-group ssg-1"]);
        cloud.groups.delete("ssg-1");
        expect(await found(cloud)).to.deep.equal(["left invocation t-1"]);
    });

    it("finds the group of a failed run only by its name, not by its output", async () => {
        const cloud = new FakeCloud([
            { invocationStatus: "Terminated", output: () => "GroupId=ssg-stranger", makesGroup: false },
        ]);
        cloud.groups.set("ssg-stranger", groupOf({ snapshotGroupId: "ssg-stranger", name: "somebody's" }));
        await takeAndForget(cloud).catch(() => undefined);
        cloud.pass(3_600_000);
        expect(await found(cloud)).to.deep.equal(["left invocation t-1"]);
        const [run] = await scan(cloud.context, stack, nothing);
        const name = run?.kind === "invocation" ? run.run.groupName : "";
        cloud.groups.set("ssg-late", groupOf({ snapshotGroupId: "ssg-late", name }));
        expect(await found(cloud)).to.deep.equal(["left snapshot-group ssg-late"]);
    });

    it("compares the name itself, as the API may match a part of it", async () => {
        const longer = groupOf({ snapshotGroupId: "ssg-longer", name: "longer" });
        const cloud: FakeCloud = new FakeCloud([{ output: () => "no id" }], {
            describeSnapshotGroups: (filter) =>
                Promise.resolve([...("name" in filter ? [longer] : []), ...cloud.groups.values()]),
        });
        await takeAndForget(cloud);
        expect(await found(cloud)).to.deep.equal(["left snapshot-group ssg-1"]);
    });

    it("lists a running one as such", async () => {
        const cloud = new FakeCloud([neverEnds]);
        await takeAndForget(cloud).catch(() => undefined);
        expect(await found(cloud)).to.deep.equal(["running invocation t-1"]);
    });

    it("looks up nothing for closed or known runs", async () => {
        const cloud = new FakeCloud([failsWith(9), {}]);
        await takeAndForget(cloud).catch(() => undefined);
        expect(cloud.stateOf("t-1")).to.equal("closed");
        const { invokeId = "" } = await takeAndForget(cloud, { triggers: [2] });
        cloud.api.calls.length = 0;
        expect(await found(cloud, new Set([invokeId]))).to.deep.equal([]);
        const states = ["open", "handed", "committed"].map(() => "describeInvocations");
        expect(cloud.api.operations()).to.deep.equal([...states, "describeInstances"]);
    });

    it("distinguishes retained from leftover groups, the newest first", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud);
        cloud.commit("t-1");
        await takeAndForget(cloud, { triggers: [2] });
        expect(await found(cloud)).to.deep.equal([
            "left snapshot-group ssg-2",
            "retained snapshot-group ssg-1",
        ]);
    });

    it("distinguishes handed runs from those that nobody can have recorded, at any age", async () => {
        const cloud = new FakeCloud();
        await handAndForget(cloud);
        await handAndForget(cloud, { triggers: [2] });
        cloud.pass(30 * 24 * 3_600_000);
        cloud.setState("t-2", "open");
        expect(await found(cloud)).to.deep.equal([
            "left snapshot-group ssg-2",
            "handed snapshot-group ssg-1",
        ]);
    });

    it("uses the cloud's own time, not that of this machine", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud);
        cloud.cloudTime = Date.parse("2025-01-02T03:05:07Z");
        expect(await found(cloud)).to.deep.equal(["recent snapshot-group ssg-1"]);
    });

    it("does not trust the filter: it ignores runs of another stack", async () => {
        const cloud = new FakeCloud();
        await takeAndForget(cloud);
        const all = cloud.api;
        const api = { ...all, describeInvocations: () => Promise.resolve(cloud.invocations) };
        expect(await scan({ ...cloud.context, api }, "another", nothing)).to.deep.equal([]);
    });
});

describe("a scan for temporary roles", () => {
    const lease = (expires: number) => leaseTag({ ramRoleName: "Role", stack, expires });

    it("finds only those of the stack", async () => {
        const cloud = new FakeCloud();
        cloud.instance = instanceOf({ tags: [lease(0)] });
        expect(await found(cloud)).to.deep.equal(["left ram-role Role"]);
        expect(await scan(cloud.context, "another", nothing)).to.deep.equal([]);
    });

    it("leaves out those that a running snapshot uses, of whatever stack", async () => {
        const cloud = new FakeCloud([neverEnds]);
        await takeAndForget(cloud).catch(() => undefined);
        cloud.instance = instanceOf({ tags: [lease(0)] });
        expect(await found(cloud)).to.deep.equal(["running invocation t-1"]);
    });
});
