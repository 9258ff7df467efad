import { expect } from "chai";

import type { EcsApi } from "../../../../provider/src/cloud/ecs/api";
import {
    assertGone,
    remainsOf,
    unlistableReason,
} from "../../../../provider/src/core/snapshot-group/remains";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
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

describe("the remains of a group that no list shows", () => {
    it("are gone if the group is absent, and the caller is verified to see its members", async () => {
        const { api, context } = world();
        expect(await remainsOf(context, unlisted)).to.deep.equal({ kind: "gone" });
        expect(api.argumentsOf("mayDescribeSnapshots")).to.deep.equal([[["s-1", "s-2"]]]);
        expect(api.argumentsOf("describeSnapshotIds").length, "calls").to.be.at.least(3);
    });

    it("are unknown if the members may just be hidden", async () => {
        const { context } = world({ mayDescribeSnapshots: () => Promise.resolve(false) });
        const remains = await remainsOf(context, unlisted);
        expect(remains.kind).to.equal("unknown");
        expect(JSON.stringify(remains)).to.include("ecs:DescribeSnapshots");
    });

    it("are the members that exist", async () => {
        const { context } = world({ describeSnapshotIds: () => Promise.resolve(["s-2"]) });
        expect(await remainsOf(context, unlisted)).to.deep.equal({ kind: "members", snapshotIds: ["s-2"] });
    });

    it("are gone if the group is absent and no member is known", async () => {
        const { api, context } = world();
        expect(await remainsOf(context, { ...unlisted, snapshotIds: [] })).to.deep.equal({ kind: "gone" });
        expect(api.operations()).to.deep.equal(["groupExistence"]);
    });

    it("are unknown if the group exists or the call is refused, without a further call", async () => {
        for (const [existence, reason] of [
            ["exists", /^it exists, but no list shows it/],
            ["forbidden", /ecs:ModifySnapshotGroup/],
        ] as const) {
            const { api, context } = world({ groupExistence: () => Promise.resolve(existence) });
            const remains = await remainsOf(context, unlisted);
            expect(remains.kind).to.equal("unknown");
            expect("reason" in remains ? remains.reason : "").to.match(reason);
            expect(new Set(api.operations())).to.deep.equal(new Set(["groupExistence"]));
        }
    });

    it("are determined from the members alone if the API does not accept an empty change", async () => {
        const unclear = { groupExistence: () => Promise.resolve("unknown" as const) };
        const { api, context } = world(unclear);
        expect((await remainsOf(context, unlisted)).kind).to.equal("gone");
        expect((await remainsOf(context, { ...unlisted, snapshotIds: [] })).kind).to.equal("gone");
        expect(api.argumentsOf("mayDescribeSnapshots")).to.deep.equal([[["s-1", "s-2"]], [[]]]);
        for (const answers of [
            { mayDescribeSnapshots: () => Promise.resolve(false) },
            { describeSnapshotIds: () => Promise.resolve(["s-2"]) },
        ]) {
            expect((await remainsOf(world({ ...unclear, ...answers }).context, unlisted)).kind).to.equal(
                "unknown",
            );
        }
    });

    it("are doubtful for a run that named no group only if lists may be incomplete", async () => {
        expect(await unlistableReason(world().context)).to.equal(undefined);
        const hidden = world({ mayDescribeSnapshots: () => Promise.resolve(false) });
        expect(await unlistableReason(hidden.context)).to.include("ecs:DescribeSnapshots");
    });

    it("make the assertion that the group is gone fail if they are unknown", async () => {
        await assertGone(world().context, "ssg-1");
        const { context } = world({ groupExistence: () => Promise.resolve("forbidden") });
        const error = await rejectionOf(AppSnapshotError, assertGone(context, "ssg-1"));
        expect(error.code).to.equal("AbsenceNotProved");
        expect(error.resources.snapshotGroupId).to.equal("ssg-1");
    });
});
