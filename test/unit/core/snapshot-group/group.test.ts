import { expect } from "chai";

import type { SnapshotGroup } from "../../../../provider/src/cloud/ecs/api";
import { isUsable, readGroup, waitForGroup } from "../../../../provider/src/core/snapshot-group/group";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { type TestContext, testContext } from "../../support/context";
import { rejectionOf } from "../../support/rejection";
import { groupOf, memberOf } from "../../support/samples";
import { inTurn, type ScriptedApi, scriptedApi } from "../../support/scripted-api";

interface Scripted {
    readonly api: ScriptedApi;
    readonly context: TestContext;
}

function scripted(...answers: SnapshotGroup[][]): Scripted {
    const api = scriptedApi({ describeSnapshotGroups: inTurn(...answers) });
    return { api, context: testContext(api) };
}

const id = "ssg-bp1sample";

describe("a usable group", () => {
    const member = (available: boolean) => memberOf("d-1", { available });

    it("is accomplished or, if that is enough, has only available members", () => {
        const progressing = groupOf({ status: "progressing", snapshots: [member(true)] });
        expect(isUsable(progressing, "available")).to.equal(true);
        expect(isUsable(progressing, "accomplished")).to.equal(false);
        expect(isUsable(groupOf({ snapshots: [member(false)] }), "available")).to.equal(true);
        expect(isUsable(groupOf(), "accomplished")).to.equal(true);
    });

    it("has members, and none that is unavailable", () => {
        for (const snapshots of [[member(true), member(false)], []]) {
            expect(isUsable(groupOf({ status: "progressing", snapshots }), "available")).to.equal(false);
        }
    });
});

describe("reading a group", () => {
    it("takes one call if it exists", async () => {
        const { api, context } = scripted([groupOf()]);
        expect(await readGroup(context, id)).to.deep.equal(groupOf());
        expect(api.argumentsOf("describeSnapshotGroups")).to.deep.equal([[{ snapshotGroupIds: [id] }]]);
    });

    it("needs several empty responses over some time to treat it as missing", async () => {
        const gone = scripted([]);
        const start = gone.context.clock.now();
        expect(await readGroup(gone.context, id)).to.equal(undefined);
        expect(gone.api.calls.length).to.be.at.least(3);
        expect(gone.context.clock.now() - start).to.be.at.least(1_000);

        const late = scripted([], [], [groupOf()]);
        expect(await readGroup(late.context, id)).to.deep.equal(groupOf());
    });

    it("does not return another group", async () => {
        const { context } = scripted([groupOf({ snapshotGroupId: "ssg-other" })]);
        expect(await readGroup(context, id)).to.equal(undefined);
    });
});

describe("waiting for a group", () => {
    const progressing = groupOf({
        status: "progressing",
        snapshots: [memberOf("d-1", { available: false })],
    });
    const untagged = groupOf({ snapshots: [memberOf("d-1", { tags: [] })] });

    const wait = (
        { context }: Scripted,
        waitFor: "available" | "accomplished" = "available",
        seconds = 600,
    ) => {
        const awaitedPart = ({ snapshots }: SnapshotGroup) =>
            snapshots.some(({ tags }) => tags.length === 0) ? "tags" : undefined;
        return waitForGroup(context, id, {
            waitFor,
            deadline: context.clock.now() + seconds * 1000,
            awaitedPart,
        });
    };

    it("waits for a group that is not visible yet", async () => {
        const waited = await wait(scripted([], [], [progressing], [groupOf()]));
        expect(waited.done && waited.value).to.deep.equal(groupOf());
    });

    it("takes no call if the group was read right before, and is usable already", async () => {
        const { api, context } = scripted([groupOf()]);
        const options = { waitFor: "available", deadline: Infinity, awaitedPart: () => undefined } as const;
        expect(await waitForGroup(context, id, { ...options, seen: groupOf() })).to.deep.equal({
            done: true,
            value: groupOf(),
        });
        expect(api.calls).to.deep.equal([]);

        const uploading = groupOf({
            status: "progressing",
            snapshots: [memberOf("d-1", { available: false })],
        });
        const later = scripted([groupOf()]);
        expect(await waitForGroup(later.context, id, { ...options, seen: uploading })).to.include({
            done: true,
        });
        expect(later.api.calls).to.have.length(1);
    });

    it("fails if the group does not appear within a minute", async () => {
        const run = scripted([]);
        const start = run.context.clock.now();
        const error = await rejectionOf(AppSnapshotError, wait(run));
        expect(error.code).to.equal("GroupNotFound");
        expect(error.resources.snapshotGroupId).to.equal(id);
        expect(run.context.clock.now() - start).to.be.within(60_000, 70_000);
    });

    it("ends if the group has failed", async () => {
        const failed = groupOf({ status: "failed" });
        const waited = await wait(scripted([progressing], [failed]), "accomplished");
        expect(waited.done && waited.value).to.equal(failed);
    });

    it("waits for the upload if requested", async () => {
        const available = groupOf({ status: "progressing" });
        const run = scripted([available], [available], [groupOf()]);
        const waited = await wait(run, "accomplished");
        expect(waited.done && waited.value.status).to.equal("accomplished");
        expect(run.api.calls).to.have.length(3);
    });

    it("reports the upload progress of the slowest member if the cloud does", async () => {
        const at = (...percents: readonly number[]) =>
            groupOf({
                status: "progressing",
                snapshots: percents.map((uploadedPercent, index) =>
                    memberOf(`d-${index}`, { uploadedPercent }),
                ),
            });
        const run = scripted([at(100, 0)], ...Array<SnapshotGroup[]>(10).fill([at(100, 40)]), [groupOf()]);
        await wait(run, "accomplished");
        const [first, ...others] = run.context.log.of("status");
        expect(first).to.equal(`uploading 0%, 0s: ${id}`);
        expect(others.at(-1)).to.match(new RegExp(`^uploading 40%, \\ds: ${id}$`));

        const silent = scripted([groupOf({ status: "progressing" })], [groupOf()]);
        await wait(silent, "accomplished");
        expect(silent.context.log.of("status")).to.deep.equal([`waiting 0s: status progressing, ${id}`]);
    });

    it("waits more than a minute for a missing part, and then returns the group as it is", async () => {
        const late = await wait(scripted([untagged], [groupOf()]));
        expect(late.done && late.value).to.deep.equal(groupOf());

        const run = scripted([untagged]);
        const start = run.context.clock.now();
        const never = await wait(run);
        expect(never.done && never.value).to.equal(untagged);
        expect(run.context.clock.now() - start).to.be.within(60_000, 120_000);
    });

    it("ends at the deadline with the last seen state", async () => {
        const waited = await wait(scripted([], [progressing]), "available", 20);
        expect(waited.done ? "" : waited.lastSeen).to.match(
            /^not visible yet \(1×\), status progressing \(\d+×\)$/,
        );
    });
});
