import { expect } from "chai";
import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import { defaultRetryLimits } from "../../../../provider/src/cloud/ecs/retry";
import { count } from "../../../support/counts";
import { accessKey, type Life } from "../life";
import { type FaultPoint, placeOf } from "./points";

/** More requests than growing delays allow within the time of one call. */
const mostRequests = 60;

/** Expects that no call is repeated forever. */
export function expectBounded(ledger: readonly LedgerEntry[]): void {
    const hit = ledger.filter(({ faulted }) => faulted !== undefined);
    const callOf = ({ action, params }: LedgerEntry): string => JSON.stringify([action, params]);
    for (const call of new Set(hit.map(callOf))) {
        const requests = hit.filter((entry) => callOf(entry) === call);
        const times = requests.map(({ time }) => Date.parse(time));
        const spent = Math.max(...times) - Math.min(...times);
        const limit = requests.some(({ faulted }) => faulted === "throttled") ? "laterMs" : "againMs";
        expect(requests.length, `requests of ${call}`).to.be.at.most(mostRequests);
        expect(spent, `milliseconds of ${call}`).to.be.at.most(defaultRetryLimits[limit]);
    }
}

/** Expects that the error names what exists, and nothing secret. */
export function expectTold(life: Life, points: readonly FaultPoint[], failure: Error): void {
    const { message } = failure;
    if (!points.some(isInTheDark)) {
        for (const names of life.existing) {
            const named = names.some((name) => message.includes(name));
            broken("lost", !named, `none of ${names.join(", ")} is in: ${message}`);
        }
    }
    const everything = [message, failure.stack, JSON.stringify(failure)].join("\n");
    expect(everything).not.to.include(accessKey.id);
    expect(everything).not.to.include(accessKey.secret);
    // The host is named; the URL, which is signed, is not.
    expect(everything).not.to.match(/signature|https?:|\?RegionId/i);
}

/** Tells whether the question for earlier runs itself is not answered, so that nothing is known of them. */
function isInTheDark(point: FaultPoint): boolean {
    return placeOf(point) === "adopt, DescribeInvocations by tags";
}

/** Expects exactly one snapshot of each instance, that in the state, and nothing else of them. */
export function expectInOrder(life: Life): void {
    const groups = life.ownGroupIds;
    const { held, wantedInstanceIds } = life;
    const { length } = wantedInstanceIds;
    broken("duplicated", groups.length > length, `there are ${groups.join(", ")}`);
    broken("lost", groups.length < length, `there are ${groups.length} groups instead of ${length}`);
    expect(groups).to.have.members(held.map(({ snapshotGroupId }) => snapshotGroupId));
    expect(held.map(({ instanceId }) => instanceId)).to.have.members([...wantedInstanceIds]);
    expect(life.unfinished, "unfinished").to.deep.equal([]);
    for (const { what, tags } of life.programTags) {
        expect(tags, `tags of ${what}`).to.deep.equal(life.wantedTags);
    }
    const invokeIds = held.map(({ invokeId }) => invokeId);
    broken(
        "lost",
        life.openInvocationIds.some((id) => !invokeIds.includes(id)),
        `open are ${life.openInvocationIds.join(", ")}, recorded are ${invokeIds.join(", ")}`,
    );
    if (!life.warnings.includes("RAM role")) {
        expectInstancesAsBefore(life);
    }
    expectNotFrozen(life);
}

/** Expects that the older group, which is in no state, stays, and that a warning names it or says why it can't. */
export function expectOlderGroup(life: Life): void {
    broken("lost", !life.olderGroupExists, `${life.olderGroupId} is gone`);
    expect(life.warnings).to.match(new RegExp(`${life.olderGroupId}|older snapshot groups`));
}

export function expectNothingLeft(life: Life): void {
    broken("lost", life.ownGroupIds.length > 0, `left is ${life.ownGroupIds.join(", ")}`);
    broken("lost", life.ownSnapshotIds.length > 0, `left is ${life.ownSnapshotIds.join(", ")}`);
    expect(life.openInvocationIds, "open invocations").to.deep.equal([]);
    expectInstancesAsBefore(life);
    expectNotFrozen(life);
}

function expectInstancesAsBefore({ instances }: Life): void {
    for (const { instanceId, ramRoleName, tags } of instances) {
        expect(ramRoleName, `the temporary role of ${instanceId}`).to.equal(undefined);
        expect(tags, `tags of ${instanceId}`).to.deep.equal({});
    }
}

function expectNotFrozen({ instances }: Life): void {
    for (const { instanceId, frozen } of instances) {
        broken("frozen", frozen, `${instanceId} is frozen`);
    }
}

/** Counts a harm that must never happen for the summary of the run, and fails the test. */
function broken(name: "lost" | "duplicated" | "frozen", is: boolean, what: string): void {
    count(name, is ? 1 : 0);
    expect(is, `${name}: ${what}`).to.equal(false);
}
