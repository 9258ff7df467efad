import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { unlistableReason, assertGone, remainsOf } from "../../../../provider/src/core/snapshot-group/remains";
import { testContext } from "../../support/context";
import { rejectionOf } from "../../support/rejection";
import { scriptedApi } from "../../support/scripted-api";

const unlisted = { snapshotGroupId: "ssg-1", snapshotIds: ["s-1", "s-2"] };

type Answers = Partial<Pick<EcsApi, "groupExistence" | "describeSnapshotIds" | "mayDescribeSnapshots">>;

function world(answers: Answers = {}) {
    const api = scriptedApi({
        groupExistence: () => Promise.resolve("absent"),
        describeSnapshotIds: () => Promise.resolve([]),
        mayDescribeSnapshots: () => Promise.resolve(true),
        ...answers,
    });
    return { api, context: testContext(api) };
}

describe("what remains of a group that no list shows", () => {
    it("is nothing where the group is absent, and its members are by an answer that a caller without the permission would not get", async () => {
        const { api, context } = world();
        expect(await remainsOf(context, unlisted)).to.deep.equal({ kind: "gone" });
        expect(api.argumentsOf("mayDescribeSnapshots")).to.deep.equal([[["s-1", "s-2"]]]);
        expect(api.argumentsOf("describeSnapshotIds").length, "looks").to.be.at.least(3);
    });

    it("is not known where the members may only be hidden", async () => {
        const { context } = world({ mayDescribeSnapshots: () => Promise.resolve(false) });
        const remains = await remainsOf(context, unlisted);
        expect(remains.kind).to.equal("unknown");
        expect(JSON.stringify(remains)).to.include("ecs:DescribeSnapshots");
    });

    it("is the members that are there", async () => {
        const { context } = world({ describeSnapshotIds: () => Promise.resolve(["s-2"]) });
        expect(await remainsOf(context, unlisted)).to.deep.equal({ kind: "members", snapshotIds: ["s-2"] });
    });

    it("is nothing where no member is known", async () => {
        const { api, context } = world();
        expect(await remainsOf(context, { ...unlisted, snapshotIds: [] })).to.deep.equal({ kind: "gone" });
        expect(api.operations()).to.deep.equal(["groupExistence"]);
    });

    it("is not known where the group exists, or can't be asked for; nothing else is asked then", async () => {
        for (const [existence, why] of [
            ["exists", /^it exists, but no list shows it/],
            ["forbidden", /ecs:ModifySnapshotGroup/],
        ] as const) {
            const { api, context } = world({ groupExistence: () => Promise.resolve(existence) });
            const remains = await remainsOf(context, unlisted);
            expect(remains.kind).to.equal("unknown");
            expect("why" in remains ? remains.why : "").to.match(why);
            expect(new Set(api.operations())).to.deep.equal(new Set(["groupExistence"]));
        }
    });

    it("is told by the members alone where the API takes no change of nothing", async () => {
        const untold = { groupExistence: () => Promise.resolve("untold" as const) };
        const { api, context } = world(untold);
        expect((await remainsOf(context, unlisted)).kind).to.equal("gone");
        expect((await remainsOf(context, { ...unlisted, snapshotIds: [] })).kind).to.equal("gone");
        expect(api.argumentsOf("mayDescribeSnapshots")).to.deep.equal([[["s-1", "s-2"]], [[]]]);
        for (const answers of [
            { mayDescribeSnapshots: () => Promise.resolve(false) },
            { describeSnapshotIds: () => Promise.resolve(["s-2"]) },
        ]) {
            expect((await remainsOf(world({ ...untold, ...answers }).context, unlisted)).kind).to.equal(
                "unknown",
            );
        }
    });

    it("is doubtful for a run that named no group only where lists may hide what there is", async () => {
        expect(await unlistableReason(world().context)).to.equal(undefined);
        const hidden = world({ mayDescribeSnapshots: () => Promise.resolve(false) });
        expect(await unlistableReason(hidden.context)).to.include("ecs:DescribeSnapshots");
    });

    it("is an error for whoever needs the group to be gone, unless it is", async () => {
        await assertGone(world().context, "ssg-1");
        const { context } = world({ groupExistence: () => Promise.resolve("forbidden") });
        const error = await rejectionOf(AppSnapshotError, assertGone(context, "ssg-1"));
        expect(error.code).to.equal("AbsenceNotProved");
        expect(error.resources.snapshotGroupId).to.equal("ssg-1");
    });
});
